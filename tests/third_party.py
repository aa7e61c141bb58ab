"""Third-party plugins for tests, in each way in which a company can have the agent load them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.drop_ins import drop

DROP_IN = "drop-in"
INSTALLED = "installed"
WAYS = (DROP_IN, INSTALLED)
Provide = Callable[[str, str], None]
"""Makes a plugin of a name and its source."""

TRANSPORT = '''
import os
from wfhagent.plugin import Config, Delivery, Transport, hookimpl
{at_import}

class Pigeon(Transport[{config}]):
    """Carries parcels."""

    name = "{name}"

    def __init__(self, config, server):
        super().__init__(config, server)
        {at_opening}

    def send(self, parcel):
        {body}
        with open({carried!r}, "ab") as file:
            file.write(parcel.body + b"\\n")
        body = {{"token": "wfha_1", "slots_taken": []}} if parcel.kind == "enroll" else {{}}
        return Delivery(status=201, body=body)

    def close(self):
        {at_close}

@hookimpl
def register_transports():
    return [Pigeon]
'''


def transport(
    carried: Path,
    name: str = "pigeon",
    *,
    at_import: str = "",
    at_opening: str = "pass",
    body: str = "pass",
    at_close: str = "pass",
    config: str = "Config",
) -> str:
    """Return the source of a transport that writes what it carries into the file *carried*."""
    return TRANSPORT.format(
        name=name,
        carried=str(carried),
        at_import=at_import,
        at_opening=at_opening,
        body=body,
        at_close=at_close,
        config=config,
    )


def install(site: Path, name: str, source: str) -> None:
    """Lay out a distribution with the plugin *name* in *site*, as pip does."""
    drop(site, f"company_{name}.py", source)
    info = site / f"company_{name}-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: company-{name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[wfhagent]\n{name} = company_{name}\n")


def provide(way: str, folder: Path, patched: pytest.MonkeyPatch) -> Provide:
    """Return what makes plugins: drop-ins in *folder* / "plugins", or distributions.

    Agents that this process or its children run from now on find them.
    """
    site = folder / "site"
    if way == INSTALLED:
        site.mkdir()
        patched.syspath_prepend(str(site))
        patched.setenv("PYTHONPATH", os.fspath(site))

    def add(name: str, source: str) -> None:
        if way == INSTALLED:
            install(site, name, source)
        else:
            drop(folder / "plugins", f"{name}.py", source)

    return add
