"""Reads and writes the tables of an MSI with msitools."""

import subprocess
from pathlib import Path

from installers import tree

HEAD = 3
"""Lines in front of the rows: names, types, and the name of the table with its keys."""


def read_table(package: Path, name: str) -> list[list[str]]:
    """Return the lines of a table, with the HEAD."""
    command = ["msiinfo", "export", str(package), name]
    exported = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [line.split("\t") for line in exported.splitlines()]


def write_table(package: Path, file: Path, rows: list[list[str]]) -> None:
    """Replace a table of *package* by *rows*; *file* is named after it.

    Raises:
        PackageError: msibuild fails.
    """
    text = "".join("\t".join(row) + "\r\n" for row in rows)
    file.write_text(text, encoding="utf-8", newline="")
    run_tool(["msibuild", str(package), "-i", str(file)], file.parent)


def run_tool(command: list[str], folder: Path) -> None:
    """Run a tool of msitools in *folder*.

    Raises:
        PackageError: it fails; with what it wrote.
    """
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise tree.PackageError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()}")


def folders_of_folders(
    directories: list[list[str]], components: list[list[str]]
) -> list[list[str]]:
    """Return the rows of CreateFolder for the folders without a file of their own.

    Args:
        directories: rows of Directory: name, name of the parent, folder.
        components: rows of Component: name, number, name of the folder, and more.
    """
    parents = {row[0]: row[1] for row in directories}
    owners = {row[2]: row[0] for row in components}
    found: dict[str, str] = {}
    for directory, component in owners.items():
        name = directory
        while name != "INSTALLDIR":
            name = parents[name]
            if name not in owners:
                found[name] = component
    return [[name, component] for name, component in found.items()]
