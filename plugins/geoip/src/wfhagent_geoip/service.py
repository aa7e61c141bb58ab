"""Places from a web service that answers with JSON."""

import ssl
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 10.0
MOST_BYTES = 64 * 1024

# What well-known services call the same thing.
_NAMES = {
    "country": ("country_code", "countryCode", "country_iso", "country"),
    "city": ("city", "cityName"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng"),
}


def locate(url: str) -> dict[str, Any]:
    """Return the place that the service at *url* gives.

    Raises:
        ValueError: the service was not reached, or its answer holds no place.
    """
    host = urlsplit(url).hostname
    if not host:
        raise ValueError("[plugins.geoip] url is empty: give an https address with {ip} in it")
    return parse(_fetch(url, host), host)


def _fetch(url: str, host: str) -> bytes:
    import httpx  # noqa: PLC0415 -- needed twice a day
    import truststore  # noqa: PLC0415

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        with (
            httpx.Client(verify=context, timeout=TIMEOUT_SECONDS) as client,
            client.stream("GET", url) as response,
        ):
            response.raise_for_status()
            body = b""
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise ValueError(f"{host} answered with more than {MOST_BYTES} bytes")
            return body
    except httpx.HTTPStatusError as error:
        raise ValueError(f"{host} answered {error.response.status_code}") from error
    except httpx.HTTPError as error:
        raise ValueError(f"{host} was not reached: {error}") from error


def parse(body: bytes, host: str) -> dict[str, Any]:
    """Return the place in the JSON *body* that *host* answered with."""
    import msgspec  # noqa: PLC0415

    try:
        answer = msgspec.json.decode(body, type=dict[str, Any])
    except ValueError as error:
        raise ValueError(f"{host} did not answer with a JSON object: {error}") from error
    if isinstance(answer.get("loc"), str):
        answer["latitude"], _, answer["longitude"] = answer["loc"].partition(",")
    place: dict[str, Any] = {
        name: next((answer[key] for key in keys if answer.get(key)), None)
        for name, keys in _NAMES.items()
    }
    for axis in ("latitude", "longitude"):
        if place[axis] is not None:
            place[axis] = float(place[axis])
    if all(value is None for value in place.values()):
        raise ValueError(f"the answer of {host} holds no place")
    return {**place, "source": host}
