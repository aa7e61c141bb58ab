"""The child of a third-party transport: opens it once, then carries one parcel after the other."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn

import msgspec

from wfhagent.collect.captured_output import CapturedOutput, capture_output
from wfhagent.deliver.carry import carry, destination_of, probe
from wfhagent.deliver.transport_messages import MOST_ANSWER_BYTES, Open, Opened, Probe, Send, Sent
from wfhagent.errors import PluginError, SettingsError, describe_error
from wfhagent.identity.questions import ask_keyring
from wfhagent.plugin import Delivery, Transport
from wfhagent.plugins.registered import find_transport
from wfhagent.process.child.frames import Ask
from wfhagent.process.child.serve import serve_each
from wfhagent.settings import convert_table
from wfhagent.system.proxy import hide_passwords
from wfhagent.system.sentence import sentence


def carry_in_child() -> NoReturn:
    """Answer the requests of the agent that started this process, until it closes the pipe."""
    carrier = _Carrier()
    serve_each(carrier.do, carrier.close)


class _Carrier:
    """The transport of this process, once it is open."""

    def __init__(self) -> None:
        self._transport: Transport[Any] | None = None

    def do(self, body: bytes, ask: Ask) -> bytes:
        """Answer one request."""
        request = msgspec.msgpack.decode(body, type=Open | Send | Probe)
        if isinstance(request, Open):
            return msgspec.msgpack.encode(self._open(request, ask))
        return self._send(request)

    def close(self) -> None:
        """Have the transport give its connections back."""
        if self._transport is not None:
            self._transport.close()

    def _open(self, request: Open, ask: Ask) -> Opened:
        try:
            transport_type = find_transport(request.source, request.transport)
            table = f"plugins.{request.transport}"
            config = convert_table(
                request.table,
                transport_type.config_type,
                file=request.config_file,
                table=table,
                read_keyring=partial(ask_keyring, ask),
            )
        except (PluginError, SettingsError) as error:
            return Opened(failed=str(error).rstrip("."))
        proxy = request.server.proxy
        try:
            self._transport = transport_type(config, request.server)
        except ValueError as error:
            return Opened(refused=hide_passwords(str(error), proxy))
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- the border to other people's code
            return Opened(failed=hide_passwords(describe_error(error), proxy))
        return Opened(destination=destination_of(self._transport))

    def _send(self, request: Send | Probe) -> bytes:
        assert self._transport is not None  # noqa: S101 -- the agent opens it first
        name = self._transport.name
        with _captured(logging.getLogger(f"wfhagent.plugins.{name}")) as captured:
            delivery = (
                carry(self._transport, request.parcel)
                if isinstance(request, Send)
                else probe(self._transport)
            )
        output = tuple(captured.lines)
        try:
            body = msgspec.msgpack.encode(
                Sent(number=request.number, delivery=delivery, output=output)
            )
            problem = _too_large(len(body))
        except Exception as error:  # noqa: BLE001 -- values of any type
            problem = describe_error(error)
        if not problem:
            return body
        failed = Delivery(
            status=None, detail=sentence(f"The transport `{name}` failed: {problem}.")
        )
        return msgspec.msgpack.encode(Sent(number=request.number, delivery=failed))


def _too_large(size: int) -> str:
    if size <= MOST_ANSWER_BYTES:
        return ""
    return f"its answer has {size:,} bytes; at most {MOST_ANSWER_BYTES:,} are taken"


@contextmanager
def _captured(log: logging.Logger) -> Iterator[CapturedOutput]:
    """Give what is written to *log*, printed, and, from warnings on, written to other logs."""
    others = logging.getLogger()
    log.propagate = False
    with capture_output(log) as captured:
        others.addHandler(captured)
        try:
            yield captured
        finally:
            others.removeHandler(captured)
            log.removeHandler(captured)
