"""One simulated agent: it sends heartbeats, loses its network, and then sends what has waited."""

from collections.abc import Callable
from datetime import timedelta
from secrets import SystemRandom
from typing import Any

from wfhserver.clock import Clock
from wfhserver.simulate.caller import Answer, Caller
from wfhserver.simulate.plan import Plan
from wfhserver.simulate.tally import Tally

_ARRAY_LIMIT = 1000
_OK = 200
TRY_AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))
_NEVER = (0.0, 0.0)


class SimulatedAgent:
    """Keeps a heartbeat until the server says that it is stored, as the real one does.

    *tally* gives the counts of the present moment. Times are seconds of the clock's `elapsed`.
    """

    def __init__(
        self, name: str, token: str, caller: Caller, clock: Clock, tally: Callable[[], Tally]
    ) -> None:
        self._name = name
        self._token = token
        self._caller = caller
        self._clock = clock
        self._tally = tally
        self._waiting: list[tuple[int, float]] = []
        self._last_seq = 0
        self._skew = timedelta()
        self._random = SystemRandom()

    async def live(self, plan: Plan, began: float) -> None:
        """Live until the plan is over and everything is sent, or the grace is used up."""
        end = began + plan.seconds
        rng = self._random
        self._skew = timedelta(seconds=rng.uniform(-1, 1) * plan.skew_seconds)
        cut_from, cut_to = _outage(plan, began, rng)
        flood_at = began + plan.seconds / 2 if rng.random() < plan.flood_share else end
        due = began + rng.uniform(0, min(plan.interval_seconds, plan.seconds))
        now = began
        while now < end or (self._waiting and now < end + plan.grace_seconds):
            while due <= min(now, end):
                self._add_heartbeat(due)
                due += plan.interval_seconds
            if now >= flood_at and flood_at < end:
                for number in range(plan.backlog, 0, -1):
                    self._add_heartbeat(flood_at - number * plan.interval_seconds)
                flood_at = end
            pause = 0.0 if cut_from <= now < cut_to else await self._deliver()
            ahead = (each for each in (due, flood_at, cut_to, end) if each > now)
            wake = now + pause if pause > 0 else min(ahead, default=now)
            await self._clock.sleep(max(0.01, wake - self._clock.elapsed()))
            now = self._clock.elapsed()

    def _add_heartbeat(self, moment: float) -> None:
        milliseconds = int(self._clock.now().timestamp() * 1000)
        self._last_seq = max(self._last_seq + 1, milliseconds)
        self._waiting.append((self._last_seq, moment))
        self._tally().made += 1

    async def _deliver(self) -> float:
        """Send what waits; return for how many seconds to wait before trying again, or 0."""
        while self._waiting:
            batch = self._waiting[:_ARRAY_LIMIT]
            heartbeats = [self._as_json(seq, moment) for seq, moment in batch]
            began = self._clock.elapsed()
            try:
                content = heartbeats[0] if len(heartbeats) == 1 else heartbeats
                answer = await self._caller.post("/api/heartbeat", self._token, content)
            except (OSError, TimeoutError) as error:
                self._tally().errors[type(error).__name__] += 1
                return self._random.uniform(1, 5)
            self._tally().requests += 1
            self._tally().latencies.append(self._clock.elapsed() - began)
            if answer.status in TRY_AGAIN:
                self._tally().errors[summary(answer)] += 1
                return answer.retry_seconds * self._random.uniform(1, 2)
            self._remove_answered(answer, len(batch))
        return 0.0

    def _remove_answered(self, answer: Answer, count: int) -> None:
        del self._waiting[:count]
        if answer.status == _OK:
            self._tally().stored += answer.body["accepted"]
            self._tally().duplicates += answer.body["duplicates"]
        else:
            self._tally().errors[summary(answer)] += 1

    def _as_json(self, seq: int, moment: float) -> dict[str, Any]:
        queued = max(0.0, self._clock.elapsed() - moment)
        at = self._clock.now() - timedelta(seconds=queued) + self._skew
        return {
            "username": self._name,
            "hostname": self._name,
            "status": "online",
            "timestamp": at,
            "seq": seq,
            "queued_seconds": round(queued, 1),
        }


def _outage(plan: Plan, began: float, rng: SystemRandom) -> tuple[float, float]:
    if rng.random() >= plan.outage_share:
        return _NEVER
    start = began + rng.uniform(0, plan.seconds * 0.6)
    return start, start + rng.uniform(0.1, 1) * plan.seconds / 3


def summary(answer: Answer) -> str:
    """Return status and code of *answer*, for counts and messages."""
    return f"{answer.status} {answer.body.get('code', '')}".strip()
