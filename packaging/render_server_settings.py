"""Writes the tables of settings in docs/server-operations.md, as the server declares them.

python packaging/render_server_settings.py
"""

import re
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from wfhserver.settings import Settings, variables

PAGE = Path(__file__).parents[1] / "docs" / "server-operations.md"
_OIDC = "oidc_"
_TABLE = re.compile(r"^\| `WFHSERVER_\.\.\.` \|.*\n(?:\|.*\n)+", re.MULTILINE)


def render(page: str) -> str:
    """Return *page* with its two tables renewed: of all settings, and of the provider's."""
    names = [field.name for field in fields(Settings)]
    tables = [
        _table(name for name in names if not name.startswith(_OIDC)),
        _table(name for name in names if name.startswith(_OIDC)),
    ]
    if len(_TABLE.findall(page)) != len(tables):
        raise ValueError(f"{PAGE} does not have {len(tables)} tables of WFHSERVER_...")
    return _TABLE.sub(lambda _: tables.pop(0), page)


def _table(names: Iterable[str]) -> str:
    declared, defaults = variables(), Settings()
    rows = [
        f"| `{name.upper()}` | {declared[name].default or _shown(getattr(defaults, name))}"
        f" | {declared[name].meaning} |\n"
        for name in names
    ]
    return "".join(["| `WFHSERVER_...` | default | |\n", "|---|---|---|\n", *rows])


def _shown(default: object) -> str:
    if default in (None, ()):
        return "none"
    if isinstance(default, str | Path):
        return f"`{default}`"
    return str(default)


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
