"""The command line: one command, one file.

Each is imported when it is called for: a child process that asks one collector is small, and so is
the agent that a service started.
"""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, NamedTuple

from wfhagent.errors import WfhagentError, in_words
from wfhagent.process.child import CHILD_COMMAND
from wfhagent.process.streams import prepare_streams

if TYPE_CHECKING:
    import typer

NO_BUILT_IN: Mapping[str, ModuleType] = MappingProxyType({})
_CHILD_ARGUMENTS = 2
_OTHERS = 0o077
_INTERRUPTED = 130
"""As shells have it: 128 and the number of the signal."""
_RUN = "run"
_AS_A_SERVICE = [_RUN, "--quiet"]
_ICON = "tray"
_NEW_OBJECTS = 20_000
"""How many there are before a command looks for cycles among them; Python's 700 are a fifth of its
time, for it ends before they matter."""


def main(built_in: Mapping[str, ModuleType] = NO_BUILT_IN) -> None:
    """Run the command line; *built_in* are the plugin modules compiled into the program."""
    prepare_streams()
    # Nobody else reads or writes what this process makes, whatever rights it inherited.
    os.umask(os.umask(_OTHERS) | _OTHERS)
    arguments = sys.argv[1:]
    if len(arguments) == _CHILD_ARGUMENTS and arguments[0] == CHILD_COMMAND:
        import wfhagent.process.light_msgspec  # noqa: PLC0415, F401 -- before whatever imports msgspec
        from wfhagent.cli.in_child import in_child  # noqa: PLC0415

        in_child(arguments[1], built_in)
    if arguments[:1] == [_RUN]:
        _end_at_once()
    try:
        if arguments[: len(_AS_A_SERVICE)] == _AS_A_SERVICE:
            _serve(arguments[len(_AS_A_SERVICE) :], built_in)
        if arguments[:1] == [_ICON]:
            _show(arguments[1:])
        gc.set_threshold(_NEW_OBJECTS)
        make_app()(obj=built_in)
    except KeyboardInterrupt:
        # Ctrl-C while it was still being loaded, or at the icon.
        sys.exit(_INTERRUPTED)
    except WfhagentError as error:
        sys.stderr.write(f"wfhagent: {error}\n")
        sys.exit(1)
    except OSError as error:
        # Files and folders that no command expects to fail: a sentence is all that helps here.
        sys.stderr.write(f"wfhagent: {in_words(error)}\n")
        sys.exit(1)


def make_app() -> "typer.Typer":
    """Return the command line; its context object is the mapping of built-in plugins."""
    from wfhagent.cli.app import make_app  # noqa: PLC0415

    return make_app()


def _end_at_once() -> None:
    """Let Ctrl-C end an agent that is still being loaded, and not raise in the middle of it.

    Code that is compiled may not expect an error while it begins. Nothing is open yet; the agent
    takes the signals over when it is.
    """
    import signal  # noqa: PLC0415 -- the children above need none

    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _serve(options: Sequence[str], built_in: Mapping[str, ModuleType]) -> None:
    """Run as services are started, and end; what is written otherwise is the command line's."""
    found = _config(options)
    if found is None:
        return
    import wfhagent.process.light_msgspec  # noqa: PLC0415, F401 -- before whatever imports msgspec
    from wfhagent.agent.run import run  # noqa: PLC0415

    run(found.file, built_in)
    sys.exit(0)


def _show(options: Sequence[str]) -> None:
    """Show the icon as services do, and end."""
    found = _config(options)
    if found is None:
        return
    import wfhagent.process.light_msgspec  # noqa: PLC0415, F401 -- before whatever imports msgspec
    from wfhagent.cli.icon import show_icon  # noqa: PLC0415

    show_icon(found.file)
    sys.exit(0)


class _Config(NamedTuple):
    """The agent.toml that was named, if one was."""

    file: Path | None


def _config(options: Sequence[str]) -> _Config | None:
    """Return what *options* name; None when they are others than a service has."""
    match options:
        case []:
            return _Config(None)
        case ["--config", str(file)]:
            return _Config(Path(file))
        case _:
            return None
