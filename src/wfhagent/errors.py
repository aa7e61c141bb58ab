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
    if isinstance(error, ModuleNotFoundError) and error.name:
        missing = error.name.partition(".")[0]
        text += (
            "; what the agent does not have can lie in the plugin's own folder: "
            f"`from . import {missing}`"
        )
    return text


def _place_in_drop_in(trace: TracebackType | None) -> str:
    """Return file and line of the drop-in's deepest frame; empty when it has none."""
    place = ""
    while trace is not None:
        frame = trace.tb_frame
        if str(frame.f_globals.get("__name__", "")).startswith(DROP_IN_PREFIX):
            folder, name = os.path.split(frame.f_code.co_filename)
            # Names only: whether the file is still there does not matter.
            file = f"{os.path.basename(folder)}/{name}" if name == "__init__.py" else name  # noqa: PTH119
            place = f"{file}, line {trace.tb_lineno}"
        trace = trace.tb_next
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
