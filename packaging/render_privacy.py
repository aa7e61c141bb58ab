"""Writes docs/privacy.md from the declarations of first-party plugins, so that it cannot drift."""

import sys
from pathlib import Path

from wfhagent.assembly import Assembly, load_catalog
from wfhagent.plugin import Config
from wfhagent.plugins.declared import collector_of
from wfhagent.plugins.first_party import OFF_BY_DEFAULT
from wfhagent.privacy.annex import render_annex
from wfhagent.privacy.inventory import Inventory, data_of, take_inventory
from wfhagent.privacy.page import render_page, table
from wfhagent.settings import PluginsSettings, parse_settings
from wfhagent.system.paths import data_paths

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "privacy.md"
NO_DROP_INS = Path("no-drop-ins")

HEAD = """\
<!-- Written by packaging/render_privacy.py; a test compares it with the code. -->

# Privacy

This page lists what the agent sends with default settings and the first-party plugins. On a device,
`wfhagent privacy` prints the same page for its own agent.toml and plugins, including drop-ins.
`--json` is for programs, and `--dpia` prints the annex for a data protection impact assessment.

The page is made from what the plugins declare. Data that a plugin has not declared is dropped
before it leaves the device. `wfhagent preview` names such data. `wfhagent status` and the server
show how much there was.

"""


def render() -> str:
    """Return the text of docs/privacy.md."""
    inventory = _default_inventory()
    page = render_page(inventory).replace("\n## ", "\n### ").replace("# What", "## What", 1)
    annex = render_annex(inventory).replace("\n## ", "\n### ").replace("# Annex", "## Annex", 1)
    return f"{HEAD}{page}\n{_off_by_default(inventory)}\n{annex}"


def _default_inventory() -> Inventory:
    settings = parse_settings({"server": {"url": "https://wfh.example.com"}}, Path("agent.toml"))
    catalog = load_catalog({}, settings.plugins, NO_DROP_INS)
    assembly = Assembly(
        settings=settings,
        # No answer of a server is known.
        paths=data_paths(str(NO_DROP_INS)),
        catalog=catalog,
        configs=dict.fromkeys(catalog.sources, Config()),
        drop_ins=NO_DROP_INS,
        program=[],
    )
    return take_inventory(assembly)


def _off_by_default(inventory: Inventory) -> str:
    catalog = load_catalog({}, PluginsSettings(enabled=tuple(OFF_BY_DEFAULT)), NO_DROP_INS)
    used = {one.name for one in inventory.collectors}
    others = [collector_of(one) for one in catalog.collectors.values() if one.name not in used]
    lines = ["## Collected only if IT turns it on", "", *table(list(data_of(others))), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    if sys.argv[1:] == ["--print"]:
        sys.stdout.write(render())
    else:
        PAGE.write_text(render(), encoding="utf-8")
