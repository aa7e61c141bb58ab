"""`make image`: the context of the server's image in build/image, and the image from it."""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / "packaging" / "server"
CONTEXT = ROOT / "build" / "image"
FILES = ("Containerfile", "container-start", "gunicorn.conf.py", "postgresql.sql", "privileges.sql")
ENGINES = {"podman": ["--format", "docker"], "buildah": ["--format", "docker"], "docker": []}
"""What builds images. The OCI format has no health check."""
DASHBOARD = ROOT / "server" / "src" / "wfhserver" / "dashboard_files" / "index.html"


def server_version() -> str:
    """Return the version of the server in this source."""
    text = (ROOT / "server" / "pyproject.toml").read_text(encoding="utf-8")
    (found,) = re.findall(r'^version = "(.+)"$', text, re.MULTILINE)
    return str(found)


def lay_out(context: Path = CONTEXT, source: Path = ROOT / "server") -> Path:
    """Make the *context* again, with a wheel of *source*, and return it.

    The wheel is built with the locked packages of .venv, so that the image needs no builder.
    """
    shutil.rmtree(context, ignore_errors=True)
    context.mkdir(parents=True)
    for name in FILES:
        shutil.copy(SERVER / name, context)
    shutil.copy(ROOT / "requirements" / "server.txt", context / "requirements.txt")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    command = [*pip, "--wheel-dir", str(context), str(source)]
    subprocess.run(command, check=True, cwd=context)  # noqa: S603 -- our own source
    return context


def main() -> int:
    """Build the image, or its context alone."""
    parser = argparse.ArgumentParser(description="Build the image of the server.")
    parser.add_argument("--context", action="store_true", help="make the context only")
    options = parser.parse_args()
    if not DASHBOARD.exists():
        print("make image: there is no dashboard yet. Run `make dashboard`.", file=sys.stderr)  # noqa: T201
        return 1
    context = lay_out()
    if options.context:
        print(context)  # noqa: T201
        return 0
    engine = next(filter(shutil.which, ENGINES), None)
    if engine is None:
        print(  # noqa: T201
            f"make image: podman, buildah or docker is needed. The context is in {context}.",
            file=sys.stderr,
        )
        return 1
    names = [f"localhost/wfhserver:{tag}" for tag in (server_version(), "latest")]
    tags = [word for name in names for word in ("--tag", name)]
    command = [engine, "build", *ENGINES[engine], *tags, "--file", str(context / FILES[0])]
    return subprocess.run([*command, str(context)], check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
