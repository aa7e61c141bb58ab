"""Places from a local city database, such as DB-IP Lite or GeoLite2."""

from typing import Any, cast


def locate(file: str, ip: str) -> dict[str, Any]:
    """Return the place of *ip* in the .mmdb *file*.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no database, or does not know *ip*.
    """
    import maxminddb  # noqa: PLC0415 -- needed twice a day

    if not file:
        raise ValueError("[plugins.geoip] database is empty: name an .mmdb file")
    try:
        with maxminddb.open_database(file) as reader:
            found = cast("dict[str, Any] | None", reader.get(ip))
    except maxminddb.InvalidDatabaseError as error:
        raise ValueError(f"{file} is no .mmdb database: {error}") from error
    if found is None:
        raise ValueError(f"{file} does not know {ip}")
    position = found.get("location", {})
    return {
        "country": found.get("country", {}).get("iso_code"),
        "city": found.get("city", {}).get("names", {}).get("en"),
        "latitude": position.get("latitude"),
        "longitude": position.get("longitude"),
        "accuracy_km": position.get("accuracy_radius"),
        "source": "database",
    }
