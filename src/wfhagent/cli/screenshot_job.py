"""`wfhagent screenshot job`: the part of `allow` and `doctor` that launchd starts on macOS."""

from pathlib import Path
from typing import Annotated

import typer

from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.collect.runner import CollectorRunner
from wfhagent.desktop import screen_recording
from wfhagent.doctor.screen import check_screenshots
from wfhagent.doctor.screen_job import write_answer


def job(
    context: typer.Context,
    answer: Annotated[Path, typer.Option("--answer", help="Where to write what was found.")],
    config: ConfigOption = None,
    ask: Annotated[bool, typer.Option("--ask", help="Have macOS ask its question.")] = False,
) -> None:
    """Take a screenshot, throw it away, and write down how it went."""
    if ask:
        screen_recording.request()
    assembly = assembled(context, config)
    runner = CollectorRunner(assembly, clock=SystemClock(), token=lambda: "")
    write_answer(answer, list(check_screenshots(assembly, runner)))
