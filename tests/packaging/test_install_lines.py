"""Each install line of README and docs, run in an empty virtual environment.

Nothing of the test's own environment helps there: what a program needs, its package must name.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scratch import open_folder

pytestmark = pytest.mark.end_to_end

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
LINE = re.compile(r"\S*\bpip install [^`\n]+")
SERVER, AGENT = "pip install ./server[embedded]", "pip install . ./plugins/*"
DEPLOYMENT = (
    "pip install --quiet --require-hashes -r requirements/server.txt",
    "pip install --quiet --no-deps ./server",
)

# In one process: a new one for each of the seventy commands would take a minute.
EVERY_HELP = """
import importlib, sys
from typer.main import get_command

module, factory = sys.argv[1:]
def ask(command, path):
    try:
        command.main([*path, "--help"], prog_name="program", standalone_mode=False)
    except SystemExit as ended:
        assert not ended.code, path
    return 1

def walk(root, command, path):
    count = ask(root, path)
    for name, child in getattr(command, "commands", {}).items():
        count += walk(root, child, [*path, name])
    return count

root = get_command(getattr(importlib.import_module(module), factory)())
print(walk(root, root, []), "commands", file=sys.stderr)
"""
EVERY_MODULE = """
import importlib, pkgutil, re, sys

skipped = re.compile(rf"({'|'.join(sys.argv[1:])})(\\.|$)")
package = importlib.import_module("wfhserver")
for module in pkgutil.walk_packages(package.__path__, "wfhserver."):
    is_program = module.name.endswith(("__main__", ".env")) or ".versions." in module.name
    if not is_program and not skipped.match(module.name):
        importlib.import_module(module.name)
"""
# For tests, which bring their own packages, and for Gunicorn, which comes with the deployment.
OF_TESTS, OF_GUNICORN = "wfhserver.testing", "wfhserver.worker"


class Environment:
    """An environment of Python in which one recipe was typed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._run([sys.executable, "-m", "venv", str(folder / "venv")])

    def type(self, line: str) -> None:
        """Type an install line at the root of the source."""
        self._run(["sh", "-c", line])

    def python(self, program: str, *arguments: str) -> str:
        """Return what *program* writes to standard error; it must end well."""
        return self._run(["python", "-P", "-c", program, *arguments]).stderr

    def command(self, *words: str) -> str:
        """Return what a command of the environment prints; it must end well."""
        return self._run(list(words)).stdout

    def _run(self, words: list[str]) -> "subprocess.CompletedProcess[str]":
        environment = {
            name: os.environ[name] for name in os.environ if not name.startswith("PYTHON")
        }
        done = subprocess.run(
            words,
            cwd=ROOT,
            env={
                **environment,
                "PATH": f"{self.folder / 'venv/bin'}:{os.environ['PATH']}",
                "HOME": str(self.folder),
                "PYTHONDONTWRITEBYTECODE": "1",  # Into the source.
                # Downloads alone: what is installed comes from the line that is typed.
                "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", f"{Path.home()}/.cache/pip"),
                "WFHSERVER_DATA_DIRECTORY": str(self.folder / "data"),
            },
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done


@pytest.fixture
def environment() -> Iterator[Environment]:
    # Readable for PostgreSQL's user, and outside of pytest's own environment.
    with open_folder() as folder:
        yield Environment(folder)


def typed_lines() -> dict[str, set[str]]:
    """Return the pages with install lines, each with what is behind the path of its pip."""
    found = {
        page.name: {line[line.index("pip install") :] for line in LINE.findall(page.read_text())}
        for page in PAGES
    }
    return {name: lines for name, lines in found.items() if lines}


def test_every_install_line_of_the_documents_is_typed_here():
    assert typed_lines() == {
        "README.md": {SERVER, AGENT},
        "deploy-ubuntu.md": set(DEPLOYMENT),
    }


def test_the_servers_line_of_the_readme_gives_a_server_that_runs(environment: Environment):
    environment.type(SERVER)

    environment.python(EVERY_MODULE, OF_TESTS, OF_GUNICORN)
    helped = environment.python(EVERY_HELP, "wfhserver.cli", "application")
    token = environment.command("wfhserver", "tokens", "create", "--label", "office")

    assert int(re.findall(r"(\d+) commands", helped)[0]) > 20
    assert token.startswith("wfhe_")
    with pytest.raises(AssertionError, match="wfhserver: The demo needs packages that are not"):
        environment.command("wfhserver", "demo", "--data", str(environment.folder / "data"))


def test_the_servers_lines_of_the_deployment_give_a_server_that_gunicorn_starts(
    environment: Environment,
):
    for line in DEPLOYMENT:
        environment.type(line)

    environment.python(EVERY_MODULE, OF_TESTS)
    environment.python(EVERY_HELP, "wfhserver.cli", "application")
    configuration = str(ROOT / "packaging/server/gunicorn.conf.py")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WFHSERVER_DATABASE_URL", "postgresql://wfhserver@/wfhserver")
        environment.command("gunicorn", "--config", configuration, "--check-config")
    with pytest.raises(AssertionError, match=r"wfhserver: .*no embedded PostgreSQL is installed"):
        environment.command("wfhserver", "demo", "--data", str(environment.folder / "demo"))


def test_the_agents_line_of_the_readme_gives_an_agent_with_every_plugin(environment: Environment):
    environment.type(AGENT)

    helped = environment.python(EVERY_HELP, "wfhagent.cli", "make_app")
    configuration = environment.folder / ".config/wfhagent/agent.toml"
    configuration.parent.mkdir(parents=True)
    configuration.write_text(environment.command("wfhagent", "example"))
    listed = environment.command("wfhagent", "plugins")

    assert int(re.findall(r"(\d+) commands", helped)[0]) > 20
    for folder in (ROOT / "plugins").iterdir():
        assert folder.name in listed
