"""Places from a local city database, such as DB-IP Lite or GeoLite2."""

from typing import Any


def locate(file: str, ip: str) -> dict[str, Any]:
    """Return the place of *ip* in the .mmdb *file*.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no database, or holds no place of *ip*.
    """
    import maxminddb  # noqa: PLC0415 -- needed twice a day

    if not file:
        raise ValueError("[plugins.geoip] database is empty: name an .mmdb file")
    try:
        with maxminddb.open_database(file) as reader:
            found: Any = reader.get(ip)
    except maxminddb.InvalidDatabaseError as error:
        raise ValueError(f"{file} is no .mmdb database: {error}") from error
    if found is None:
        raise ValueError(f"{file} does not know {ip}")
    place = _place_of(found) if isinstance(found, dict) else {}
    if not any(value is not None for value in place.values()):
        raise ValueError(f"{file} holds no place of {ip}: name a city database")
    return {**place, "source": "database"}


def _place_of(record: dict[str, Any]) -> dict[str, Any]:
    """Read the layout of GeoLite2 and DB-IP, or a flat one; what has a wrong type is left out."""
    country, city, position = (record.get(name) for name in ("country", "city", "location"))
    country = country.get("iso_code") if isinstance(country, dict) else country
    names = city.get("names") if isinstance(city, dict) else None
    city = names.get("en") if isinstance(names, dict) else city
    position = position if isinstance(position, dict) else record
    latitude = _number(position.get("latitude", position.get("lat")), -90, 90)
    east = position.get("longitude", position.get("lon", position.get("lng")))
    longitude = _number(east, -180, 180)
    is_point = latitude is not None and longitude is not None
    return {
        "country": _text(record.get("country_code")) or _text(country),
        "city": _text(city),
        "latitude": latitude if is_point else None,
        "longitude": longitude if is_point else None,
        "accuracy_km": _number(position.get("accuracy_radius"), 0, 40_075),
    }


def _text(value: Any) -> str | None:
    if not isinstance(value, str) or not value.isprintable():
        return None
    # The server takes no longer names.
    return value[:255] or None


def _number(value: Any, least: float, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if least <= number <= most else None
