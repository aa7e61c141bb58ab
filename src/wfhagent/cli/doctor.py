"""`wfhagent doctor`: what is wrong with this installation, and what to do."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
import typer

from wfhagent.assembly import Assembly
from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.credentials import KeyringKeeper
from wfhagent.deliver.identity import Identity
from wfhagent.errors import SettingsError
from wfhagent.observe import Observer
from wfhagent.plugin import Collector, Delivery, Occasion, Parcel, ParcelKind

SKEW_SECONDS = 60.0
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; *advice* says what to do when it is not ok."""

    what: str
    ok: bool
    detail: str
    advice: str = ""


def doctor(
    context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Check settings, plugins, disk, server, token, clock and screenshot; exits 1 on faults."""
    try:
        assembly = assembled(context, config)
    except SettingsError as error:
        findings = [Finding("configuration", ok=False, detail=str(error), advice="Correct it.")]
    else:
        findings = list(examine(assembly))
    if as_json:
        typer.echo(msgspec.json.encode([asdict(finding) for finding in findings]).decode())
    else:
        for finding in findings:
            typer.echo(_line(finding))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def examine(assembly: Assembly) -> Iterator[Finding]:
    """Yield what was found, in the order in which one would look."""
    yield Finding("configuration", ok=True, detail=str(assembly.settings.file))
    yield _plugins(assembly)
    yield _disk(assembly.paths.directory)
    keeper = assembly.keeper()
    identity = keeper.load()
    kept_in = keeper.where if isinstance(keeper, KeyringKeeper) else "file"
    yield _enrolment(assembly, identity, kept_in)
    yield from _server(assembly, identity)
    yield from _screenshots(assembly, "" if identity is None else identity.token)


def _plugins(assembly: Assembly) -> Finding:
    disabled = assembly.settings.plugins.disabled
    entries = assembly.catalog.entries
    broken = [entry for entry in entries if entry.problem and entry.name not in disabled]
    if broken:
        detail = "; ".join(f"{entry.name}: {entry.problem}" for entry in broken)
        return Finding("plugins", ok=False, detail=detail, advice="See `wfhagent plugins`.")
    used = [entry.name for entry in entries if not entry.problem]
    return Finding("plugins", ok=True, detail=", ".join(used))


def _disk(directory: Path) -> Finding:
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        free = shutil.disk_usage(directory).free // MEGABYTE
    except OSError as error:
        return Finding(
            "disk", ok=False, detail=str(error), advice="Set [agent] data_directory elsewhere."
        )
    if not os.access(directory, os.W_OK):
        return Finding("disk", ok=False, detail=f"{directory}: read-only", advice="Make it yours.")
    return Finding("disk", ok=True, detail=f"{directory}: {free:,} MB free")


def _enrolment(assembly: Assembly, identity: Identity | None, kept_in: str) -> Finding:
    if identity is not None and identity.server_url == assembly.settings.server.url:
        names = f"{identity.username} on {identity.hostname}"
        return Finding("enrolment", ok=True, detail=f"{names}, token kept in the {kept_in}")
    if assembly.settings.server.auth_token:
        return Finding("enrolment", ok=True, detail="not yet; happens with the first heartbeat")
    return Finding(
        "enrolment",
        ok=False,
        detail="this machine is not enrolled and [server] auth_token is empty",
        advice="Ask IT for an enrolment token (`wfhserver keys create`).",
    )


def _server(assembly: Assembly, identity: Identity | None) -> Iterator[Finding]:
    url = assembly.settings.server.url
    token = "" if identity is None else identity.token
    try:
        transport = assembly.transport()
    except SettingsError as error:
        yield Finding("server", ok=False, detail=str(error), advice="Correct [server].")
        return
    delivery = transport.send(Parcel(kind=ParcelKind.WHEREAMI, token=token))
    transport.close()
    if delivery.status is None:
        yield Finding("server", ok=False, detail=delivery.detail, advice=f"Is {url} right?")
        return
    yield Finding("server", ok=True, detail=f"{url} answers")
    if identity is not None:
        accepted = delivery.status == 200  # noqa: PLR2004 -- HTTP's OK
        yield Finding(
            "token",
            ok=accepted,
            detail="accepted" if accepted else f"{delivery.code}: {delivery.detail}",
            advice="`wfhagent enroll` asks for a new one.",
        )
    yield from _clock(delivery)


def _clock(delivery: Delivery) -> Iterator[Finding]:
    if delivery.server_time is None:
        return
    skew = (SystemClock().now() - delivery.server_time).total_seconds()
    yield Finding(
        "clock",
        ok=abs(skew) < SKEW_SECONDS,
        detail=f"{skew:+.0f} s beside the server's",
        advice="Nothing is lost: the agent uses the server's time. Set the laptop's clock.",
    )


def _screenshots(assembly: Assembly, token: str) -> Iterator[Finding]:
    observer = Observer(assembly, clock=SystemClock(), token=lambda: token)
    for name, collector in assembly.catalog.collectors.items():
        if not _gives_screenshot(collector):
            continue
        gathered = observer.observe(Occasion.DETAILED_LOG, only=name)
        screenshot = gathered.known.get("screenshot", {"status": "failed", **gathered.absent})
        reason = screenshot.get("reason") or gathered.failures.get(name, "")
        yield Finding(
            "screenshot",
            ok=screenshot["status"] in {"taken", "disabled"},
            detail=f"{screenshot['status']} {reason}".strip(),
            advice="Detailed logs are sent without a picture, and say so.",
        )


def _gives_screenshot(collector: type[Collector[Any]]) -> bool:
    return any(fact.name == "screenshot" for fact in collector.facts)


def _line(finding: Finding) -> str:
    mark = "ok   " if finding.ok else "FAULT"
    advice = "" if finding.ok or not finding.advice else f" -> {finding.advice}"
    return f"{mark} {finding.what:<14}{finding.detail}{advice}"
