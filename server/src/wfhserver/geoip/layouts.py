"""Reads the records of GeoIP databases: each maker has its own layout.

Known are that of GeoLite2 and DB-IP (`country.iso_code`, `city.names.en`, `location.latitude`)
and flat ones (`country_code` or `country`, `city`, `latitude`/`lat`, `longitude`/`lon`/`lng`, or
`loc` with both).
"""

import itertools
import math
from typing import Any, Final

import maxminddb

from wfhserver.payload import Location

_TEXT_LIMIT = 255
_SAMPLE = 200
_SHOWN_FIELDS = 6
_COUNTRY_CODES: Final = ("country_code", "country_iso_code", "countryCode")
_LATITUDES: Final = ("latitude", "lat")
_LONGITUDES: Final = ("longitude", "lon", "lng")


def location_of(record: Any) -> Location | None:
    """Return the place that *record* describes; None when it describes none.

    What has another type than it should is left out, and leaves the rest alone.
    """
    if not isinstance(record, dict):
        return None
    latitude, longitude = _point_of(record)
    location = Location(
        country=_country_of(record),
        city=_name_of(record.get("city")),
        latitude=latitude,
        longitude=longitude,
        accuracy_km=_number(_inner(record, "location").get("accuracy_radius"), 0, 40_075),
        source="server",
    )
    is_place = location.country or location.city or latitude is not None
    return location if is_place else None


def problem_of(reader: maxminddb.Reader) -> str | None:
    """Return why no places can be read from a database; None when they can.

    It looks at its first records: a database of providers or of anonymous networks has none.
    """
    fields = set[str]()
    for _, record in itertools.islice(reader, _SAMPLE):
        if location_of(record) is not None:
            return None
        if isinstance(record, dict):
            fields.update(str(key)[:32] for key in record)
    kind = str(reader.metadata().database_type)[:64]
    named = ", ".join(sorted(fields)[:_SHOWN_FIELDS]) or "nothing"
    return (
        f"the GeoIP database of the server ({kind!a}) holds no places in a known layout, but"
        f" {ascii(named)[1:-1]}; install a city database"
    )


def _country_of(record: dict[str, Any]) -> str | None:
    for name in _COUNTRY_CODES:
        code = _text(record.get(name))
        if code is not None:
            return code
    country = record.get("country")
    if isinstance(country, dict):
        return _text(country.get("iso_code")) or _text(country.get("code")) or _name_of(country)
    return _text(country)


def _name_of(value: Any) -> str | None:
    """Return a name that is plain text, or a table of languages."""
    if not isinstance(value, dict):
        return _text(value)
    names = value.get("names")
    if not isinstance(names, dict):
        return _text(value.get("name"))
    found = (_text(name) for name in (names.get("en"), *names.values()))
    return next((name for name in found if name is not None), None)


def _point_of(record: dict[str, Any]) -> tuple[float, float] | tuple[None, None]:
    for place in (_inner(record, "location"), record):
        latitude = _number(_first(place, _LATITUDES), -90, 90)
        longitude = _number(_first(place, _LONGITUDES), -180, 180)
        if latitude is not None and longitude is not None:
            return latitude, longitude
    parts = str(record.get("loc", "")).split(",")
    numbers = [_number(part, -180, 180) for part in parts]
    match numbers:
        case [float(latitude), float(longitude)] if abs(latitude) <= 90:  # noqa: PLR2004
            return latitude, longitude
    return None, None


def _inner(record: dict[str, Any], name: str) -> dict[str, Any]:
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def _first(place: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((place[name] for name in names if name in place), None)


def _text(value: Any) -> str | None:
    if not isinstance(value, str) or not value.isprintable() or len(value) > _TEXT_LIMIT:
        return None
    return value.strip() or None


def _number(value: Any, least: float, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and least <= number <= most else None
