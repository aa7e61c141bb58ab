"""The sample company goes on working while somebody looks at it: heartbeats, breaks, returns."""

from datetime import datetime, timedelta
from typing import Final

from wfhserver.sample.company import Plan, random_of
from wfhserver.storage.postgres import sample
from wfhserver.storage.postgres.connection import AnyConnection

EVERY: Final = timedelta(minutes=1)
_HEARTBEAT_MINUTES = 5
# Who is online when the company begins to live.
_ONLINE = timedelta(minutes=6)
# A break about every six hours, half an hour long: most of those who are at work stay online.
_LEAVES, _RETURNS = 1 / 360, 1 / 30


class LivingCompany:
    """The devices that are at work, and what they send each minute."""

    def __init__(self, plan: Plan, agents: list[int]) -> None:
        self._rng = random_of(plan.seed, "living")
        self._is_away = dict.fromkeys(agents, False)
        self._minute = 0

    @classmethod
    async def of(cls, connection: AnyConnection, plan: Plan, now: datetime) -> "LivingCompany":
        """Return the company of those who are online at *now*."""
        return cls(plan, await sample.seen_since(connection, now - _ONLINE))

    async def go_on(self, connection: AnyConnection, now: datetime) -> None:
        """Live a minute: each device sends a heartbeat every five, unless its person is away."""
        self._minute += 1
        online = []
        for number, (agent, is_away) in enumerate(self._is_away.items()):
            if self._rng.random() < (_RETURNS if is_away else _LEAVES):
                self._is_away[agent] = not is_away
            if not self._is_away[agent] and (number + self._minute) % _HEARTBEAT_MINUTES == 0:
                online.append(agent)
        await sample.add_heartbeats(connection, online, now)
