"""The manifest for winget, of three files: version, installer and texts (schema 1.6.0).

A folder `manifests/w/wfhagent/wfhagent/<version>`, as in Microsoft's repository of packages or in
one of a company.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import yaml
from installers import tree
from installers.msi import UPGRADE_CODE
from installers.msi_tables import read_table

from manifests.release import Release, ReleaseError

IDENTIFIER = "wfhagent.wfhagent"
SCHEMA_VERSION = "1.6.0"
LOCALE = "en-US"
SCHEMA = Path(__file__).with_name("winget.schema.json")
"""The fields that we write, by Microsoft's documentation of the manifest."""
SHORT_VERSION = ".".join(SCHEMA_VERSION.split(".")[:2])


def write(release: Release, msi: Path, folder: Path) -> list[Path]:
    """Write the manifest of *release* with its *msi* under *folder*; return its files.

    Raises:
        ReleaseError: a field is not what winget takes.
    """
    target = folder / "manifests" / IDENTIFIER[0] / Path(*IDENTIFIER.split(".")) / release.version
    target.mkdir(parents=True, exist_ok=True)
    parts = {
        "": version(release),
        ".installer": installer(release, msi),
        f".locale.{LOCALE}": texts(release),
    }
    files = []
    for suffix, part in parts.items():
        check(part)
        kind = part["ManifestType"]
        head = f"# yaml-language-server: $schema=https://aka.ms/winget-manifest.{kind}.{SHORT_VERSION}.schema.json\n\n"
        file = target / f"{IDENTIFIER}{suffix}.yaml"
        file.write_text(
            head + yaml.safe_dump(dict(part), sort_keys=False, width=200), encoding="utf-8"
        )
        files.append(file)
    return files


def check(part: Mapping[str, object]) -> None:
    """Raise ReleaseError where a field of *part*, one of the three files, is wrong."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    kind = part.get("ManifestType")
    validator = jsonschema.Draft202012Validator(schema | {"$ref": f"#/$defs/{kind}"})
    for error in validator.iter_errors(dict(part)):
        raise ReleaseError(
            f"the {kind} manifest for winget is wrong at {error.json_path}: {error.message}."
        )


def version(release: Release) -> dict[str, object]:
    """Return the file that names the others."""
    return _part(release, "version", DefaultLocale=LOCALE)


def installer(release: Release, msi: Path) -> dict[str, object]:
    """Return where the MSI is, and how winget runs it."""
    product = _product_code(msi)
    return _part(
        release,
        "installer",
        Platform=["Windows.Desktop"],
        MinimumOSVersion="10.0.0.0",
        InstallerType="wix",
        Scope="machine",
        InstallModes=["silent", "silentWithProgress"],
        # The MSI ends the agents, replaces the program, and starts them again.
        UpgradeBehavior="install",
        ElevationRequirement="elevationRequired",
        ProductCode=product,
        AppsAndFeaturesEntries=[{"ProductCode": product, "UpgradeCode": f"{{{UPGRADE_CODE}}}"}],
        Installers=[
            {
                "Architecture": "x64",
                "InstallerUrl": f"{release.url}/{msi.name}",
                "InstallerSha256": release.hashes[msi.name].upper(),
            }
        ],
    )


def texts(release: Release) -> dict[str, object]:
    """Return what winget shows."""
    return _part(
        release,
        "defaultLocale",
        PackageLocale=LOCALE,
        Publisher="wfhagent",
        PackageName="wfhagent",
        PackageUrl=release.homepage,
        License="Apache-2.0",
        ShortDescription=tree.SUMMARY,
        Description=tree.DESCRIPTION.replace("\n", " "),
    )


def _part(release: Release, kind: str, **fields: object) -> dict[str, object]:
    head = {"PackageIdentifier": IDENTIFIER, "PackageVersion": release.version}
    return {**head, **fields, "ManifestType": kind, "ManifestVersion": SCHEMA_VERSION}


def _product_code(msi: Path) -> str:
    rows = {row[0]: row[1] for row in read_table(msi, "Property") if len(row) > 1}
    code = rows.get("ProductCode", "")
    if not re.fullmatch(r"\{[0-9A-F-]{36}\}", code):
        raise ReleaseError(f"{msi} has no product code. Build it again with `make msi`.")
    return code
