"""The hidden command of the child process in which a collector of a detailed log runs."""

import logging
import os
import sys
from pathlib import Path

import msgspec
import typer

from wfhagent.assembly import load_catalog, make_transport
from wfhagent.collect.in_child import Request
from wfhagent.collect.reading import Reading, read
from wfhagent.host.catalog import Catalog
from wfhagent.logs import log_to_stderr
from wfhagent.plugin import Context, Delivery, Parcel, ParcelKind, Whereami
from wfhagent.settings import PluginsSettings


def collect_in_child(context: typer.Context) -> None:
    """Read a request from standard input and write the reading to standard output."""
    # What the plugin prints must not mix with the reading.
    answer = os.dup(1)
    os.dup2(2, 1)
    log_to_stderr("warning")
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    settings = PluginsSettings(trusted=dict(request.trusted), disabled=request.disabled)
    catalog = load_catalog(context.obj, settings, Path(request.drop_ins))
    reading = _read(request, catalog)
    with os.fdopen(answer, "wb") as stream:
        stream.write(msgspec.msgpack.encode(reading))
    # A thread that a plugin left behind must not keep the child alive.
    os._exit(0)


def _read(request: Request, catalog: Catalog) -> Reading:
    collector_type = catalog.collectors.get(request.collector)
    if collector_type is None:
        return Reading(failure="the plugin is no longer there")
    collector = collector_type(msgspec.convert(request.config, collector_type.config_type))
    context = Context(
        occasion=request.occasion,
        now=request.now,
        server_url=request.server.url,
        log=logging.getLogger(f"wfhagent.plugins.{request.collector}"),
        ask_whereami=lambda: _whereami(request, catalog),
    )
    return read(collector, context)


def _whereami(request: Request, catalog: Catalog) -> Whereami:
    if not request.token:
        return _unknown("this machine is not enrolled yet")
    transport_type = catalog.transports[request.transport]
    config = msgspec.convert(request.transport_config, transport_type.config_type)
    transport = make_transport(
        catalog, request.transport, config, request.server, where="agent.toml"
    )
    try:
        delivery = transport.send(Parcel(kind=ParcelKind.WHEREAMI, token=request.token))
    finally:
        transport.close()
    return _understood(delivery)


def _understood(delivery: Delivery) -> Whereami:
    if delivery.status != 200:  # noqa: PLR2004 -- HTTP's OK
        return _unknown(f"the server did not say: {delivery.detail or delivery.code}")
    known = {name: delivery.body.get(name) for name in ("public_ip", "location")}
    absent = delivery.body.get("absent") or {}
    try:
        return msgspec.convert({**known, "absent": absent}, Whereami)
    except msgspec.ValidationError as error:
        return _unknown(f"the server's answer is not of this protocol: {error}")


def _unknown(reason: str) -> Whereami:
    return Whereami(absent={"public_ip": reason, "location": reason})
