"""A third-party transport: it runs in a child that stays, and cannot end or block the agent."""

import logging
import math
from collections.abc import Callable, Sequence

import msgspec

from wfhagent.clock import Clock
from wfhagent.deliver.delivery_state import TRANSPORT_FAILED
from wfhagent.deliver.quarantine import Quarantine
from wfhagent.deliver.transport_messages import (
    MOST_ANSWER_BYTES,
    TASK,
    Open,
    Opened,
    Probe,
    Send,
    Sent,
)
from wfhagent.errors import SettingsError
from wfhagent.plugin import Config, Delivery, Parcel, Transport
from wfhagent.process.child.call import Answer
from wfhagent.process.child.lasting import LastingChild
from wfhagent.process.child.running import no_questions
from wfhagent.status import duration
from wfhagent.system.sentence import sentence

OPEN_SECONDS = 30.0
"""A plugin is imported in a tenth of a second; a laptop that starts up has more to do."""
SPARE_SECONDS = 10.0
SLOWEST_BYTES_PER_SECOND = 128 * 1024
"""Of an upload: a screenshot of 10 MiB has 80 seconds more than a heartbeat."""


class ChildTransport(Transport[Config]):
    """Has a child carry each parcel. A child that dies, or takes too long, is started again.

    What happens to a parcel meanwhile is what happens without a network: it waits, and is sent
    again. A child that keeps failing is in *quarantine*, for a time that grows.
    """

    def __init__(
        self,
        opening: Open,
        *,
        program: Sequence[str],
        clock: Clock,
        quarantine: Quarantine,
        reply: Callable[[bytes], bytes] = no_questions,
    ) -> None:
        """Start the child, unless it is in quarantine. *reply* answers its questions.

        Raises:
            SettingsError: the transport cannot be used with `[server]`.
        """
        super().__init__(Config(), opening.server)
        # A class variable of others, which have a class for each transport.
        vars(self)["name"] = opening.transport
        self._opening = opening
        self._program = program
        self._clock = clock
        self._quarantine = quarantine
        self._reply = reply
        self._child: LastingChild | None = None
        self._number = 0
        self._destination = ""
        if not quarantine.remaining(clock.elapsed()):
            refused = self._open()
            if refused:
                raise SettingsError(f"{opening.config_file}: [server] {refused}")

    def send(self, parcel: Parcel) -> Delivery:
        """Have the child deliver *parcel*, which it has to do by its deadline."""
        attached = 0 if parcel.attachment is None else len(parcel.attachment.data)
        deadline = self._deadline(len(parcel.body) + attached)
        delivery = self._request(Send(number=self._next_number(), parcel=parcel), deadline)
        return self._unusable("gave no Delivery") if delivery is None else delivery

    def destination(self) -> str:
        """Return where the child sends to, which is known since it was opened."""
        return self._destination or self.server.url

    def probe(self) -> Delivery | None:
        """Have the child look whether a parcel would arrive."""
        return self._request(Probe(number=self._next_number()), self._deadline(0))

    def close(self) -> None:
        """End the child with all that it started."""
        if self._child is not None:
            self._child.close()

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    def _request(self, message: Send | Probe, deadline: float) -> Delivery | None:
        remaining = self._quarantine.remaining(self._clock.elapsed())
        if remaining:
            return self._failed(remaining)
        if self._child is None or self._child.is_ended:
            refused = self._open()
            if refused:
                self._fail(refused)
            if self._quarantine.remaining(self._clock.elapsed()):
                return self._failed(self._quarantine.wait_seconds)
        answer = self._ask(message, deadline)
        if answer.problem:
            self._fail(answer.problem)
            return self._failed(self._quarantine.wait_seconds)
        return self._delivery(answer)

    def _open(self) -> str:
        """Start a child; return why the transport refuses this server, if it does."""
        self._child = LastingChild(self._program, TASK, self._reply)
        answer = self._ask(self._opening, OPEN_SECONDS)
        if answer.problem:
            self._fail(answer.problem)
            return ""
        try:
            opened = msgspec.msgpack.decode(answer.body, type=Opened)
        except ValueError as error:
            opened = Opened(failed=f"what it answered cannot be read: {error}")
        if opened.failed:
            self._fail(opened.failed)
        elif opened.refused:
            self._child.close()
        self._destination = opened.destination
        return opened.refused

    def _ask(self, message: Open | Send | Probe, limit_seconds: float) -> Answer:
        assert self._child is not None  # noqa: S101
        request = msgspec.msgpack.encode(message)
        return self._child.ask(request, limit_seconds=limit_seconds, most_bytes=MOST_ANSWER_BYTES)

    def _deadline(self, size: int) -> float:
        """Return the seconds for *size* bytes: to connect, to upload them, and for the answer."""
        return 2 * self.server.timeout_seconds + size / SLOWEST_BYTES_PER_SECOND + SPARE_SECONDS

    def _delivery(self, answer: Answer) -> Delivery | None:
        try:
            sent = msgspec.msgpack.decode(answer.body, type=Sent)
            if sent.delivery is not None:
                _check(sent.delivery)
        except ValueError as error:
            return self._unusable(f"gave what is no Delivery: {error}")
        if sent.number != self._number:
            # Of an earlier parcel: nobody knows which of its answers comes next.
            self._fail("it answered more than once")
            return self._failed(self._quarantine.wait_seconds)
        log = logging.getLogger(f"wfhagent.plugins.{self._opening.transport}")
        for level, text in sent.output:
            log.log(level, "%s", text)
        self._quarantine.carry()
        if sent.delivery is None:
            return None
        detail = sentence(sent.delivery.detail)
        return msgspec.structs.replace(sent.delivery, detail=detail)

    def _fail(self, why: str) -> None:
        if self._child is not None:
            self._child.close()
        self._quarantine.fail(sentence(why), self._clock.elapsed())

    def _failed(self, retry_after_seconds: float) -> Delivery:
        """Return what becomes of a parcel while the transport is left alone."""
        found = self._quarantine
        text = found.describe(self.name)
        if found.is_on:
            text = (
                f"The transport `{self.name}` is in quarantine for {duration(found.wait_seconds)}. "
                f"It failed {found.failures} times: {found.why}."
            )
        return Delivery(
            status=None,
            code=TRANSPORT_FAILED,
            detail=text,
            retry_after_seconds=retry_after_seconds,
        )

    def _unusable(self, what: str) -> Delivery:
        detail = sentence(f"The transport `{self.name}` {what}.")
        return Delivery(status=None, code=TRANSPORT_FAILED, detail=detail)


def _check(delivery: Delivery) -> None:
    """Raise ValueError for values that the agent cannot work with."""
    after = delivery.retry_after_seconds
    if after is not None and not (math.isfinite(after) and after >= 0):
        raise ValueError(f"retry_after_seconds is {after}")
    if delivery.server_time is not None and delivery.server_time.tzinfo is None:
        raise ValueError("server_time has no time zone")
    if delivery.code != sentence(delivery.code):
        raise ValueError("its code is no code")
