"""Every relative link of a document leads somewhere; documents and code use common words."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
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
"""Words over which native readers stumble in a document or in a comment."""
QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"")
"""Quotations are exempt: output of the program, and words of people."""
CODE = [
    *(ROOT / "src").rglob("*.py"),
    *(ROOT / "plugins").glob("*/src/**/*.py"),
    *(ROOT / "packaging").rglob("*.py"),
    *(ROOT / "server" / "src").rglob("*.py"),
    *(ROOT / "server" / "tests").rglob("*.py"),
    *(ROOT / "server" / "bench").rglob("*.py"),
]
TESTS = [
    *(ROOT / "tests").rglob("*.py"),
    *(ROOT / "server_stub").rglob("*.py"),
    *(ROOT / "plugins").glob("*/tests/**/*.py"),
]
DASHBOARD = [
    file
    for suffix in ("ts", "tsx", "css")
    for file in (ROOT / "server" / "dashboard" / "src").rglob(f"*.{suffix}")
    if file.name != "schema.d.ts"
]
"""Without the types that are generated from the descriptions in the server's code."""
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
    prose = QUOTED.sub("", without_blocks(page))

    assert [match[0] for match in STUMBLING.finditer(prose)] == []


def comments_and_names(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each comment and name in *source*; a name with spaces for `_`."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
        elif token.type == tokenize.NAME:
            yield token.start[0], token.string.replace("_", " ")


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Yield first line and text of each docstring in *source*, those of constants included."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, text


def stumbles(source: str) -> list[tuple[int, str]]:
    """Return the words over which readers stumble in what *source* says, each with a line."""
    if not STUMBLING.search(source.replace("_", " ")):
        return []  # Nearly always, and much faster than going through the tokens.
    return [
        (line, match[0])
        for line, text in (*comments_and_names(source), *docstrings(source))
        for match in STUMBLING.finditer(QUOTED.sub("", text))
    ]


def test_code_has_no_words_over_which_readers_stumble():
    found = {
        file.relative_to(ROOT).as_posix(): words
        for file in CODE
        if (words := stumbles(file.read_text(encoding="utf-8")))
    }

    assert len(CODE) > 700
    assert found == {}


def test_tests_have_no_words_over_which_readers_stumble():
    found = {
        file.relative_to(ROOT).as_posix(): words
        for file in TESTS
        if (words := stumbles(file.read_text(encoding="utf-8")))
    }

    assert len(TESTS) > 200
    assert found == {}


def test_the_dashboard_has_no_words_over_which_readers_stumble():
    found = {
        file.relative_to(ROOT).as_posix(): match[0]
        for file in DASHBOARD
        if (match := STUMBLING.search(QUOTED.sub("", file.read_text(encoding="utf-8"))))
    }

    assert len(DASHBOARD) > 200
    assert found == {}


def test_words_of_code_are_those_of_comments_names_and_docstrings_without_quotations():
    source = (
        "LIMIT = 1\n"
        "'''What the file said.'''\n"
        "def is_told():  # where it lies\n"
        "    '''Return what `speaks`.'''\n"
        "    return 'it stands there'\n"
    )

    assert sorted(stumbles(source)) == [(2, "said"), (3, "lies"), (3, "told")]
