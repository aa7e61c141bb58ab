"""Takes the docstrings out of source text: nobody reads them in a compiled program."""

import ast

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

BLANK = b'"."'
"""Not empty: dataclasses would write one of their own. One character costs no memory."""

UNREAD = tuple(
    f"wfhagent.{package}."
    for package in (
        *("collect", "deliver", "outbox", "plugins", "schedule"),
        *("os_session", "os_service"),
    )
)
"""Packages of ours whose docstrings nothing shows; commands and plugins show theirs."""


def without_docstrings(source: str) -> str:
    """Return *source* with each docstring as short as can be; every line keeps its number."""
    lines = source.encode().split(b"\n")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Documented) and ast.get_docstring(node, clean=False) is not None:
            text = node.body[0]
            first, last = text.lineno - 1, (text.end_lineno or text.lineno) - 1
            before, after = lines[first][: text.col_offset], lines[last][text.end_col_offset :]
            for number in range(first, last + 1):
                lines[number] = b""
            # What follows on the last line, such as a comment, still follows.
            lines[first] = before + BLANK + after
    return b"\n".join(lines).decode()
