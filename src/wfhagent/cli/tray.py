"""`wfhagent tray`: the icon in the panel."""

from wfhagent.cli.options import ConfigOption
from wfhagent.process.logging_setup import log_to_stderr
from wfhagent.tray.reside import reside


def tray(config: ConfigOption = None) -> None:
    """Show in the panel how the agent stands, until the session ends."""
    log_to_stderr("warning")
    reside(config)
