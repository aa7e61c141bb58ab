"""No process of agent or server imports a module from the working directory."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.drop_ins import collector, drop

from wfhagent.system.paths import program

ROOT = Path(__file__).parents[1]
SOURCES = (ROOT / "src", *ROOT.glob("plugins/*/src"), ROOT / "server" / "src")
STARTS = frozenset(
    {
        *("Popen", "run", "call", "check_call", "check_output", "getoutput", "getstatusoutput"),
        *("create_subprocess_exec", "create_subprocess_shell", "system", "popen"),
        *("Process", "Pool", "ProcessPoolExecutor", "get_context", "posix_spawn", "posix_spawnp"),
        *("execl", "execle", "execlp", "execlpe", "execv", "execve", "execvp", "execvpe"),
        *("spawnl", "spawnle", "spawnlp", "spawnv", "spawnve", "spawnvp", "startfile"),
    }
)
MODULES = frozenset({"subprocess", "asyncio", "os", "multiprocessing", "futures", "concurrent"})

OWN_PYTHON = {
    "src/wfhagent/process/child/running.py: start": "asks plugins",
    "src/wfhagent/tray/commands.py: start": "what a click asks for",
    "src/wfhagent/plugin_tools/scratch.py: run": "tries a plugin in a scratch folder",
    "src/wfhagent/plugin_tools/download.py: download": "pip, which downloads packages of a plugin",
    "server/src/wfhserver/exports/pdf/process.py: run": "draws a PDF",
    "server/src/wfhserver/exports/pdf/activity_order.py: pdf_of": "draws a PDF",
    "server/src/wfhserver/schedules/feed_reader.py: _read": "reads a calendar",
    "server/src/wfhserver/screenshots/image_decoder.py: _start": "decodes screenshots",
}
"""Each has a working directory of its own, whatever that of its parent is."""
DEVELOPMENT = {
    "src/wfhagent/cli/plugin.py: test": "pytest, in the folder of a plugin's author",
    "server/src/wfhserver/demo/children.py: child": "the demo, which also starts Xvfb",
}
"""Python with -P in the working directory of the person who typed the command."""
OTHER_PROGRAMS = {
    "server/src/wfhserver/backup/encryption.py: _pipe": "gpg",
    "server/src/wfhserver/backup/programs.py: _started": "pg_dump and psql",
    "server/src/wfhserver/backup/programs.py: list_contents": "pg_restore",
    "server/src/wfhserver/backup/programs.py: restore": "pg_restore",
    "src/wfhagent/cli/screenshot.py: _ask_as_the_service": "systemctl and systemd-run",
    "src/wfhagent/os_service/runner.py: run_command": "the system's service manager",
    "src/wfhagent/os_service/runner.py: start_command": "PowerShell, which removes the program",
    "src/wfhagent/desktop/notify.py: run_tool": "notify-send and the like",
    "src/wfhagent/plugin/command.py: ask_command": "the system's commands, for plugins",
    "plugins/screenshot/src/wfhagent_screenshot/wayland.py: _ask_grim": "grim",
    "plugins/screenshot/src/wfhagent_screenshot/locked_linux.py: _is_hinted": "loginctl",
    "server/src/wfhserver/embedded/programs.py: run": "PostgreSQL's own programs",
    "server/src/wfhserver/embedded/programs.py: major_version": "PostgreSQL's programs",
    "server/src/wfhserver/embedded/stale.py: _is_postgres": "ps",
    "server/src/wfhserver/cli/db.py: shell": "psql",
    "server/src/wfhserver/demo/display.py: display": "xsetroot",
    "server/src/wfhserver/demo/display.py: _virtual_screen": "Xvfb",
}
MAY_OPEN_A_WINDOW = {
    "src/wfhagent/cli/plugin.py: test": "its person reads pytest in the window they typed it in",
    "src/wfhagent/cli/screenshot.py: _ask_as_the_service": "Linux",
    "plugins/screenshot/src/wfhagent_screenshot/wayland.py: _ask_grim": "Linux",
    "plugins/screenshot/src/wfhagent_screenshot/locked_linux.py: _is_hinted": "Linux",
}
NAMES_PYTHON = {
    "src/wfhagent/system/paths.py: program",
    "src/wfhagent/cli/plugin.py: test",
    "src/wfhagent/plugin_tools/download.py: download",
    "server/src/wfhserver/processes.py: own_python",
    "server/src/wfhserver/processes.py: FOLDER",
}


def _functions() -> Iterator[tuple[str, ast.AST]]:
    """Yield every function of agent and server with its file and name."""
    for file in sorted(file for source in SOURCES for file in source.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        where = file.relative_to(ROOT).as_posix()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{where}: {node.name}", node
        for statement in tree.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                targets = getattr(statement, "targets", [getattr(statement, "target", None)])
                yield f"{where}: {ast.unparse(targets[0])}", statement


def _starts(node: ast.AST) -> list[ast.Call]:
    """Return the calls in *node* that start a process."""
    return [
        call
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in STARTS
        and any(name.id in MODULES for name in ast.walk(call.func) if isinstance(name, ast.Name))
        and ast.unparse(call.func) != "asyncio.run"
    ]


def test_every_place_that_starts_a_process_is_known():
    """A new place goes into one of the tables above, own Python with `cwd` and `-P`."""
    found = {where for where, node in _functions() if _starts(node)}

    assert found == {*OWN_PYTHON, *DEVELOPMENT, *OTHER_PROGRAMS}


def test_our_own_python_starts_in_a_working_directory_that_nobody_else_chose():
    for where, node in _functions():
        if where in OWN_PYTHON:
            for call in _starts(node):
                assert "cwd" in {keyword.arg for keyword in call.keywords}, where


def test_no_program_that_the_agent_starts_opens_a_window_on_windows():
    opening = {
        where
        for where, node in _functions()
        for call in _starts(node)
        if "creationflags=NO_WINDOW" not in ast.unparse(call)
    }

    assert {where for where in opening if not where.startswith("server/")} == {*MAY_OPEN_A_WINDOW}


def test_python_is_named_in_few_places_and_each_keeps_the_working_directory_out():
    naming = {
        where: ast.unparse(node)
        for where, node in _functions()
        if "sys.executable" in ast.unparse(node)
    }

    assert set(naming) == NAMES_PYTHON
    for where, text in naming.items():
        assert "sys.executable, '-P'" in text or where.endswith("FOLDER"), where


@pytest.fixture
def hostile_folder(tmp_path: Path) -> Path:
    """Return a working directory with modules of well-known names that leave a trace."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    for name in ("msgspec", "random", "struct", "pickle", "pluggy", "typer", "tomli", "socket"):
        text = f"import os, sys\nos.write(2, b'EVIL {name}\\n')\nos._exit(66)\n"
        (folder / f"{name}.py").write_text(text)
    return folder


@pytest.mark.parametrize("start", [program(), [sys.executable, "-m", "wfhagent"]])
def test_modules_in_the_working_directory_run_neither_in_a_command_nor_in_its_children(
    tmp_path: Path, hostile_folder: Path, start: list[str]
):
    plugins = tmp_path / "plugins"
    drop(plugins, "battery.py", collector(body="import random, socket, struct"))
    config = tmp_path / "agent.toml"
    config.write_text(
        '[server]\nurl = "https://127.0.0.1:9"\nauth_token = "x"\n'
        f'[agent]\nkeyring = false\ndata_directory = "{(tmp_path / "data").as_posix()}"\n'
        f'[plugins]\ndirectory = "{plugins.as_posix()}"\ndisabled = ["screenshot"]\n'
    )
    environment = dict(os.environ)
    environment.pop("PYTHONSAFEPATH", None)

    shown = subprocess.run(
        [*start, "preview", "--config", str(config)],
        cwd=hostile_folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "EVIL" not in shown.stdout + shown.stderr
    assert '"percent": 80' in shown.stdout
    assert "ended with" not in shown.stdout


def test_scripts_that_change_the_user_pass_no_search_path_of_python_on():
    for script in (ROOT / "packaging" / "server").glob("wfhserver*"):
        text = script.read_text(encoding="utf-8")
        if text.startswith("#!") and ("/bin/wfhserver" in text or "/bin/gunicorn" in text):
            commands = [line for line in text.splitlines() if not line.startswith("#")]
            unset = commands.index("unset PYTHONPATH PYTHONHOME PYTHONUSERBASE")
            assert not [line for line in commands[:unset] if "runuser" in line], script.name
