"""The compiled programs, compared with the same agent under CPython. Needs `make binary`.

Sizes are those of the files. Start and memory are of the folder's program as the service runs it,
on this machine; `glibc` is what the built files ask of the system they run on.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from bench_idle import _cost, _process
from bench_tray import PROMISED_MIB, pss_mib, settled_icons
from figures import Figure

from wfhserver.demo.display import display

ROOT = Path(__file__).resolve().parents[2]
STANDALONE = ROOT / "build" / "standalone" / "wfhagent"
AS_USER = Path(__file__).parents[1] / "as_user.py"
PROGRAM = STANDALONE / "wfhagent"
ONEFILE = ROOT / "build" / "onefile" / "wfhagent"
MEGABYTE = 1e6
STARTS = 40
SETTLE_SECONDS = 100
"""Past the second tick after the memory was given back."""


def figures() -> list[Figure]:
    """Measure the built files."""
    if not (PROGRAM.exists() and ONEFILE.exists()):
        sys.exit(f"The figures binary.* need {PROGRAM} and {ONEFILE}: run `make binary` first.")
    return [*_sizes(), *_starts(), *_memory(), *_icon(), _preview(), _glibc()]


def _sizes() -> list[Figure]:
    unpacked = sum(file.stat().st_size for file in STANDALONE.rglob("*") if not file.is_symlink())
    onefile = ONEFILE.stat().st_size / MEGABYTE
    return [
        Figure("binary.onefile", onefile, 20, 1.0, "MB", "lower", "promised 20"),
        Figure("binary.unpacked", unpacked / MEGABYTE, 70, 1.0, "MB", "lower", "promised 70"),
    ]


def _starts() -> list[Figure]:
    source = [sys.executable, "-m", "wfhagent"]
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "XDG_CACHE_HOME": f"{home}/.cache"}
        commands = [
            [*start, option]
            for option in ("--version", "--help")
            for start in ([str(PROGRAM)], [str(ONEFILE)], source)
        ]
        installed, onefile, yardstick, all_installed, _, all_yardstick = _alternating(
            commands, environment
        )
    note = "python -m wfhagent --version"
    every = "python -m wfhagent --help, which loads every command"
    return [
        Figure("binary.start", installed, yardstick, 1.0, "s", "lower", note),
        Figure("binary.start_onefile", onefile, yardstick, 3.0, "s", "lower", note),
        Figure("binary.start_all", all_installed, all_yardstick, 1.0, "s", "lower", every),
    ]


def _alternating(commands: list[list[str]], environment: Mapping[str, str]) -> list[float]:
    """Return the median seconds of each command. They alternate, so that all have the same load."""
    seconds: list[list[float]] = [[] for _ in commands]
    for number in range(STARTS + 1):
        for command, taken in zip(commands, seconds, strict=True):
            elapsed = _seconds(lambda command=command: _run(command, environment))  # type: ignore[misc]
            if number:  # The first one has cold caches and unpacks.
                taken.append(elapsed)
    return [statistics.median(taken) for taken in seconds]


def _seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    subprocess.run(command, env=dict(environment), check=True, capture_output=True)


def _memory() -> list[Figure]:
    """Both send their first heartbeat to nobody, which loads httpx, and then wait."""
    with ExitStack() as stack:
        pids = [
            stack.enter_context(_process([*start, "run", "--quiet", "--config", config]))
            for folder in [Path(stack.enter_context(tempfile.TemporaryDirectory()))]
            for start in ([str(PROGRAM)], [sys.executable, str(AS_USER), str(folder / "agents")])
            for config in [_config(Path(stack.enter_context(tempfile.TemporaryDirectory())))]
        ]
        time.sleep(SETTLE_SECONDS)  # noqa: TID251 -- the measurement is of doing nothing
        compiled, source = (_cost(pid).pss for pid in pids)
        shared = " and ".join(f"{_shared_mib(pid):.1f}" for pid in pids)
    # Every other Python on the machine shares pages with the yardstick, but not with the program.
    note = f"the same under CPython; {shared} MiB of them are others' share"
    return [
        Figure("binary.pss", compiled, source, 1.0, "MiB", "lower", note),
        Figure("binary.pss_promised", compiled, 26, 1.0, "MiB", "lower", "promised 26"),
    ]


def _icon() -> list[Figure]:
    """The icon on a bus, and in an XEmbed tray after its menu was open."""
    with settled_icons([str(PROGRAM)]) as icons:
        tray, embedded = pss_mib(icons.tray), pss_mib(icons.embedded)
    note = "promised 30, in an XEmbed tray"
    return [
        Figure("binary.tray_pss", tray, PROMISED_MIB, 1.0, "MiB", "lower", "promised 30"),
        Figure("binary.tray_xembed_pss", embedded, PROMISED_MIB, 1.0, "MiB", "lower", note),
    ]


def _shared_mib(pid: int) -> float:
    """Return how much of the memory of *pid* is counted to other processes that use it, too."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    rss, pss = (
        int(re.findall(rf"^{name}:\s+(\d+) kB", rollup, re.MULTILINE)[0]) for name in ("Rss", "Pss")
    )
    return (rss - pss) / 1024


def _config(folder: Path) -> str:
    (folder / "agent.toml").write_text(
        '[server]\nurl = "https://127.0.0.1:9"\nauth_token = "wfhe_x"\n'
        f'[agent]\ndata_directory = "{folder}"\nkeyring = false\n'
        f'[plugins]\ndirectory = "{folder}/plugins"\n'
    )
    return str(folder / "agent.toml")


def _preview() -> Figure:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shown = folder / "shown"
        shown.touch()
        environment = {
            **stack.enter_context(display(folder, shown)),
            "XDG_SESSION_TYPE": "x11",
        }
        screenshot = folder / "screenshot.webp"
        command = [
            *(str(PROGRAM), "preview", "--config", _config(folder)),
            *("--picture", str(screenshot)),
        ]
        taken = min(_seconds(lambda: _run(command, environment)) for _ in range(3))
        if not screenshot.exists():
            sys.exit("binary.preview: no screenshot was taken; is Xvfb installed?")
    return Figure("binary.preview", taken, 2, 1.0, "s", "lower", "promised 2, 1920x1080")


def _glibc() -> Figure:
    """Return the newest glibc that a built file needs, and that of this machine."""
    newest = max(found for file in _files() for found in _glibc_versions(file))
    ours = tuple(map(int, os.confstr("CS_GNU_LIBC_VERSION").split()[1].split(".")))  # type: ignore[union-attr]
    wanted, built_on = (major * 1000 + minor for major, minor in (newest, ours[:2]))
    note = f"glibc {newest[0]}.{newest[1]} needed, built on {ours[0]}.{ours[1]}"
    return Figure("binary.glibc", wanted, built_on, 1.0, "major*1000+minor", "lower", note)


def _files() -> list[Path]:
    return [PROGRAM, ONEFILE, *STANDALONE.rglob("*.so"), *STANDALONE.rglob("*.so.*")]


def _glibc_versions(file: Path) -> list[tuple[int, int]]:
    """Return the glibc versions that *file* requires; the packed files in a download name none."""
    output = subprocess.run(
        ["readelf", "--version-info", "--wide", str(file)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.findall(r"Name: GLIBC_(\d+)\.(\d+)", output)
    return [(int(major), int(minor)) for major, minor in found]
