"""The yardstick of a heartbeat's latency: what one writes first. `simple_server.py PORT`.

FastAPI, a pydantic body, a pool of asyncpg, two workers, and one transaction per request: the token
is looked up by its hash, the row goes into the history, and the presence is updated.
"""

import hashlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import asyncpg
import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request
from pydantic import BaseModel

POOL = 16

FIND = """
SELECT a.agent_id, e.username, a.hostname FROM agents AS a JOIN employees AS e USING (employee_id)
 WHERE a.token_hash = $1 AND a.revoked_at IS NULL
"""
ADD = 'INSERT INTO employee_heartbeats ("timestamp", agent_id, status) VALUES ($1, $2, 1)'
SEEN = "UPDATE agent_presence SET last_seen = $2, status = 1 WHERE agent_id = $1"


class Heartbeat(BaseModel):
    """A heartbeat."""

    username: str
    hostname: str
    status: str
    timestamp: datetime


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Have a pool while it serves."""
    url = os.environ["WFHSERVER_DATABASE_URL"]
    async with asyncpg.create_pool(url, min_size=POOL, max_size=POOL) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/api/heartbeat")
async def heartbeat(
    heartbeat: Heartbeat, request: Request, authorization: Annotated[str, Header()]
) -> dict[str, str]:
    """Store one heartbeat."""
    token_hash = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).digest()
    now = datetime.now(UTC)
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        agent = await connection.fetchrow(FIND, token_hash)
        if agent is None or (agent["username"], agent["hostname"]) != (
            heartbeat.username,
            heartbeat.hostname,
        ):
            raise HTTPException(401)
        await connection.execute(ADD, heartbeat.timestamp, agent["agent_id"])
        await connection.execute(SEEN, agent["agent_id"], now)
    return {"server_time": now.isoformat()}


if __name__ == "__main__":
    uvicorn.run(
        "simple_server:app",
        app_dir=str(Path(__file__).parent),
        port=int(sys.argv[1]),
        workers=2,
        access_log=False,
        log_level="error",
    )
