"""`make sbom`: build/wfhagent.cdx.json, what the compiled program is made of, as CycloneDX 1.6.

It names the distributions that `make binary` includes on this system, by the same list.
"""

import importlib.metadata
import platform
from pathlib import Path

from contents import ROOT, distributions, needed
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

FILE = ROOT / "build" / "wfhagent.cdx.json"
AGENT = "wfhagent"


def bill() -> str:
    """Return the bill of materials as JSON."""
    parts = {name.lower().replace("_", "-"): _component(name) for name in distributions()}
    agent = parts.pop(AGENT)
    bom = Bom(components=parts.values())
    bom.metadata.component = agent
    python = Component(
        name="cpython",
        version=platform.python_version(),
        type=ComponentType.PLATFORM,
        bom_ref="cpython",
        purl=PackageURL("generic", name="cpython", version=platform.python_version()),
    )
    bom.components.add(python)
    for name, part in {AGENT: agent, **parts}.items():
        bom.register_dependency(part, [parts[other] for other in needed(name) if other in parts])
    plugins = [part for name, part in parts.items() if name.startswith("wfhagent-")]
    bom.register_dependency(agent, [python, *plugins])
    return JsonV1Dot6(bom).output_as_string(indent=2)


def _component(distribution: str) -> Component:
    metadata = importlib.metadata.metadata(distribution)
    name, version = metadata["Name"], metadata["Version"]
    expressions = metadata.get_all("License-Expression") or []
    is_ours = name.startswith(AGENT)
    return Component(
        name=name,
        version=version,
        type=ComponentType.APPLICATION if name == AGENT else ComponentType.LIBRARY,
        bom_ref=f"{name}@{version}",
        # Ours are on no registry: a name there would be somebody else's.
        purl=None if is_ours else PackageURL("pypi", name=name.lower(), version=version),
        licenses=[LicenseExpression(text) for text in expressions],
    )


def write(file: Path = FILE) -> Path:
    """Write the bill into *file* and return it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(bill() + "\n", encoding="utf-8")
    return file


if __name__ == "__main__":
    print(write())  # noqa: T201
