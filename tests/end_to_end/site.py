"""A separate site for every test: server process, database, certificate and agents."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
from tests.agent_toml import write_agent_toml
from tests.waiting import PATIENCE_SECONDS, wait_until

from wfhserver.demo.certificate import Certificate
from wfhserver.demo.children import child, terminal

AS_USER = Path(__file__).parents[1] / "as_user.py"


@dataclass
class Site:
    """The server at `url`, and what its administrator can do."""

    folder: Path
    database_url: str
    certificate: Certificate
    port: int
    stack: ExitStack
    server: subprocess.Popen[bytes] | None = None
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "WFHSERVER_DATA_DIRECTORY": str(self.folder),
            "WFHSERVER_DATABASE_URL": self.database_url,
            **self.variables,
        }

    def administrate(self, *arguments: str, types: str = "") -> str:
        """Run `wfhserver` to its end, to whose input goes *types*; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "wfhserver", *arguments],
            env=self.environment,
            input=types,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start_server(self) -> None:
        """Serve until the end of the test."""
        tls = ["--tls-cert", str(self.certificate.chain), "--tls-key", str(self.certificate.key)]
        command = [sys.executable, "-m", "wfhserver", "serve", "--port", str(self.port), *tls]
        journal = self.folder / "server.log"
        self.server = self.stack.enter_context(
            child(command, journal=journal, environment=self.environment)
        )
        wait_until(self._is_listening, "the start of the server")

    def kill_server(self) -> None:
        """Kill the server, as a power cut would."""
        assert self.server is not None
        self.server.kill()
        self.server.wait(PATIENCE_SECONDS)

    def _is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return what *query* finds in PostgreSQL."""

        async def ask() -> list[dict[str, Any]]:
            connection = await asyncpg.connect(self.database_url)
            try:
                return [dict(row) for row in await connection.fetch(query)]
            finally:
                await connection.close()

        return asyncio.run(ask())


@dataclass
class Laptop:
    """One employee's machine: an agent.toml and the agent as a process."""

    folder: Path
    settings: dict[str, dict[str, Any]]
    environment: Mapping[str, str]
    stack: ExitStack
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "agent.toml"

    def configure(self, table: str, **settings: Any) -> None:
        """Change `[table]` in agent.toml."""
        self.settings.setdefault(table, {}).update(settings)
        write_agent_toml(self.file, self.settings)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `wfhagent` to its end."""
        return subprocess.run(
            [*self._command(arguments)],
            env={**self.environment, **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def run_in_terminal(self, *arguments: str, types: str) -> subprocess.CompletedProcess[str]:
        """Run `wfhagent` to its end in a terminal in which somebody *types* an answer."""
        with terminal(types) as keyboard:
            return subprocess.run(
                [*self._command(arguments)],
                env=self.environment,
                cwd=self.folder,
                stdin=keyboard,
                capture_output=True,
                text=True,
                timeout=PATIENCE_SECONDS,
                check=False,
            )

    def status(self) -> dict[str, Any]:
        """Return what `wfhagent status --json` says; empty before the first status."""
        output = self.run("status", "--json").stdout
        return json.loads(output) if output else {}

    def start(self) -> subprocess.Popen[bytes]:
        """Start the agent; it runs until the end of the test or `kill`."""
        agent = self.stack.enter_context(
            child(
                self._command(("run", "--quiet")),
                journal=self.folder / "run.log",
                environment=self.environment,
            )
        )
        self.running.append(agent)
        return agent

    def kill(self) -> None:
        """Kill the agent with SIGKILL, as a power cut would."""
        agent = self.running.pop()
        agent.kill()
        agent.wait(PATIENCE_SECONDS)

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        # Laptops of concurrent tests belong to the same user of this machine.
        record = str(self.folder / "agents")
        return [sys.executable, str(AS_USER), record, *arguments, "--config", str(self.file)]
