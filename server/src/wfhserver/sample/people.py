"""Who works there: names, teams, places and habits. Pure."""

from enum import StrEnum
from random import Random  # noqa: TID251 -- a type only; it comes as an argument
from typing import Any

import msgspec

TEAMS = ("Engineering", "Support", "Sales", "Finance", "People")
# With letters of several scripts, to try the drawing of names.
_GIVEN = (
    *("anna", "bernd", "chiara", "david", "elif", "felix", "greta", "hanna", "ivan", "jana"),
    *("karim", "lena", "mateo", "nadia", "oskar", "petra", "quentin", "rosa", "samir", "tereza"),
    *("ulrich", "vera", "wanda", "yusuf", "zoë", "jürgen", "łukasz", "søren", "çağla", "josé"),
)
_FAMILY = (
    *("gruber", "huber", "rossi", "novak", "yilmaz", "wagner", "leitner", "fischer", "petrov"),
    *("horváth", "haddad", "berger", "garcía", "benali", "lindgren", "schmid", "moreau", "costa"),
    *("kowalski", "dvořák", "maier", "sokolova", "müller", "öztürk", "weiß", "jensen", "silva"),
)
_OTHER_SCRIPTS = ("олена.шевченко", "νίκος.παππάς", "山田.太郎", "김.민준")
_PLATFORMS = (
    *("Windows-11-10.0.26100-AMD64", "Windows-10-10.0.19045-AMD64"),
    *("macOS-15.6-arm64", "Linux-6.8.0-x86_64"),
)
_VERSIONS = ("0.1.0", "0.1.0", "0.1.0", "0.1.0", "0.0.9")


class Habit(StrEnum):
    """How somebody's laptop is used."""

    OFFICE = "office"
    LATE = "late"
    PART_TIME = "part_time"
    ERRATIC = "erratic"


class Place(msgspec.Struct, frozen=True):
    """Where somebody works: the network (for documentation only) that shows it, and the zone."""

    country: str
    city: str
    latitude: float
    longitude: float
    network: str
    time_zone: str

    def located(self) -> dict[str, Any]:
        """Return the location as an agent sends it."""
        found = msgspec.structs.asdict(self)
        del found["network"], found["time_zone"]
        return {**found, "accuracy_km": 20, "source": "server"}


PLACES = (
    Place("AT", "Vienna", 48.21, 16.37, "203.0.113", "Europe/Vienna"),
    Place("AT", "Graz", 47.07, 15.44, "203.0.113", "Europe/Vienna"),
    Place("AT", "Linz", 48.31, 14.29, "203.0.113", "Europe/Vienna"),
    Place("DE", "Munich", 48.14, 11.58, "198.51.100", "Europe/Berlin"),
    Place("DE", "Berlin", 52.52, 13.41, "198.51.100", "Europe/Berlin"),
    Place("CZ", "Brno", 49.20, 16.61, "192.0.2", "Europe/Prague"),
    Place("PT", "Lisbon", 38.72, -9.14, "192.0.2", "Europe/Lisbon"),
    Place("IN", "Pune", 18.52, 73.86, "198.51.100", "Asia/Kolkata"),
    Place("JP", "Osaka", 34.69, 135.50, "203.0.113", "Asia/Tokyo"),
)
# Most live where the office is.
_WEIGHTS = (14, 6, 4, 5, 4, 2, 2, 2, 1)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody, with one laptop. *host_number* is the last part of the public address."""

    username: str
    hostname: str
    team: str
    place: Place
    habit: Habit
    platform: str
    agent_version: str
    host_number: int

    @property
    def display_name(self) -> str:
        """The name as people write it."""
        return " ".join(part.capitalize() for part in self.username.split("."))

    @property
    def email(self) -> str:
        """An address to which nothing can be sent."""
        return f"{self.username}@example.com"


def people(rng: Random, count: int) -> list[Person]:
    """Return *count* people, no two of one name."""
    names = [*_OTHER_SCRIPTS[: count // 10]]
    while len(names) < count:
        name = f"{rng.choice(_GIVEN)}.{rng.choice(_FAMILY)}"
        if name not in names:
            names.append(name)
    rng.shuffle(names)
    return [_person(rng, name, number) for number, name in enumerate(names)]


def _person(rng: Random, name: str, number: int) -> Person:
    return Person(
        username=name,
        hostname=f"LAPTOP-{rng.randrange(16**6):06X}",
        team=TEAMS[number % len(TEAMS)],
        place=rng.choices(PLACES, _WEIGHTS)[0],
        habit=rng.choices([*Habit], (10, 3, 3, 2))[0],
        platform=rng.choice(_PLATFORMS),
        agent_version=rng.choice(_VERSIONS),
        host_number=10 + number,
    )
