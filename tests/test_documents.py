"""The documents: every relative link leads somewhere, and the words are those of the field."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "plugins").glob("*/README.md")),
    ROOT / "server" / "dashboard" / "README.md",
]
WRITTEN = [page for page in PAGES if page.name not in {"dashboard-api.md", "privacy.md"}]
"""The others are rendered from the code."""
STUMBLING = re.compile(
    r"\b(anew|beside|the own|of who|who looks|told|said|stands|lies|speaks|mend(s|ed)?"
    r"|reckon(s|ed)?|turned round|goes by itself)\b",
    re.IGNORECASE,
)
"""Words over which native readers stumble in a document."""
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)#?([^)\s]*)\)")


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = [re.sub(r"\]\([^)]*\)", "]", heading).lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


def without_blocks(page: Path) -> str:
    """Return the text of a page without its blocks of code."""
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_of_a_document_leads_somewhere(page: Path):
    broken = []
    for path, anchor in LINK.findall(without_blocks(page)):
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(f"{path}#{anchor}")

    assert broken == []


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_document_has_no_words_over_which_readers_stumble(page: Path):
    # What the program prints, and what somebody says, is quoted as it is.
    prose = re.sub(r"`[^`]*`|\"[^\"]*\"", "", without_blocks(page))

    assert [match[0] for match in STUMBLING.finditer(prose)] == []
