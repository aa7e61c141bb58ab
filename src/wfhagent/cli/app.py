"""The command line, put together. A command is imported when it is called for: one takes half the
time of all of them.
"""

import importlib
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from wfhagent.cli.base import bare_app

COMMANDS = (
    *("run", "preview", "send", "enroll", "status", "plugins", "plugin", "privacy", "journal"),
    *(
        "screenshot",
        "notice",
        "my-data",
        "tray",
        "doctor",
        "report",
        "example",
        "settings",
        "service",
    ),
)
"""In the order of `wfhagent --help`. Each is a module here, which has an `app` or a function."""


def make_app() -> typer.Typer:
    """Return the command line; its context object is the mapping of built-in plugins."""
    return bare_app(_LateGroup)


class _LateGroup(TyperGroup):
    """Has the commands of COMMANDS, and imports those that it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- typer's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        # What is no command is compared with all of them, to suggest one.
        for name in (cmd_name,) if cmd_name in COMMANDS else COMMANDS:
            if name not in self.commands:
                self.add_command(_imported(name), name)
        return self.commands.get(cmd_name)


def _imported(name: str) -> Any:
    """Return the command; typer has no public type for it."""
    module_name = name.replace("-", "_")
    module = importlib.import_module(f"wfhagent.cli.{module_name}")
    around = bare_app()
    if hasattr(module, "app"):
        around.add_typer(module.app, name=name)
    else:
        around.command(name)(getattr(module, module_name))
    return get_group(around).commands[name]
