"""Installs locked packages next to the Python that runs this: by uv, or by pip where uv cannot.

usage: install.py [--compile] ARGUMENTS, which `uv pip install` and `pip install` both take

uv needs a fifth of pip's time. It is the system's, or a package of its own. `--compile` writes the
bytecode at once, for tests, which start hundreds of processes.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

_UV_LOCK = Path(__file__).parents[1] / "requirements" / "uv.txt"
_PIP = (sys.executable, "-m", "pip")
_INSTALL = (*_PIP, "install", "--quiet", "--disable-pip-version-check")
_INDEX = re.compile(r"^\S+\.index-url='(.+)'$", re.MULTILINE)


def _find_uv() -> str | None:
    """Return uv: the system's, or the one next to this Python."""
    return shutil.which("uv") or shutil.which("uv", path=Path(sys.executable).parent)


def _fetch_uv() -> str | None:
    lock = ("--require-hashes", "--only-binary", ":all:", "-r", str(_UV_LOCK))
    # No error of the whole: there are machines for which there is no uv.
    _call(*_INSTALL, "--no-compile", *lock)
    return _find_uv()


def _settings() -> dict[str, str]:
    """Return what uv, which reads none of pip's configuration, has to take from there."""
    # As pip does, it is to trust the certificates that the administrator of the system trusts.
    settings = {"UV_SYSTEM_CERTS": "true"}
    found = subprocess.run(  # noqa: S603 -- no input
        [*_PIP, "config", "list"], capture_output=True, text=True, check=False
    )
    if indexes := _INDEX.findall(found.stdout):
        settings["UV_DEFAULT_INDEX"] = indexes[0]
    return settings


def _by_uv(uv: str, arguments: list[str], *, bytecode: bool) -> bool:
    command = [uv, "pip", "install", "--quiet", "--python", sys.executable, *arguments]
    option = ["--compile-bytecode"] if bytecode else []
    return _call(*command, *option, **_settings())


def _by_pip(arguments: list[str], *, bytecode: bool) -> bool:
    option = [] if bytecode else ["--no-compile"]
    return _call(*_INSTALL, *option, *arguments)


def _call(*command: str, **settings: str) -> bool:
    """Run *command*, with *settings* where the environment says nothing else; tell its success."""
    environment = {**settings, **os.environ}
    return subprocess.run(command, env=environment, check=False).returncode == 0  # noqa: S603


def main(arguments: list[str]) -> int:
    """Install; return the exit status."""
    bytecode = "--compile" in arguments
    arguments = [each for each in arguments if each != "--compile"]
    uv = _find_uv() or _fetch_uv()
    if uv is not None:
        if _by_uv(uv, arguments, bytecode=bytecode):
            return 0
        sys.stderr.write("uv could not install the packages. Trying pip.\n")
    return 0 if _by_pip(arguments, bytecode=bytecode) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
