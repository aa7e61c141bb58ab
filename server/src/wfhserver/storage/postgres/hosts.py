"""The hosts of a database's address, each with a time limit of its own.

asyncpg has one limit for all of them: a first host that accepts and stays silent would use it up
each time.
"""

import functools
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import asyncpg

from wfhserver.database_url import one_host_urls
from wfhserver.storage.postgres.translation import FAILURES


class Hosts:
    """The hosts of *url*; the one that answered last is tried first."""

    def __init__(self, url: str) -> None:
        self._urls = one_host_urls(url)

    def __len__(self) -> int:
        return len(self._urls)

    async def connect(self, **options: Any) -> Any:
        """Return a connection to the first host that gives one; *options* as asyncpg takes them.

        Raises what the last one of them raised.
        """
        *others, last = self._urls
        for url in others:
            with suppress(*FAILURES):
                return await self._connect(url, options)
        return await self._connect(last, options)

    async def _connect(self, url: str, options: Mapping[str, Any]) -> Any:
        connection = await asyncpg.connect(url, **options)
        self._urls = [url, *(each for each in self._urls if each != url)]
        return connection


@functools.cache
def hosts_of(url: str) -> Hosts:
    """Return the hosts of *url*, the same object for the whole process."""
    return Hosts(url)


async def connect(url: str, **options: Any) -> Any:
    """Connect as `asyncpg.connect` does, with a time limit for each host."""
    return await hosts_of(url).connect(**options)
