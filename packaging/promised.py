"""Reads promised.txt: what a drop-in may import in the compiled program."""

from pathlib import Path

from packaging.markers import Marker

FILE = Path(__file__).parents[1] / "src" / "wfhagent" / "plugin_tools" / "promised.txt"


def promised() -> list[str]:
    """Return the modules and packages that are promised on this system, in the file's order."""
    lines = (line.strip() for line in FILE.read_text(encoding="utf-8").splitlines())
    pairs = [line.partition(";") for line in lines if line and not line.startswith("#")]
    return [name.strip() for name, _, marker in pairs if not marker or Marker(marker).evaluate()]
