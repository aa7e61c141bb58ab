"""From entries of the outbox to what travels. Pure."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from wfhagent.outbox.entry import Entry, EntryKind
from wfhagent.payload import decode_heartbeat, encode_batch
from wfhagent.plugin import Parcel, ParcelKind


def parcel_of(
    entries: Sequence[Entry],
    token: str,
    now: datetime,
    *,
    ask: date | None = None,
    calendar: int = 0,
) -> Parcel:
    """Return the parcel of *entries*, which are one log, or heartbeats that go at *now*.

    The last heartbeat asks for the slots of the workday *ask*, and names the revision of the
    *calendar* in use.
    """
    first = entries[0]
    if first.kind is EntryKind.LOG:
        return Parcel(
            kind=ParcelKind.LOG, token=token, body=first.body, attachment=first.attachment
        )
    heartbeats = [
        msgspec.structs.replace(
            decode_heartbeat(entry.body),
            queued_seconds=max(0.0, round((now - entry.created_at).total_seconds(), 1)),
        )
        for entry in entries
    ]
    heartbeats[-1] = msgspec.structs.replace(heartbeats[-1], workday=ask, calendar=calendar)
    return Parcel(kind=ParcelKind.HEARTBEAT, token=token, body=encode_batch(heartbeats))
