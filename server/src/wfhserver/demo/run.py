"""Starts everything in its order, says where it is, and watches what arrives."""

import asyncio
import subprocess
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from wfhserver import tokens
from wfhserver.accounts.passwords import hash_password
from wfhserver.accounts.users import UserChanges
from wfhserver.api.pages.dashboard import FOLDER
from wfhserver.api.pages.late_dashboard import LateDashboard
from wfhserver.clock import Clock
from wfhserver.demo.agent import agent_command, write_configuration
from wfhserver.demo.arrivals import Arrivals
from wfhserver.demo.certificate import make_certificate
from wfhserver.demo.children import Watched, child, terminal
from wfhserver.demo.display import display, has_screen
from wfhserver.demo.explain import RunningDemo, explain
from wfhserver.demo.mail_catcher import mail_catcher
from wfhserver.demo.server import DemoServer, free_port
from wfhserver.errors import Refusal
from wfhserver.models.users import Role
from wfhserver.sample.alerts import add_channel
from wfhserver.settings import Settings
from wfhserver.storage.postgres import agents, enrollment_tokens
from wfhserver.storage.postgres.connection import connect

_LOOK_SECONDS = 0.5
_NO_LOG_WANTED = ("within the last 24 hours", "did not agree")
"""What `wfhagent send log` says then."""

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Demo:
    """One demo: *seconds* is how long it lasts, None until Ctrl-C."""

    settings: Settings
    database_url: str
    port: int
    seconds: float | None
    clock: Clock
    say: Say

    @property
    def folder(self) -> Path:
        """The folder with all files of the demo."""
        return self.settings.data_directory

    def run(self) -> bool:
        """Run to the end; tell whether a heartbeat and a log with a screenshot arrived.

        No log is needed if the person at the screen did not agree, or as many test logs as a day
        may have were taken before.
        """
        port = free_port(self.port)
        url = f"https://127.0.0.1:{port}"
        certificate = make_certificate(self.folder / "tls")
        token, own_token = tokens.new_enrollment_token(), tokens.new_agent_token()
        password = tokens.new_password()
        asyncio.run(self._store(token, own_token, password))
        arrivals = Arrivals(since=self.clock.now(), screenshots=self.settings.screenshots_folder)
        file = write_configuration(
            self.folder / "agent", url=url, token=token, authority=certificate.authority
        )
        dashboard = LateDashboard(FOLDER)
        with ExitStack() as stack:
            mail = stack.enter_context(mail_catcher())
            server = DemoServer(self.folder, self.database_url, self.clock, mail.environment)
            server.start(stack, port, certificate)
            agent = self._start_agent(stack, file)
            where = RunningDemo(
                url=url,
                mail=mail.url,
                has_dashboard=dashboard.is_built,
                authority=certificate.authority,
                database_url=self.database_url,
                data=self.folder,
                screenshots=self.settings.screenshots_folder,
                enrollment_token=token,
                agent_token=own_token,
                password=password,
                agent_file=file,
                agent_command=agent_command(),
            )
            self._explain(where)
            asyncio.run(self._watch(arrivals, agent, None if where.has_dashboard else dashboard))
        return self._conclude(arrivals)

    def _explain(self, where: RunningDemo) -> None:
        for line in explain(where, f"{self.clock.now():%Y-%m-%dT%H:%M:%SZ}"):
            self.say(line)
        end = "Ctrl-C stops" if self.seconds is None else f"stops after {self.seconds:g} s"
        self.say(f"Arriving now; {end}:")

    def _conclude(self, arrivals: Arrivals) -> bool:
        self.say(_verdict(arrivals))
        if arrivals.complete:
            return True
        why = self._why_no_log()
        self.say(f"No detailed log: {why or f'see {self._test_log}'}")
        return bool(arrivals.heartbeats and why)

    async def _store(self, token: str, own_token: str, password: str) -> None:
        connection = await connect(self.database_url)
        now = self.clock.now()
        try:
            await enrollment_tokens.add(
                connection, tokens.hash_of(token), label="demo", at=now, use_limit=10
            )
            # Nobody knows the token of a demo before this one any more.
            for agent in await agents.list_agents(connection):
                if agent.hostname == "terminal" and agent.revoked_at is None:
                    await agents.revoke(connection, agent.agent_id, at=now)
            await agents.add_agent_token(
                connection, tokens.hash_of(own_token), username="curl", hostname="terminal", at=now
            )
            await add_channel(connection, now)
            await self._store_admin(UserChanges(connection, actor="cli:demo", at=now), password)
        finally:
            await connection.close()

    async def _store_admin(self, users: UserChanges, password: str) -> None:
        hashed = hash_password(password)
        try:
            await users.add("admin", hashed, Role.ADMIN)
        except Refusal:
            # A demo before this one made it, and nobody knows that password any more.
            await users.set_password("admin", hashed)

    def _start_agent(self, stack: ExitStack, file: Path) -> Watched:
        """Start this machine's agent, and send a test log; both end with *stack*."""
        agent = agent_command()
        journal = self.folder / "agent" / "agent.log"
        environment: Mapping[str, str] = stack.enter_context(display(self.folder, journal))
        # A person is asked before a test log. At a virtual screen that is whoever started the demo.
        stdin = subprocess.DEVNULL if has_screen() else stack.enter_context(terminal("y\n"))
        self._test_log.unlink(missing_ok=True)
        printed = journal.with_name("run.log")
        printed.unlink(missing_ok=True)
        running, _ = (
            stack.enter_context(
                child(
                    [*agent, *arguments, "--config", str(file)],
                    journal=output,
                    environment=environment,
                    stdin=stdin,
                )
            )
            for arguments, output in (
                (["run", "--quiet"], printed),
                (["send", "log"], self._test_log),
            )
        )
        return Watched(running, printed)

    @property
    def _test_log(self) -> Path:
        return self.folder / "agent" / "test-log.log"

    def _why_no_log(self) -> str:
        """Return why the person or the agent wanted no test log; empty for every other failure."""
        try:
            lines = self._test_log.read_text("utf-8", "replace").splitlines()
        except OSError:
            return ""
        return next((line for line in lines if any(why in line for why in _NO_LOG_WANTED)), "")

    async def _watch(
        self, arrivals: Arrivals, agent: Watched, awaited: LateDashboard | None
    ) -> None:
        connection = await connect(self.database_url)
        deadline = None if self.seconds is None else self.clock.elapsed() + self.seconds
        try:
            while deadline is None or self.clock.elapsed() < deadline:
                for line in await arrivals.read_new(connection):
                    self.say(f"  {line}")
                if awaited is not None and awaited.is_built:
                    awaited = None
                    self.say("  dashboard  is built")
                if why := agent.why_it_ended():
                    self.say(f"  agent      has ended: {why}")
                await self.clock.sleep(_LOOK_SECONDS)
        except asyncio.CancelledError:
            # Ctrl-C: the way in which a demo without end ends.
            self.say("")
        finally:
            await connection.close()


def _verdict(arrivals: Arrivals) -> str:
    heartbeats, logs = len(arrivals.heartbeats), len(arrivals.logs)
    counted = f"{heartbeats} heartbeats and {logs} detailed logs arrived"
    screenshots = sum(file.is_file() for file in arrivals.files)
    return f"{counted}, {screenshots} with a screenshot on disk."
