"""The tree of errors. Every message says what happened, where, and what to do.

* WfhagentError
  * SettingsError         agent.toml cannot be used
  * SecretError           a secret of a plugin's settings cannot be read
  * PluginError           a plugin cannot be loaded or used
  * OutboxError           the outbox cannot be opened or written
    * ReopenOutboxError   it has to be opened again
    * DamagedOutboxError  it is damaged; whoever opens it again sets it aside
  * FolderError           nothing can be written where the agent's data is
  * AlreadyRunningError   another agent of this user is running
  * EnrollmentError       the server did not accept this machine
  * KeyringError          the system's keyring cannot be used
    * KeyringDeniedError  its owner refused
  * ReportError           the report for support cannot be written
  * DisplayError          a page cannot be written for the browser
  * LedgerError           the record of the logs that were taken cannot be written
  * TestLogError          no test log is taken
  * TrayError             there is no session to show the icon in
  * NoticeError           the notice blocks it, or its record cannot be written
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

DROP_IN_PREFIX = "wfhagent_dropin_"
"""Drop-ins get module names of their own, so that none can replace another module."""


def in_words(error: OSError) -> str:
    """Return what the system refused, where, and what to do, as sentences."""
    what = error.strerror or str(error) or type(error).__name__
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{what}. Fix this and try again; `wfhagent doctor` may say more."


def describe_error(error: BaseException) -> str:
    """Return what other people's code raised, as the end of a sentence.

    For a drop-in with file and line, which its author looks for first.
    """
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    text = text.rstrip(".")
    place = _place_in_drop_in(error.__traceback__)
    if not place:
        return text
    text = f"{text} ({place})"
    if isinstance(error, ImportError) and error.name:
        text += _advice(error)
    return text


def _advice(error: ImportError) -> str:
    """Return what to do about a module that a drop-in imports and the agent cannot."""
    missing = str(error.name).partition(".")[0]
    plugin = _folder_of_drop_in(error.__traceback__)
    if plugin is None:
        return (
            f"; the agent does not have {missing}: make this plugin a folder, to which "
            "`wfhagent plugin vendor` adds packages"
        )
    if any(os.access(Path(plugin, f"{missing}{end}"), os.F_OK) for end in (".py", "")):
        return f"; it is in the plugin's own folder: `from . import {missing}`"
    vendored = sorted(Path(plugin).glob(f"_vendor/*-cp*/{missing}*"))
    platforms = ", ".join(dict.fromkeys(one.parent.name for one in vendored))
    if platforms:
        version = ".".join(map(str, sys.version_info[:2]))
        return (
            f"; the plugin has {missing} for {platforms}: on a device like this, with Python "
            f"{version}, run `wfhagent plugin vendor`, or give it --for and --python"
        )
    if not isinstance(error, ModuleNotFoundError):
        return ""
    return (
        f"; the agent does not have {missing}: write it into requirements.txt, and run "
        f"`wfhagent plugin vendor {os.path.basename(plugin)}`"  # noqa: PTH119
    )


def _frames_in_drop_in(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        if str(trace.tb_frame.f_globals.get("__name__", "")).startswith(DROP_IN_PREFIX):
            yield trace
        trace = trace.tb_next


def _folder_of_drop_in(trace: TracebackType | None) -> str | None:
    """Return the folder of the drop-in that raised; None for a single file."""
    for found in _frames_in_drop_in(trace):
        inside = found.tb_frame.f_globals
        module = sys.modules.get(inside["__name__"].partition(".")[0])
        # A drop-in that failed while it was imported is no module any more.
        folders = inside.get("__path__") or getattr(module, "__path__", None)
        if folders:
            return str(folders[0])
    return None


def _place_in_drop_in(trace: TracebackType | None) -> str:
    """Return file and line of the drop-in's deepest frame; empty when it has none."""
    place = ""
    for found in _frames_in_drop_in(trace):
        folder, name = os.path.split(found.tb_frame.f_code.co_filename)
        # Names only: whether the file is still there does not matter.
        file = f"{os.path.basename(folder)}/{name}" if name == "__init__.py" else name  # noqa: PTH119
        place = f"{file}, line {found.tb_lineno}"
    return place


class WfhagentError(Exception):
    """Whatever wfhagent raises on purpose; the command line shows it as one sentence."""


class SettingsError(WfhagentError):
    """agent.toml cannot be used; names file, table and key."""


class SecretError(WfhagentError):
    """A secret of a plugin's settings cannot be read; names file and table, never the value."""


class PluginError(WfhagentError):
    """A plugin cannot be loaded or used; names the plugin and where it came from."""


class OutboxError(WfhagentError):
    """The outbox cannot be opened or written; names the file."""


class ReopenOutboxError(OutboxError):
    """The outbox was opened on a full disk, which has room again: it has to be opened again."""


class DamagedOutboxError(OutboxError):
    """The outbox is no whole database any more; whoever opens it again sets it aside."""


class FolderError(WfhagentError):
    """Nothing can be written where the agent's data is; names the file."""


class TestLogError(WfhagentError):
    """No test log is taken; says why, and what to do."""

    __test__ = False


class LedgerError(WfhagentError):
    """The record of the logs that were taken cannot be written; names the file."""


class LockedError(WfhagentError):
    """Another process holds the file."""


class AlreadyRunningError(WfhagentError):
    """Another agent of this user is running; names the file that it holds."""


class EnrollmentError(WfhagentError):
    """The server did not accept this machine; names the server's code."""


class KeyringError(WfhagentError):
    """The system's keyring does not answer, or is locked; says which."""


class MissingKeyringError(KeyringError):
    """This desktop has no keyring."""


class KeyringDeniedError(KeyringError):
    """The keyring's owner was asked, and did not allow it."""


class ReportError(WfhagentError):
    """The report for support cannot be written; names the file."""


class DisplayError(WfhagentError):
    """A page cannot be written for the browser; names the file."""


class NoticeError(WfhagentError):
    """The notice blocks it, or its record cannot be written; says what to do."""


class TrayError(WfhagentError):
    """There is no session to show the icon in; says what is missing."""
