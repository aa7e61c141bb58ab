"""The tree of errors. Every message says what happened, where, and what to do.

* WfhagentError
  * SettingsError         agent.toml cannot be used
  * PluginError           a plugin cannot be loaded or used
  * OutboxError           the outbox cannot be opened or written
    * ReopenOutboxError   it is to be opened anew
    * DamagedOutboxError  it is no whole database any more; opened anew it is set aside
  * FolderError           nothing can be written where the agent's data lies
  * AlreadyRunningError   another agent of this user is running
  * EnrollmentError       the server did not accept this machine
  * KeyringError          the system's keyring cannot be used
    * KeyringDeniedError  its owner said no
  * ReportError           the report for support cannot be written
  * DisplayError          a page cannot be written for the browser
  * LedgerError           the record of the logs that were taken cannot be written
  * TestLogError          no test log is taken
  * TrayError             there is no session to show the icon in
  * NoticeError           the notice stands in the way, or its record cannot be written
"""


def in_words(error: OSError) -> str:
    """Return what the system refused, where, and what to do, as sentences."""
    what = error.strerror or str(error) or type(error).__name__
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{what}. Fix this and try again; `wfhagent doctor` may say more."


class WfhagentError(Exception):
    """Whatever wfhagent raises on purpose; the command line shows it as one sentence."""


class SettingsError(WfhagentError):
    """agent.toml cannot be used; names file, table and key."""


class PluginError(WfhagentError):
    """A plugin cannot be loaded or used; names the plugin and where it came from."""


class OutboxError(WfhagentError):
    """The outbox cannot be opened or written; names the file."""


class ReopenOutboxError(OutboxError):
    """The outbox was opened on a full disk, which has room again: it is to be opened anew."""


class DamagedOutboxError(OutboxError):
    """The outbox is no whole database any more; who opens it anew sets it aside."""


class FolderError(WfhagentError):
    """Nothing can be written where the agent's data lies; names the file."""


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
    """The notice stands in the way, or its record cannot be written; says what to do."""


class TrayError(WfhagentError):
    """There is no session to show the icon in; says what is missing."""
