"""What an erasure leaves: where it is, and until when. For the certificate."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from wfhserver.storage.postgres.erasure import AuditLeft, ExportEntry

_BACKUP_DAYS = 7
_ELSEWHERE = (
    (
        "The laptop keeps its own copy: `[outbox] keep_days` of agent.toml, 30 days unless set"
        " otherwise. Uninstall the agent and delete its data folder to end that."
    ),
    (
        "Log files of the web server and of the system hold addresses and times as long as the"
        " system keeps them. A bucket that keeps versions keeps deleted screenshots."
    ),
)
_ENROLLS_AGAIN = (
    "A device with the agent and a valid enrollment token would be enrolled again. Uninstall"
    " the agent or revoke the token."
)
_ACCOUNT = (
    "The account of the dashboard with the same name stays: `wfhserver users disable` ends it."
)


class StoredRemains(NamedTuple):
    """What the database still has of the person.

    *is_user*: an account of the dashboard has one of the names. *block_id* is the block that stays.
    """

    audit: AuditLeft
    exports: Sequence[ExportEntry]
    is_user: bool
    block_id: int | None


def what_is_left(
    employee_id: int, now: datetime, audit_period: timedelta, stored: StoredRemains
) -> list[str]:
    """Return a sentence or two for each place that may still hold data of the person."""
    backups = (
        f"Backups made before {now:%Y-%m-%d %H:%M} UTC hold the data until they are deleted:"
        f" {_BACKUP_DAYS} days, so until {now + timedelta(days=_BACKUP_DAYS):%Y-%m-%d}, unless"
        " WFHSERVER_BACKUP_DAYS or BACKUP_DAYS says otherwise or copies are kept elsewhere."
        " Whoever restores one erases again."
    )
    return [
        *_audit(employee_id, now, audit_period, stored.audit),
        backups,
        *_exports(stored.exports),
        *_ELSEWHERE,
        _ENROLLS_AGAIN if stored.block_id is None else _block(stored.block_id),
        *([_ACCOUNT] if stored.is_user else []),
    ]


def _audit(employee_id: int, now: datetime, period: timedelta, left: AuditLeft) -> Iterator[str]:
    yield (
        f"The audit keeps {left.entries + 1} rows that name the number {employee_id}, not the name,"
        f" until {now + period:%Y-%m-%d}, or longer under a legal hold of others."
    )
    if left.with_name and left.newest is not None:
        numbers = ", ".join(map(str, left.with_name))
        yield (
            "Text in rows of the audit may hold the name: a reason that somebody typed, or a row of"
            f" an older version. Rows {numbers}, until {left.newest + period:%Y-%m-%d}."
        )


def _exports(exports: Sequence[ExportEntry]) -> list[str]:
    if not exports:
        return ["The audit names no export of the data."]
    lines = [
        f"{each.at:%Y-%m-%d %H:%M} UTC by {each.actor} ({each.action}, row {each.audit_id})"
        for each in exports
    ]
    return [
        "Files that were exported are with those who exported them, who have to delete them: "
        + "; ".join(lines)
        + "."
    ]


def _block(block_id: int) -> str:
    name = f"b{block_id}"
    return (
        f"The block {name} stays, so that no device enrolls under these usernames again. For"
        " that, the database keeps who blocked when, and the HMAC-SHA-256 of each username that"
        " nobody else has by now. The key of these hashes is in the same database, so whoever can"
        " read it can check whether a name that they guess is one of them. All of this is deleted"
        f" when the block is ended: on the page Devices, or by `wfhserver agents unblock {name}`."
        " Under another username, a device with the agent and a valid enrollment token would still"
        " be enrolled."
    )


def database_files(now: datetime, *, is_clean: bool) -> str:
    """Return what became of the rows in PostgreSQL's files; *is_clean* after VACUUM."""
    if is_clean:
        return (
            f"VACUUM took the deleted rows out of the database's tables on {now:%Y-%m-%d %H:%M}"
            " UTC. Their bytes can be in free space of its files until that is used again, and in"
            " its write-ahead log until that is recycled, or as long as you archive it."
        )
    return (
        "Deleted rows are in the database's files until VACUUM has run, which PostgreSQL starts by"
        " itself at some time. This role may not run it; the owner of the database can do it now:"
        " VACUUM. Their bytes can be in free space of the files until that is used again, and in"
        " the write-ahead log until that is recycled, or as long as you archive it."
    )
