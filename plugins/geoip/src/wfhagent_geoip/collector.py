"""Chooses who is asked for the place, and makes the answer coarse."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from wfhagent.plugin import (
    Absent,
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    Meta,
    Personal,
    Whereami,
)
from wfhagent_geoip import database, service


class GeoIPConfig(Config, frozen=True, kw_only=True):
    """The table `[plugins.geoip]`."""

    provider: Annotated[
        Literal["server", "database", "url"],
        Meta(description="Where to look up a location: server, local .mmdb file, or web service."),
    ] = "server"
    database: Annotated[
        str, Meta(description="For provider database: path of a city database (.mmdb).")
    ] = ""
    url: Annotated[
        str,
        Meta(
            pattern=r"^(https://.+)?$",
            description="For provider url: https address that answers with JSON; {ip} is replaced.",
        ),
    ] = ""
    decimals: Annotated[
        int,
        Meta(ge=0, le=4, description="Decimals of latitude and longitude: 1 is about 10 km."),
    ] = 2


class GeoIP(Collector[GeoIPConfig]):
    """The location of the public address: a city, never a street. No sensor is used."""

    name = "geoip"
    facts = (
        Fact(
            "location",
            "Country, city and rounded coordinates, looked up by the public address",
            "Security: to notice a sign-in from an unexpected place",
            Personal.INDIRECT,
            risk="Even an approximate location shows where somebody lives or travels.",
            guard="It comes from the address only, not a sensor, and is rounded to `decimals`.",
        ),
    )
    time_limit_seconds = 40.0

    def collect(self, context: Context) -> Facts:
        """Return the location, or why there is none."""
        where = context.whereami()
        try:
            location = self._locate(where)
        except (OSError, ValueError) as error:
            return {"location": Absent(str(error))}
        if location is None:
            reason = where.absent.get("location", "the server did not say")
            return {"location": Absent(reason)}
        return {"location": coarse(location, self.config.decimals)}

    def _locate(self, where: Whereami) -> Mapping[str, Any] | None:
        if self.config.provider == "server":
            return where.location
        if self.config.provider == "database":
            return database.locate(self.config.database, _public_ip(where))
        template = self.config.url
        ip = _public_ip(where) if "{ip}" in template else ""
        return service.locate(template.replace("{ip}", ip))


def _public_ip(where: Whereami) -> str:
    if where.public_ip is None:
        raise ValueError(where.absent.get("public_ip", "the public address is not known"))
    return where.public_ip


def coarse(location: Mapping[str, Any], decimals: int) -> dict[str, Any]:
    """Return *location* with its coordinates rounded, without members that are not known."""
    return {
        name: round(value, decimals) if name in {"latitude", "longitude"} else value
        for name, value in location.items()
        if value is not None
    }
