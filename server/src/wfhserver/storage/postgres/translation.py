"""What the errors of asyncpg mean to the rest of the server."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from wfhserver.errors import (
    BatchRejectedError,
    DatabaseRefusedError,
    DatabaseUnavailableError,
    MissingPartitionError,
    NodeUnavailableError,
    StatementRefusedError,
    WfhserverError,
)

log = logging.getLogger(__name__)

POOLED = (
    "A connection pooler gives each transaction another connection, and this server needs one for"
    " each session. Set pool_mode = session in PgBouncer."
)

FAILURES = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What asyncpg raises when the database cannot be used; TimeoutError is an OSError."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn what asyncpg raises into the errors of the server."""
    try:
        yield
    except FAILURES as error:
        raise _translation_of(error) from error


def _translation_of(error: Exception) -> WfhserverError:
    match error:
        case asyncpg.DataError() | asyncpg.IntegrityConstraintViolationError():
            return _refused_rows(error)
        case PermissionError():
            where = error.filename or "the database's socket"
            return DatabaseUnavailableError(
                f"This user may not read {where}, which connecting to the database needs. Open it,"
                " or set HOME to a folder of this user."
            )
        case asyncpg.InvalidSQLStatementNameError() | asyncpg.DuplicatePreparedStatementError():
            return DatabaseUnavailableError(POOLED)
        case asyncpg.InsufficientResourcesError() | asyncpg.ReadOnlySQLTransactionError():
            return DatabaseRefusedError(
                f"The database is full or read-only ({type(error).__name__}). Try again later."
            )
        case asyncpg.PostgresError() if _is_sent_by_server(error):
            return _by_state(error)
    return _try_again(error)


def _try_again(error: Exception) -> DatabaseUnavailableError:
    return DatabaseUnavailableError(
        f"The database cannot be used at the moment ({type(error).__name__}). Try again."
    )


def _is_sent_by_server(error: asyncpg.PostgresError) -> bool:
    # What asyncpg raises by itself has no fields of PostgreSQL's message.
    return getattr(error, "severity", None) is not None


def _by_state(error: asyncpg.PostgresError) -> WfhserverError:
    """Return the error for the class of an SQLSTATE, its first two characters."""
    state = error.sqlstate or ""
    if isinstance(error, asyncpg.UndefinedTableError):
        return DatabaseUnavailableError(
            "The database has no schema, or an older one. Run `wfhserver db upgrade`."
        )
    if state.startswith("08"):
        # The connection to PostgreSQL works: it is Citus that cannot reach a node.
        return NodeUnavailableError(
            "A node of the database cannot be reached, so the data of some agents cannot be stored"
            " or read. Agents keep it and try again."
        )
    if state.startswith(("0A", "42")):
        # Not supported, or a wrong name or no right.
        # The message alone: a detail may quote rows.
        log.error("PostgreSQL refused a statement: %s: %s", state, error.args[0])
        return StatementRefusedError(
            f"The database refuses a statement of this server ({state}, {type(error).__name__})."
            " Trying again will not help: see the server's log."
        )
    if str(error.args[0]).startswith("no partition of relation"):
        # Citus passes a node's error on without its state.
        return MissingPartitionError("The database has no partition for the day of a row.")
    return _try_again(error)


def _refused_rows(error: asyncpg.PostgresError) -> WfhserverError:
    # Not its message: that quotes the rows, and this one goes into the journal.
    if isinstance(error, asyncpg.CheckViolationError) and error.constraint_name is None:
        return MissingPartitionError(
            f"The database has no partition of {error.table_name} for the day of a row."
        )
    where = getattr(error, "constraint_name", None) or getattr(error, "table_name", None)
    return BatchRejectedError(
        f"PostgreSQL refused the rows ({type(error).__name__}, {where or 'no constraint'})."
    )
