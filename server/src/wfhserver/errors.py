"""The tree of errors. Every message says what happened, where, and what to do.

* WfhserverError
  * SettingsError               an environment variable cannot be used
  * EmbeddedError               the embedded PostgreSQL cannot be started or stopped
  * GeoIpError                  a GeoIP database cannot be fetched or read
  * DeviceError                 a token, agent, block or team that was named does not exist
  * AuditError                  the audit is not what it was
  * BackupError                 a backup cannot be made, is damaged, or cannot be restored
    * DamagedBackupError        its files are not those that were written
  * DistributeError             the database cannot be distributed
  * SimulateError               a capacity test cannot run, or something sent was not stored
  * SchemaError                 the database cannot be brought to this version's schema
  * DatabaseUnavailableError    PostgreSQL is away or not migrated; trying again may help
    * DatabaseRefusedError      PostgreSQL refuses, e.g. full or read-only: nothing was stored
      * StatementRefusedError   PostgreSQL refuses the statement: a fault of server or set-up
      * NodeUnavailableError    of several database nodes one is away: others can store
  * BatchRejectedError          PostgreSQL refuses these rows; trying them again will not help
    * MissingPartitionError     the day of a row has no place in the database yet
  * ClockError                  the server's clock cannot be right: nothing is deleted by it
  * AgentRevokedError           an agent was revoked while its request was under way
  * StorageFullError            there is no room for screenshots
  * StoreUnavailableError       the store of the screenshots cannot be used at the moment
  * ExportError                 an export could not be made; says why
  * OutgoingError               an address that somebody entered may not or cannot be reached
  * DeliveryError               a message could not be delivered; says why, without a secret
  * Refusal                     a request that gets a problem document as its answer
"""

from enum import StrEnum


class WfhserverError(Exception):
    """Whatever wfhserver raises on purpose; the command line shows it as one sentence."""


class SettingsError(WfhserverError):
    """An environment variable cannot be used; names it."""


class EmbeddedError(WfhserverError):
    """The embedded PostgreSQL cannot be started or stopped; names its folder."""


class GeoIpError(WfhserverError):
    """A GeoIP database cannot be fetched or read; names the file or address."""


class DeviceError(WfhserverError):
    """A token, agent, block or team that was named does not exist; says what lists them."""


class AuditError(WfhserverError):
    """The audit is not what it was; names the row."""


class DemoError(WfhserverError):
    """The demo cannot be started; names what is missing or which log to read."""


class SimulateError(WfhserverError):
    """A capacity test cannot run, or found something missing; says what."""


class BackupError(WfhserverError):
    """A backup cannot be made, is damaged, or cannot be restored; names it and says why."""


class DamagedBackupError(BackupError):
    """The files of a backup are not those that were written; names the first."""


class DistributeError(WfhserverError):
    """The database cannot be distributed; says what is missing."""


class SchemaError(WfhserverError):
    """The database cannot be brought to this version's schema; says why and what to do."""


class DatabaseUnavailableError(WfhserverError):
    """PostgreSQL is away, or has an older schema; nothing was accepted."""


class DatabaseRefusedError(DatabaseUnavailableError):
    """PostgreSQL refuses, as when it is full or read-only: certainly nothing was stored."""


class StatementRefusedError(DatabaseRefusedError):
    """PostgreSQL refuses the statement itself: a fault of the server or the set-up."""


class NodeUnavailableError(DatabaseRefusedError):
    """A node of Citus is away; nothing of the transaction was stored."""


class BatchRejectedError(WfhserverError):
    """PostgreSQL refuses the rows themselves; nothing of the batch was stored."""


class MissingPartitionError(BatchRejectedError):
    """The day of a row has no place in the database yet; nothing of the batch was stored."""


class ClockError(WfhserverError):
    """The server's clock cannot be right; says what it shows and what to do."""


class AgentRevokedError(WfhserverError):
    """An agent was revoked while its request was under way; nothing was stored."""


class StorageFullError(WfhserverError):
    """There is no room for screenshots; nothing was stored."""


class StoreUnavailableError(WfhserverError):
    """The store of the screenshots cannot be used at the moment; names it and why."""


class ExportError(WfhserverError):
    """An export could not be made; says why."""


class OutgoingError(WfhserverError):
    """An address that somebody entered may not be reached, or does not answer; says why."""


class DeliveryError(WfhserverError):
    """A message could not be delivered; says why, without a secret.

    *permanent* says that trying again will not help, *alone* that other messages to the same mail
    server are not concerned.
    """

    def __init__(self, message: str, *, permanent: bool = False, alone: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.alone = alone or permanent


class Code(StrEnum):
    """The stable codes of the protocol; an agent decides by them."""

    BODY_NOT_JSON = "body_not_json"
    BODY_INCOMPLETE = "body_incomplete"
    TOKEN_MISSING = "token_missing"  # noqa: S105 -- a code, not a secret
    TOKEN_UNKNOWN = "token_unknown"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    ENROLLMENT_TOKEN_INVALID = "enrollment_token_invalid"  # noqa: S105
    ENROLLMENT_TOKEN_EXPIRED = "enrollment_token_expired"  # noqa: S105
    ENROLLMENT_TOKEN_USED_UP = "enrollment_token_used_up"  # noqa: S105
    APPROVAL_PENDING = "approval_pending"
    IDENTITY_CONFLICT = "identity_conflict"
    AGENT_BLOCKED = "agent_blocked"
    IDENTITY_UNCERTAIN = "identity_uncertain"
    SESSION_MISSING = "session_missing"
    MY_SESSION_MISSING = "my_session_missing"
    MY_LINK_UNKNOWN = "my_link_unknown"
    MY_LINK_USED = "my_link_used"
    MY_LINK_EXPIRED = "my_link_expired"
    ACCOUNT_LINK_ENDED = "account_link_ended"
    LOGIN_FAILED = "login_failed"
    OIDC_FAILED = "oidc_failed"
    OIDC_UNAVAILABLE = "oidc_unavailable"
    SECOND_FACTOR_REQUIRED = "second_factor_required"
    NOT_ALLOWED = "not_allowed"
    CSRF_FAILED = "csrf_failed"
    TOO_MANY_LOGINS = "too_many_logins"
    CONFLICT = "conflict"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    BODY_TOO_LARGE = "body_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    INVALID_FIELD = "invalid_field"
    SCREENSHOT_MISSING = "screenshot_missing"
    SCREENSHOT_INVALID = "screenshot_invalid"
    OUTSIDE_RETENTION = "outside_retention"
    WORKDAY_AHEAD = "workday_ahead"
    TEST_LIMIT = "test_limit"
    TOO_MANY_REQUESTS = "too_many_requests"
    RATE_LIMITED = "rate_limited"
    REQUEST_TIMEOUT = "request_timeout"
    DATABASE_UNAVAILABLE = "database_unavailable"
    CLOCK_IMPLAUSIBLE = "clock_implausible"
    SCREENSHOT_STORAGE_FULL = "screenshot_storage_full"
    SCREENSHOT_STORAGE_UNAVAILABLE = "screenshot_storage_unavailable"
    INTERNAL_ERROR = "internal_error"


class Refusal(WfhserverError):  # noqa: N818 -- an answer, not a fault of the program
    """A request that gets a problem document.

    *detail* is for people, *field* names the part of the body that is to blame
    (`screenshot.status`, `[3].timestamp`), and is None when no part is. *retry_after* are the
    seconds after which it is worth trying again, where that is known.
    """

    def __init__(
        self,
        code: Code,
        detail: str,
        *,
        field: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        self.code = code
        self.detail = detail
        self.field = field
