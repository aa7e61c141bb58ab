"""Databases on a real Citus, where the address of its coordinator is given.

WFHSERVER_TEST_CITUS=postgresql://USER@HOST:PORT/DATABASE runs the tests on it. The database has the
extension and at least one other node; USER is a superuser that every node lets in without password.
"""

import asyncio
import os
from collections.abc import Sequence
from urllib.parse import urlsplit

from wfhserver.storage.postgres import distribution
from wfhserver.storage.postgres.connection import connect

COORDINATOR = os.environ.get("WFHSERVER_TEST_CITUS", "")
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
_NODES = "SELECT nodename, nodeport FROM pg_dist_node WHERE groupid > 0 ORDER BY nodeid"

Node = tuple[str, int]


def coordinator_url() -> str:
    """Return the address in the form in which the tests name their own databases."""
    return _url(_coordinator(), "wfhserver")


def drop_database(name: str) -> None:
    """Drop a database on every node."""
    asyncio.run(_on_each(f"DROP DATABASE IF EXISTS {_name(name)} WITH (FORCE)"))


def make_database(name: str) -> str:
    """Make an empty database on every node, with Citus in it; return its address."""
    drop_database(name)
    asyncio.run(_on_each(f"CREATE DATABASE {_name(name)} TEMPLATE template0"))
    asyncio.run(_join(_name(name)))
    return _url(_coordinator(), _name(name))


def distribute_tables(url: str, shards_per_node: int = 1) -> None:
    """Distribute the tables of the database at *url*, as `wfhserver db distribute` does.

    Emptying them for each test asks each shard of each day, so there are few.
    """
    asyncio.run(_distribute(url, shards_per_node))


async def _distribute(url: str, shards_per_node: int) -> None:
    connection = await connect(url, command_seconds=None)
    try:
        await distribution.distribute(connection, shards_per_node)
    finally:
        await connection.close()


def _name(name: str) -> str:
    return f"{name}{_WORKER}"


def _coordinator() -> Node:
    parts = urlsplit(COORDINATOR)
    return parts.hostname or "127.0.0.1", parts.port or 5432


def _url(node: Node, database: str) -> str:
    host, port = node
    return f"postgresql://{urlsplit(COORDINATOR).username}@{host}:{port}/{database}?sslmode=disable"


async def _nodes() -> Sequence[Node]:
    connection = await connect(COORDINATOR, command_seconds=None)
    try:
        return [tuple(row) for row in await connection.fetch(_NODES)]
    finally:
        await connection.close()


async def _on_each(statement: str) -> None:
    for node in (_coordinator(), *await _nodes()):
        connection = await connect(_url(node, "postgres"), command_seconds=None)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


async def _join(database: str) -> None:
    nodes = await _nodes()
    for node in (*nodes, _coordinator()):
        connection = await connect(_url(node, database), command_seconds=None)
        try:
            await connection.execute("CREATE EXTENSION citus")
            if node == _coordinator():
                await connection.execute("SELECT citus_set_coordinator_host($1, $2)", *node)
                for each in nodes:
                    await connection.execute("SELECT citus_add_node($1, $2)", *each)
        finally:
            await connection.close()
