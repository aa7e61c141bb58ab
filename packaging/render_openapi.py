"""Prints the OpenAPI document of the whole server; the dashboard's types are made from it."""

import asyncio
import sys

import httpx

from wfhserver.app import create_app
from wfhserver.settings import Settings

# Nothing is connected before the server starts, and it is not started here.
_NOWHERE = "postgresql://nobody@localhost/nothing"


async def _document() -> str:
    transport = httpx.ASGITransport(create_app(Settings(database_url=_NOWHERE)))
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        answer = await client.get("/openapi.json")
    return answer.raise_for_status().text


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(_document()))
