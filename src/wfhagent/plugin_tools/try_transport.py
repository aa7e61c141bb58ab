"""Has a transport carry one parcel of each kind to a scripted server."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec

from wfhagent.assembly import Assembly
from wfhagent.collect.captured_output import capture_output
from wfhagent.deliver.answers import Action, decide
from wfhagent.deliver.carry import answer_of, carry
from wfhagent.errors import PluginError, SettingsError, describe_error
from wfhagent.messages import _
from wfhagent.plugin import Config, Delivery, Parcel, ParcelKind, Transport
from wfhagent.plugin_tools.findings import Answers, ParcelResult
from wfhagent.testing import ScriptedServer, check_transport, sample_parcels, scripted_server

_MUST_ARRIVE = frozenset({ParcelKind.ENROLL, ParcelKind.HEARTBEAT, ParcelKind.LOG})
_KEPT = frozenset({ParcelKind.HEARTBEAT, ParcelKind.LOG})
"""What waits in the outbox until the server holds it."""


def try_transport(assembly: Assembly, name: str) -> Answers:
    """Return what the transport *name* makes of each kind of parcel, and what is wrong."""
    log = logging.getLogger(f"wfhagent.plugins.{name}")
    with scripted_server() as server, capture_output(log):
        agent = msgspec.structs.replace(assembly.settings.agent, transport=name)
        settings = msgspec.structs.replace(assembly.settings, agent=agent, server=server.settings)
        try:
            # This process is the plugin's alone: `plugin check` started it.
            transport = replace(assembly, settings=settings).transport_here()
        except (PluginError, SettingsError) as error:
            return Answers(problems=(str(error),))
        return _try(transport, server)


def _try(transport: Transport[Any], server: ScriptedServer) -> Answers:
    watched = _Watched(transport, server)
    problems = [*check_transport(watched), *watched.problems]
    notes = list(_notes(watched.results))
    if server.calls:
        server.available = False
        problems += _lost(transport, server)
    else:
        text = _("It did not ask the scripted server. Nothing checks where it sends data to.")
        notes.append(text)
    try:
        transport.close()
    except Exception as error:  # noqa: BLE001 -- the border to other people's code
        problems.append(f"close: {describe_error(error)}")
    return Answers(problems=tuple(problems), notes=tuple(notes), parcels=tuple(watched.results))


class _Watched(Transport[Config]):
    """A transport that remembers what another one did.

    Attributes:
        results: what became of each parcel.
        problems: what the server had to say of the requests.
    """

    name = "watched"

    def __init__(self, transport: Transport[Any], server: ScriptedServer) -> None:
        super().__init__(Config(), transport.server)
        self.results: list[ParcelResult] = []
        self.problems: list[str] = []
        self._transport = transport
        self._server = server

    def destination(self) -> str:
        """Return where the transport sends to."""
        return self._transport.destination()

    def probe(self) -> Delivery | None:
        """Have the transport look whether a parcel would arrive."""
        return self._transport.probe()

    def send(self, parcel: Parcel) -> Delivery:
        """Have the transport carry *parcel*."""
        before = len(self._server.calls)
        try:
            delivery = answer_of(self._transport, parcel)
        finally:
            calls = self._server.calls[before:]
            self.problems += [f"{parcel.kind}: {call.problem}" for call in calls if call.problem]
        self.results.append(
            ParcelResult(
                kind=parcel.kind,
                status=delivery.status,
                code=delivery.code,
                detail=delivery.detail,
                requests=tuple(f"{call.method} {call.path}" for call in calls),
            )
        )
        return delivery


def _notes(results: list[ParcelResult]) -> Iterator[str]:
    text = _("{kind}: was not delivered: {reason}")
    for result in results:
        is_done = decide(Delivery(status=result.status, code=result.code)) is Action.DONE
        if result.kind in _MUST_ARRIVE and not is_done:
            yield text.format(kind=result.kind, reason=result.detail or result.code)


def _lost(transport: Transport[Any], server: ScriptedServer) -> Iterator[str]:
    """Yield a sentence for each kind that would be lost while *server* cannot store it."""
    text = _(
        "{kind}: the server answers 503, and the transport reports {status}: the agent would not "
        "keep the entry."
    )
    for parcel in sample_parcels():
        before = len(server.calls)
        if parcel.kind not in _KEPT:
            continue
        delivery = carry(transport, parcel)
        if len(server.calls) > before and decide(delivery) is not Action.KEEP:
            yield text.format(kind=parcel.kind, status=delivery.status)
