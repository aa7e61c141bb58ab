"""When a time zone changes its offset: once a year a local time comes twice."""

from datetime import UTC, datetime, timedelta, tzinfo

_DAY_MINUTES = 24 * 60


def offsets_of(zone: tzinfo, first: datetime, last: datetime) -> tuple[list[datetime], list[str]]:
    """Return the moments from *first* to *last* at which *zone* changes, and the offsets.

    There is one offset more than moments: the one that is in force before the first.
    """
    moment, changes = first.astimezone(UTC).replace(second=0, microsecond=0), list[datetime]()
    offsets = [_offset_at(moment, zone)]
    while moment < last:
        following = moment + timedelta(minutes=_DAY_MINUTES)
        if _offset_at(following, zone) != offsets[-1]:
            changes.append(_change_after(moment, zone))
            offsets.append(_offset_at(following, zone))
        moment = following
    return changes, offsets


def _change_after(moment: datetime, zone: tzinfo) -> datetime:
    """Return when, within a day of *moment*, the offset is another; zones change on the minute."""
    before, early, late = _offset_at(moment, zone), 0, _DAY_MINUTES
    while late - early > 1:
        middle = (early + late) // 2
        if _offset_at(moment + timedelta(minutes=middle), zone) == before:
            early = middle
        else:
            late = middle
    return moment + timedelta(minutes=late)


def _offset_at(moment: datetime, zone: tzinfo) -> str:
    # The letters are no ornament: a spreadsheet computes what begins with a sign.
    local = f"{moment.astimezone(zone):%z}"
    return f"UTC{local[:3]}:{local[3:5]}"
