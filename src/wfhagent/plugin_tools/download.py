"""Downloads the wheels that a requirements.txt asks for, with pip, for any platform."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import msgspec

from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugin_tools.targets import Target
from wfhagent.system.compiled import compiled
from wfhagent.system.no_window import NO_WINDOW

_PIP = """\
import json, sys
from pip._vendor.packaging import markers
environment = json.loads(sys.argv.pop(1))
markers.default_environment = lambda: dict(environment)
from pip._internal.cli.main import main
sys.exit(main())
"""
"""pip chooses wheels for another platform, and would read the markers of requirements for this one:
`colorama; sys_platform == "win32"` would be missing on Windows."""
_LONGEST_ERROR = 600


def require_pip() -> Path | None:
    """Return the wheel of pip that Python brings where pip is not installed; None where it is.

    Raises:
        PluginError: there is no pip.
    """
    if compiled() is not None:
        raise PluginError(
            _(
                "The compiled agent has no pip. Run `wfhagent plugin vendor` in a virtual "
                "environment with wfhagent, such as `make install` creates in a clone."
            )
        )
    if importlib.util.find_spec("pip") is not None:
        return None
    found = importlib.util.find_spec("ensurepip")
    if found is not None and found.origin is not None:
        for wheel in Path(found.origin).parent.glob("_bundled/pip-*.whl"):
            return wheel
    raise PluginError(_("This Python has no pip. Install it with `python -m ensurepip`."))


def download(requirements: Path, target: Target, folder: Path) -> list[Path]:
    """Download the wheels that *requirements* asks for on *target* into *folder*; return them.

    Raises:
        PluginError: there is no pip, or pip finds no wheel.
    """
    pip = require_pip()
    options = ("--quiet", "--no-input", "--disable-pip-version-check", "--no-color")
    command = [
        *(sys.executable, "-P", "-c", _PIP, msgspec.json.encode(target.markers).decode()),
        *("download", *options, "--only-binary=:all:", "--dest", str(folder.absolute())),
        *("--implementation", "cp", "--python-version", target.python),
        *("--abi", f"cp{target.python.replace('.', '')}", "--abi", "abi3", "--abi", "none"),
        *(part for tag in target.tags for part in ("--platform", tag)),
        *("--requirement", str(requirements.absolute())),
    ]
    environment = dict(os.environ) if pip is None else {**os.environ, "PYTHONPATH": str(pip)}
    done = subprocess.run(  # noqa: S603 -- our own Python
        command,
        cwd=folder,
        env=environment,
        creationflags=NO_WINDOW,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        text = _("{file}: pip finds no packages for {platform}: {reason}")
        reason = _reason(done.stderr)
        raise PluginError(text.format(file=requirements, platform=target.name, reason=reason))
    return sorted(folder.glob("*.whl"))


def _reason(printed: str) -> str:
    """Return the last error that pip printed."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["?"])[-1].removeprefix("ERROR:").strip()[:_LONGEST_ERROR]
