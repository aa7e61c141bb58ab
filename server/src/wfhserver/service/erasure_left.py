"""What an erasure leaves: where it is, and until when. For the certificate."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

_BACKUP_DAYS = 7


def what_is_left(
    employee_id: int,
    now: datetime,
    audit_kept: timedelta,
    *,
    audit_rows: Mapping[str, Any],
    exports: Sequence[Mapping[str, Any]],
    is_user: bool,
) -> list[str]:
    """Return a sentence or two for each place that may still hold data of the person.

    *audit_rows* and *exports* are as `storage.postgres.erasure` returns them.
    """
    left = [
        (
            f"The audit keeps {audit_rows['rows'] + 1} rows that name the number {employee_id}, not"
            f" the name, until {now + audit_kept:%Y-%m-%d}, or longer under a legal hold of others."
        )
    ]
    if audit_rows["with_name"]:
        numbers = ", ".join(map(str, audit_rows["with_name"]))
        left.append(
            f"Text in rows of the audit may hold the name: a reason that somebody typed, or a row"
            f" of an older version. Rows {numbers}, until"
            f" {audit_rows['newest'] + audit_kept:%Y-%m-%d}."
        )
    left.append(
        f"Backups made before {now:%Y-%m-%d %H:%M} UTC hold the data until they are deleted:"
        f" {_BACKUP_DAYS} days, so until {now + timedelta(days=_BACKUP_DAYS):%Y-%m-%d}, unless"
        " BACKUP_DAYS says otherwise or copies are kept elsewhere. Whoever restores one erases"
        " again."
    )
    left += _exports(exports)
    left.append(
        "The laptop keeps its own copy: `[outbox] keep_days` of agent.toml, 30 days unless set"
        " otherwise. Uninstall the agent and delete its data folder to end that."
    )
    left.append(
        "Log files of the web server and of the system hold addresses and times as long as the"
        " system keeps them. A bucket that keeps versions keeps deleted screenshots."
    )
    left.append(
        "A device with the agent and a valid enrollment token would be enrolled again. Uninstall"
        " the agent or revoke the token."
    )
    if is_user:
        left.append(
            "The account of the dashboard with the same name stays: `wfhserver users disable` ends"
            " it."
        )
    return left


def _exports(exports: Sequence[Mapping[str, Any]]) -> list[str]:
    if not exports:
        return ["The audit names no export of the data."]
    lines = [
        f"{row['at']:%Y-%m-%d %H:%M} UTC by {row['actor']} ({row['action']}, row {row['audit_id']})"
        for row in exports
    ]
    return [
        "Files that were exported are with those who exported them, who have to delete them: "
        + "; ".join(lines)
        + "."
    ]


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
