"""Enrolls the agents, lets them live, and tells every few seconds how it goes."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from wfhserver.clock import Clock
from wfhserver.errors import SimulateError
from wfhserver.simulate.agent import TRY_AGAIN, SimulatedAgent, summary
from wfhserver.simulate.caller import Answer, Caller
from wfhserver.simulate.plan import Plan
from wfhserver.simulate.tally import Tally

_LINE_SECONDS = 5.0
_CREATED = 201


class Simulation:
    """One capacity test; *say* gets each line of its story."""

    def __init__(
        self, plan: Plan, caller: Caller, clock: Clock, say: Callable[[str], None]
    ) -> None:
        self._plan = plan
        self._caller = caller
        self._clock = clock
        self._say = say
        self._span = Tally()
        self._whole = Tally()
        self._random = secrets.SystemRandom()

    async def run(self, enrollment_token: str) -> Tally:
        """Return the counts of the whole test; SimulateError when agents cannot enroll."""
        began = self._clock.elapsed()
        run_id = secrets.token_hex(3)
        names = [f"simulated-{run_id}-{number}" for number in range(1, self._plan.agents + 1)]
        agents = await asyncio.gather(*(self._enroll(name, enrollment_token) for name in names))
        seconds = self._clock.elapsed() - began
        self._say(f"{len(agents)} agents enrolled, {len(agents) / seconds:.1f} per second.")
        began = self._clock.elapsed()
        telling = asyncio.create_task(self._report(began))
        try:
            await asyncio.gather(*(agent.live(self._plan, began) for agent in agents))
        finally:
            telling.cancel()
        self._whole.add(self._span)
        self._say("whole: " + self._whole.line(self._clock.elapsed() - began))
        return self._whole

    async def _enroll(self, name: str, enrollment_token: str) -> SimulatedAgent:
        request = {
            "agent_id": uuid4(),
            "username": name,
            "hostname": name,
            "platform": "simulated",
            "agent_version": "simulated",
        }
        answer = await self._until_answered(enrollment_token, request)
        if answer.status != _CREATED:
            raise SimulateError(
                f"The server refused to enroll {name}: {summary(answer)}. Its enrollment token"
                f" must be valid for {self._plan.agents} agents."
            )
        token: str = answer.body["token"]
        return SimulatedAgent(name, token, self._caller, self._clock, lambda: self._span)

    async def _until_answered(self, enrollment_token: str, request: dict[str, Any]) -> Answer:
        """Send *request* again while the server is busy, as an agent does; not after the grace."""
        give_up = self._clock.elapsed() + self._plan.grace_seconds
        while True:
            try:
                answer = await self._caller.post("/api/enroll", enrollment_token, request)
            except (OSError, TimeoutError) as error:
                raise SimulateError(
                    f"The server does not answer: {error!r}. Is it running?"
                ) from error
            if answer.status not in TRY_AGAIN or self._clock.elapsed() > give_up:
                return answer
            await self._clock.sleep(answer.retry_seconds * self._random.uniform(1, 2))

    async def _report(self, began: float) -> None:
        last = began
        while True:
            await self._clock.sleep(_LINE_SECONDS)
            span, self._span = self._span, Tally()
            now = self._clock.elapsed()
            self._say(f"{now - began:5.0f} s: {span.line(now - last)}")
            self._whole.add(span)
            last = now
