"""docs/architecture.md names every room of agent, plugins, server and dashboard.

Whoever moves a room or renames a function of the four walks changes the page with it.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
TEXT = PAGE.read_text(encoding="utf-8")
AGENT, SERVER = ROOT / "src" / "wfhagent", ROOT / "server" / "src" / "wfhserver"
DASHBOARD = ROOT / "server" / "dashboard" / "src"


def linked() -> set[Path]:
    """Return what the page links to."""
    return {(PAGE.parent / link).resolve() for link in re.findall(r"\]\((\.\./[^)#]+)", TEXT)}


def rooms() -> set[Path]:
    """Return the folders that hold code."""
    python = {file.parent for top in (AGENT, SERVER) for file in top.rglob("*.py")}
    plugins = {folder.parent for folder in (ROOT / "plugins").glob("*/pyproject.toml")}
    dashboard = {file.parent for file in DASHBOARD.rglob("*.ts*")}
    return (python - {AGENT, SERVER}) | plugins | dashboard


def defines(file: Path, name: str) -> bool:
    """Tell whether a file of Python or TypeScript defines a function, class or constant."""
    keywords = "def|class" if file.suffix == ".py" else "function|const|class"
    pattern = rf"\b(?:{keywords})\s+{re.escape(name)}\b"
    return re.search(pattern, file.read_text(encoding="utf-8")) is not None


def test_every_room_is_on_the_page():
    missing = {room.relative_to(ROOT).as_posix() for room in rooms() - linked()}

    assert len(rooms()) > 60
    assert missing == set()


def test_every_place_that_the_page_names_exists():
    assert [path for path in linked() if not path.exists()] == []


def test_every_function_that_the_page_names_is_in_the_file_that_it_links():
    named = re.findall(r"\[`([\w.]+)`\]\(([^)]+)\)", TEXT)
    missing = [
        f"{name} in {link}"
        for name, link in named
        if not all(defines((PAGE.parent / link).resolve(), part) for part in name.split("."))
    ]

    assert len(named) > 60
    assert missing == []


def test_a_function_that_is_only_called_does_not_count():
    assert defines(Path(__file__), "rooms")
    assert not defines(Path(__file__), "findall")
