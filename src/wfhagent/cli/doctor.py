"""`wfhagent doctor`: finds what is wrong with an installation, and says what to do."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from wfhagent.assembly import Assembly
from wfhagent.cli.journal import show
from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.doctor.finding import Finding
from wfhagent.doctor.page import as_page
from wfhagent.errors import SettingsError
from wfhagent.messages import _, ngettext
from wfhagent.system.paths import data_paths


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found; *assembly* is None when agent.toml is wrong and nothing else was tried."""

    assembly: Assembly | None
    findings: list[Finding]


def doctor(
    context: typer.Context,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    *,
    opened: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Check settings, plugins, disk, outbox, keyring, proxy, server, token, clock and screenshot;
    exits 1 on faults.
    """
    diagnosis = diagnose(context, config)
    findings = diagnosis.findings
    if opened:
        paths = data_paths("") if diagnosis.assembly is None else diagnosis.assembly.paths
        show(as_page(findings, _summary(findings)), paths.pages["check"], opened=True)
    elif as_json:
        typer.echo(msgspec.json.encode([asdict(finding) for finding in findings]).decode())
    else:
        for finding in findings:
            typer.echo(_lines(finding))
        typer.echo(_summary(findings))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def diagnose(context: typer.Context, config: Path | None) -> Diagnosis:
    """Look at everything."""
    # Not for the resident agent, which is started by this same command line.
    from wfhagent.doctor.examine import examine  # noqa: PLC0415

    try:
        assembly = assembled(context, config, afresh=True)
    except SettingsError as error:
        fault = Finding("configuration", ok=False, detail=str(error), advice=_("Correct the file."))
        return Diagnosis(None, [fault])
    return Diagnosis(
        assembly, [_without_needless_advice(one) for one in examine(assembly, SystemClock())]
    )


def _without_needless_advice(finding: Finding) -> Finding:
    """Return *finding* without advice for what needs none."""
    return replace(finding, advice="") if finding.ok else finding


def _lines(finding: Finding) -> str:
    mark = _("ok") if finding.ok else _("FAULT")
    line = f"{mark:<5} {_(finding.what):<14}{finding.detail}"
    return f"{line}\n{'':20}-> {finding.advice}" if finding.advice else line


def _summary(findings: list[Finding]) -> str:
    faults = sum(not finding.ok for finding in findings)
    if not faults:
        return _("No faults found.")
    return ngettext(
        "{count} fault. `wfhagent report` writes everything into one file for support.",
        "{count} faults. `wfhagent report` writes everything into one file for support.",
        faults,
    ).format(count=faults)
