"""The PDF of a thousand logs, from the request to the file, as a browser asks for it."""

import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from statistics import fmean, median
from typing import Any

from cpu import cpu_seconds
from figures import Figure
from PIL import Image, ImageChops

from wfhserver.sample.company import Plan
from wfhserver.screenshots.store import is_thumbnail
from wfhserver.testing import TestServer

LOGS = 1000
LEAST_BYTES = 5000
ROUNDS = 3
# The newest days that have a thousand screenshots.
FIRST_DAY = """
SELECT max(workday)
  FROM (SELECT workday, sum(count(*)) OVER (ORDER BY workday DESC) AS logs
          FROM employee_logs WHERE screenshot_path IS NOT NULL GROUP BY workday) AS days
 WHERE logs >= $1
"""


def pdf_figures(server: TestServer, process: int, port: int) -> list[Figure]:
    """Measure at the server that is *process*, with the sample company's logs in *server*."""
    # Where the server has its own.
    server.settings["data_directory"] /= "data"
    server.execute("INSERT INTO sample (seed, made_at) VALUES (1, now())")
    server.sample(Plan(people=40, days=30))
    _make_different(server.settings["data_directory"] / "screenshots")
    first_day = server.value(FIRST_DAY, LOGS)
    order = {"screenshot": "taken", "from": f"{first_day}"}
    # A sample has its own users, and no others.
    headers = {**server.signed_in(username="bench"), "Content-Type": "application/json"}
    exported = [_exported(port, process, headers, order) for _ in range(ROUNDS)]
    if any(job["size_bytes"] < LOGS * LEAST_BYTES for *_, job in exported):
        raise RuntimeError(f"without screenshots: {exported[0][-1]}")
    taken, used, peaks, jobs = zip(*exported, strict=True)
    first = _first_look(server, lambda: _exported(port, process, headers, order)[0])
    note = f"{jobs[0]['rows_taken']:,} logs with thumbnails, {jobs[0]['size_bytes'] / 1e6:.0f} MB;"
    note += f" CPU {fmean(used):.1f} s; the promise"
    return [
        Figure("exports.pdf", median(taken), 3.0, 1.0, "s", "lower", note),
        Figure("exports.pdf_first", first, 60.0, 1.0, "s", "lower", "no thumbnail made before"),
        Figure("exports.pdf_memory", max(peaks), 150.0, 1.0, "MB", "lower", "its process"),
    ]


def _exported(
    port: int, process: int, headers: dict[str, str], order: dict[str, str]
) -> tuple[float, float, float, dict[str, Any]]:
    """Return seconds by the clock and of CPU, the MB of the process that drew, and the job."""
    connection = HTTPConnection("127.0.0.1", port)

    def ask(method: str, path: str, body: str | None = None) -> dict[str, Any]:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content: dict[str, Any] = json.loads(answer.read())
        if answer.status not in (200, 202):
            raise RuntimeError(f"{path}: {content}")
        return content

    peak, done = 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.01):
            peak = max(peak, _peak_of_children(process))

    watcher = threading.Thread(target=watch)
    watcher.start()
    begun, used = time.perf_counter(), cpu_seconds(process)
    job = ask("POST", "/api/exports/pdf", json.dumps(order))
    while job["state"] == "working":
        # As seldom as a page: the questions take CPU time from what they ask about.
        time.sleep(0.2)
        job = ask("GET", f"/api/exports/{job['job_id']}")
    taken = time.perf_counter() - begun
    done.set()
    watcher.join()
    connection.close()
    if job["state"] != "done":
        raise RuntimeError(f"not done: {job}")
    return taken, cpu_seconds(process) - used, peak, job


def _peak_of_children(process: int) -> float:
    """Return the most that a child of *process* has had in memory, in MB.

    Not what `wait4` returns: that starts at the memory of the parent process.
    """
    peaks = [0.0]
    with suppress(OSError):  # One has ended meanwhile.
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8")
        for child in children.split():
            status = Path(f"/proc/{child}/status").read_text(encoding="utf-8")
            if Path(f"/proc/{child}/cmdline").read_bytes().count(b"wfhserver.exports.pdf"):
                peaks += [int(kB) / 1000 for kB in re.findall(r"VmHWM:\s+(\d+)", status)]
    return max(peaks)


def _first_look(server: TestServer, export: Callable[[], float]) -> float:
    """Return what *export* returns of logs at which nobody has looked."""
    for file in server.files():
        if is_thumbnail(file.name):
            file.unlink()
    return export()


def _make_different(folder: Path) -> None:
    """Let no two thumbnails be alike, and each as large as a screen full of text makes it."""
    noise = Image.effect_noise((480, 270), 60)
    for number, file in enumerate(sorted(folder.rglob("*.thumbnail.webp"))):
        with Image.open(file) as image:
            plain = image.convert("RGB")
        grain = ImageChops.offset(noise, number % 97, number // 97)
        grain = grain.resize(plain.size, Image.Resampling.NEAREST).convert("RGB")
        Image.blend(plain, grain, 0.3).save(file, "WEBP", quality=60)
