"""`wfhserver demo --sample`: the server with a company that does not exist."""

import asyncio
import math
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from wfhserver import tokens
from wfhserver.accounts.passwords import hash_password
from wfhserver.clock import Clock
from wfhserver.demo.certificate import make_certificate
from wfhserver.demo.mail_catcher import mail_catcher
from wfhserver.demo.run import Say
from wfhserver.demo.server import DemoServer, free_port
from wfhserver.sample.company import Plan
from wfhserver.sample.living import EVERY, LivingCompany
from wfhserver.sample.store import USERS, SampleCounts, store_sample
from wfhserver.screenshots.opened import open_store
from wfhserver.settings import Settings
from wfhserver.storage.postgres.connection import connect


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleDemo:
    """One demo of a sample; *seconds* is how long it lasts, None until Ctrl-C."""

    settings: Settings
    database_url: str
    port: int
    seconds: float | None
    plan: Plan
    clock: Clock
    say: Say

    def run(self) -> None:
        """Make the company, serve it, and say who may sign in."""
        folder, port = self.settings.data_directory, free_port(self.port)
        self.say("Making a sample company ...")
        password = tokens.new_password()
        made = asyncio.run(self._make(password))
        certificate = make_certificate(folder / "tls")
        with ExitStack() as stack:
            mail = stack.enter_context(mail_catcher())
            server = DemoServer(folder, self.database_url, self.clock, mail.environment)
            server.start(stack, port, certificate)
            for line in _explain(made, f"https://127.0.0.1:{port}", password, mail.url):
                self.say(line)
            end = "Ctrl-C stops" if self.seconds is None else f"Stops after {self.seconds:g} s"
            self.say(f"{end}.")
            with suppress(KeyboardInterrupt):
                asyncio.run(self._live())

    async def _make(self, password: str) -> SampleCounts:
        connection = await connect(self.database_url)
        try:
            return await store_sample(
                connection,
                open_store(self.settings),
                self.plan,
                now=self.clock.now(),
                password_hash=hash_password(password),
            )
        finally:
            await connection.close()

    async def _live(self) -> None:
        """Let the company work until the demo ends."""
        ends = math.inf if self.seconds is None else self.clock.elapsed() + self.seconds
        connection = await connect(self.database_url)
        try:
            company = await LivingCompany.of(connection, self.plan, self.clock.now())
            while (rest := ends - self.clock.elapsed()) > 0:
                await self.clock.sleep(min(rest, EVERY.total_seconds()))
                await company.go_on(connection, self.clock.now())
        finally:
            await connection.close()


def _explain(made: SampleCounts, url: str, password: str, mail: str) -> list[str]:
    names = ", ".join(f"{name} ({role})" if name != role else name for name, role in USERS.items())
    counted = f"{made.people} people, {made.heartbeats} heartbeats, {made.missed} missed logs"
    pictured = f"{made.logs} detailed logs, {made.screenshots} with a screenshot"
    return [
        "",
        f"  SAMPLE      {counted}, {pictured}.",
        "              Nobody of them exists; every page and every picture says so.",
        f"  dashboard   {url}",
        f"  mail        {mail}; the alert of a silent device is there",
        f"  users       {names}; all with the password {password}",
        "",
    ]
