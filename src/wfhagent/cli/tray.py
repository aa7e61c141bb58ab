"""`wfhagent tray`: the icon in the panel."""

from wfhagent.cli.icon import show_icon
from wfhagent.cli.options import ConfigOption


def tray(config: ConfigOption = None) -> None:
    """Show the agent's state in the panel, until the session ends."""
    show_icon(config)
