"""The statements of an SQL script."""

import re
from collections.abc import Iterator

# What may hold a semicolon that ends no statement, and what ends one. PostgreSQL's own rules:
# https://www.postgresql.org/docs/current/sql-syntax-lexical.html
_PARTS = re.compile(
    r"""
    (?P<comment> --[^\n]* )
  | (?P<opaque> '(?:[^']|'')*' | "(?:[^"]|"")*" | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ )
  | (?P<end> ; )
    """,
    re.VERBOSE | re.DOTALL,
)


def split_statements(script: str) -> Iterator[str]:
    """Yield each statement of *script* without its semicolon and without comments.

    For the migrations, which have neither nested comments nor escapes in strings.
    """
    begin, parts = 0, list[str]()
    for found in _PARTS.finditer(script):
        if found["opaque"]:
            continue
        parts.append(script[begin : found.start()])
        begin = found.end()
        if found["end"]:
            yield from _unless_empty(parts)
            parts = []
    yield from _unless_empty([*parts, script[begin:]])


def _unless_empty(parts: list[str]) -> Iterator[str]:
    statement = "".join(parts).strip()
    if statement:
        yield statement
