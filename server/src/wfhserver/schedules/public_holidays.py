"""Public holidays by country and region, from the library `holidays`."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final

_LANGUAGE: Final = "en_US"
# A company has some dozen regions, and looks at a few years.
_CACHED: Final = 1024


@lru_cache(maxsize=1)
def supported_regions() -> Mapping[str, tuple[str, ...]]:
    """Return the regions that have holidays of their own, by country; both as ISO 3166 codes.

    Takes a moment the first time, for it loads every country.
    """
    import holidays  # noqa: PLC0415 -- 0.2 s, and few companies plan with it

    found = holidays.list_supported_countries(include_aliases=False)
    return MappingProxyType({country: tuple(regions) for country, regions in found.items()})


@lru_cache(maxsize=_CACHED)
def public_holidays(country: str, region: str | None, year: int) -> Mapping[date, str]:
    """Return the holidays of a year with their names, in English where the library has them.

    A region that has none of its own has those of the country. Of a country that the library does
    not know, none are returned.
    """
    import holidays  # noqa: PLC0415

    for subdivision in dict.fromkeys((region, None)):
        try:
            found = holidays.country_holidays(
                country, subdiv=subdivision, years=year, language=_LANGUAGE
            )
        except NotImplementedError:
            continue
        # A holiday of the next year may be observed in this one, and the other way round.
        return MappingProxyType({day: found[day] for day in sorted(found) if day.year == year})
    return MappingProxyType({})
