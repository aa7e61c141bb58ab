"""No process of the server takes a module from the working directory."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wfhserver.exports.pdf.order import Block, Order
from wfhserver.exports.pdf.process import run

STARTS_A_WORKER = """
import multiprocessing
import wfhserver.processes

wfhserver.processes.keep_working_directory_out()
worker = multiprocessing.get_context("spawn").Process(target=print, args=("worked",))
worker.start()
worker.join()
"""


@pytest.fixture
def hostile_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with modules of well-known names the working directory."""
    for name in ("msgspec", "random", "struct", "pickle", "socket", "typer", "reportlab"):
        (tmp_path / f"{name}.py").write_text(f"print('EVIL {name}', flush=True); import os\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    return tmp_path


def test_the_process_that_draws_a_pdf_takes_none(hostile_folder: Path):
    order = Order(
        title="Detailed logs",
        summary=[],
        made="",
        author="anna",
        created_at=datetime(2026, 11, 2, tzinfo=UTC),
        blocks=[Block(lines=["alice"], screenshot=None)],
        screenshots=str(hostile_folder / "screenshots"),
        font=None,
        output=str(hostile_folder / "logs.pdf"),
    )
    done: list[int] = []

    async def on_progress(number: int) -> None:
        done.append(number)

    # A module that prints would be no number.
    asyncio.run(run(order, on_progress))

    assert done == [1]
    assert (hostile_folder / "logs.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.usefixtures("hostile_folder")
def test_a_worker_takes_none():
    shown = subprocess.run(
        [sys.executable, "-P", "-c", STARTS_A_WORKER], capture_output=True, text=True, check=False
    )

    assert (shown.stdout, shown.stderr) == ("worked\n", "")


@pytest.mark.usefixtures("hostile_folder")
def test_a_command_typed_as_a_module_takes_none():
    shown = subprocess.run(
        [sys.executable, "-m", "wfhserver", "--help"],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )

    assert shown.stdout.lstrip().startswith("Usage: ")
