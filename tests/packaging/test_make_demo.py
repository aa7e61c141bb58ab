"""`make demo` and what it installs by, with stand-ins for make, uv and the demo."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IDLE = "wfhagent_idle"


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def install(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Install one plugin into a folder; the only uv is the one in `tmp_path / "bin"`."""
    what = ("--no-deps", "--no-build-isolation", "--target", str(tmp_path / "target"))
    return subprocess.run(
        [sys.executable, str(ROOT / "packaging/install.py"), *what, "./plugins/idle"],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_where_uv_cannot_install_pip_does(tmp_path: Path):
    program(tmp_path / "bin/uv", "exit 1")

    done = install(tmp_path)

    assert done.returncode == 0, done.stderr
    assert "Trying pip" in done.stderr
    assert (tmp_path / "target" / IDLE).is_dir()


@pytest.mark.parametrize(
    ("environment", "index"),
    [
        ({"PIP_INDEX_URL": "https://packages.example/simple"}, "https://packages.example/simple"),
        (
            {
                "PIP_INDEX_URL": "https://packages.example/simple",
                "UV_DEFAULT_INDEX": "https://uv.example",
            },
            "https://uv.example",
        ),
    ],
)
def test_uv_uses_the_registry_that_pip_is_configured_for(
    tmp_path: Path, environment: dict[str, str], index: str
):
    program(tmp_path / "bin/uv", f'echo "$UV_DEFAULT_INDEX" >{tmp_path}/index')

    done = install(tmp_path, **environment)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "index").read_text().strip() == index


def demo(
    tmp_path: Path, *, build: str, demo: str, stderr: int, kept: tuple[int, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run the script where nothing is built; *build* and *demo* are the two programs."""
    os.mkfifo(tmp_path / "pipe")
    make = program(
        tmp_path / "make",
        f'case "$*" in *-q*) exit 1;; *dashboard*) {build};; *) echo installed;; esac',
    )
    script = ["sh", str(ROOT / "packaging/demo.sh"), ".runtime", "dashboard_files/index.html"]
    return subprocess.run(
        [*script, str(program(tmp_path / "demo", demo))],
        cwd=tmp_path,
        env={**os.environ, "MAKE": str(make), "PYTHON": sys.executable},
        stdout=subprocess.PIPE,
        stderr=stderr,
        pass_fds=kept,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_demo_starts_before_the_dashboard_is_built(tmp_path: Path):
    # The build waits for the running demo, and the demo for the end of the build.
    done = demo(
        tmp_path,
        build="read line <pipe; echo $line >pipe",
        demo="echo built >pipe; read line <pipe; echo the dashboard is $line",
        stderr=subprocess.DEVNULL,
    )

    assert done.returncode == 0
    assert done.stdout.splitlines() == ["installed", "the dashboard is built"]


def test_a_build_that_fails_is_reported_and_the_demo_goes_on(tmp_path: Path):
    os.mkfifo(tmp_path / "errors")
    errors = os.open(tmp_path / "errors", os.O_RDWR)

    done = demo(
        tmp_path,
        build="echo no network; exit 1",
        demo="read line <errors; echo $line; exit 3",
        stderr=errors,
    )

    os.close(errors)
    assert done.returncode == 3
    assert "The dashboard could not be built. See build/dashboard.log" in done.stdout
    assert (tmp_path / "build/dashboard.log").read_text() == "no network\n"


def test_the_build_ends_with_the_demo(tmp_path: Path):
    os.mkfifo(tmp_path / "never")
    reader, writer = os.pipe()

    demo(
        tmp_path,
        # As npm does, it has a child that hears nothing of its end.
        build="(echo started >pipe; cat never; :); :",
        demo="read line <pipe",
        stderr=subprocess.DEVNULL,
        kept=(writer,),
    )

    os.close(writer)
    # The end of the file: nobody has the other end any more, so the build is gone.
    assert select.select([reader], [], [], 30)[0] == [reader]
    assert os.read(reader, 1) == b""
    os.close(reader)
