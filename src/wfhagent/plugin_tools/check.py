"""Looks at a plugin as the agent would: in a scratch folder, by the agent's own commands."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from wfhagent.errors import PluginError
from wfhagent.plugin_tools.imports import unpromised
from wfhagent.plugins.tree import read_tree
from wfhagent.plugins.trust import check_files
from wfhagent.process.no_window import NO_WINDOW
from wfhagent.system.compiled import compiled
from wfhagent.system.probe import is_file, is_folder

LIMIT_SECONDS = 120.0
_NOT_THE_PLUGIN = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info", "build", "dist")
_SAID = re.compile(r"^\S+ \S+ ([A-Z]+) wfhagent\.plugins\.\w+ (.*)$", re.MULTILINE)

_HINTS = {
    "gave nothing within": " Its time_limit_seconds may be 120 at most; for a heartbeat it is 2.",
    "MemoryError": " A collector may take 768 MiB.",
}


@dataclass(kw_only=True, slots=True)
class Checked:
    """What was found.

    *notes* are no mistakes, and worth a look. *preview* is what it gives now, *said* what it
    wrote to its log and printed meanwhile, *sha256* what `[plugins.trusted]` needs.
    """

    name: str
    path: Path
    sha256: str
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    preview: str = ""
    said: list[str] = field(default_factory=list)


def check_plugin_at(path: Path, *, program: Sequence[str], settings: Sequence[str] = ()) -> Checked:
    """Return what the agent, started by *program*, would say of the drop-in at *path*.

    *settings* are lines of its table in agent.toml, such as `unit = "hours"`.

    Raises:
        PluginError: there is no plugin.
    """
    path = path.resolve()
    if not (path.suffix == ".py" and is_file(path)) and not is_file(path / "__init__.py"):
        raise PluginError(
            f"{path}: is no plugin: neither a .py file nor a folder with __init__.py."
        )
    checked = Checked(name=path.stem, path=path, sha256=read_tree(path).digest)
    try:
        check_files(path)
    except PluginError as error:
        checked.problems.append(str(error))
    if compiled() is None:
        checked.notes += [
            f"It imports {name}, which the compiled agent may not have: a module of the plugin's "
            "own folder is there for certain."
            for name in unpromised(path)
        ]
    with tempfile.TemporaryDirectory(prefix="wfhagent-check-") as folder:
        _ask_the_agent(checked, _Scratch(Path(folder), path, program, settings))
    return checked


class _Scratch:
    """An agent of its own, whose only drop-in is a copy of the plugin at *path*."""

    def __init__(
        self, folder: Path, path: Path, program: Sequence[str], settings: Sequence[str]
    ) -> None:
        self._program = program
        self._config = folder / "agent.toml"
        drop_ins = folder / "plugins"
        drop_ins.mkdir(mode=0o700)
        self._copy, self._path = drop_ins / path.name, path
        if is_folder(path):
            shutil.copytree(path, self._copy, ignore=_NOT_THE_PLUGIN)
        else:
            shutil.copy(path, drop_ins)
        # Who can write the original was looked at there; a copy is the author's own.
        for copy in (drop_ins, *drop_ins.rglob("*")):
            copy.chmod(0o700 if is_folder(copy) else 0o600)
        table = [f"[plugins.{path.stem}]", *settings] if settings else []
        self._config.write_text(
            '[server]\nurl = "https://127.0.0.1:9"\nauth_token = "check"\n'
            f"[agent]\nkeyring = false\ndata_directory = {_toml(folder / 'data')}\n"
            f"[plugins]\ndirectory = {_toml(drop_ins)}\n" + "\n".join([*table, ""]),
            encoding="utf-8",
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the agent to its end."""
        command = [*self._program, *arguments, "--config", str(self._config)]
        try:
            return subprocess.run(  # noqa: S603 -- our own program
                command,
                cwd=self._copy.parent,
                capture_output=True,
                encoding="utf-8",
                timeout=LIMIT_SECONDS,
                creationflags=NO_WINDOW,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise PluginError(
                f"{' '.join(arguments)} did not end within {LIMIT_SECONDS:g} s with this plugin: "
                "it hangs when it is imported."
            ) from error

    def in_place(self, text: str) -> str:
        """Return *text* with the names that the author knows."""
        return text.replace(str(self._copy), str(self._path)).replace(
            str(self._config), self._config.name
        )


def _ask_the_agent(checked: Checked, scratch: _Scratch) -> None:
    listed = scratch.run("plugins", "--json")
    try:
        entries: list[dict[str, Any]] = msgspec.json.decode(listed.stdout)
        (entry,) = (each for each in entries if each["where"].endswith(checked.path.name))
    except ValueError:
        said = scratch.in_place(listed.stdout + listed.stderr).strip()[-500:]
        checked.problems.append(said.removeprefix("wfhagent: ") or "The agent ends without a word.")
        return
    if entry["problem"]:
        problem = scratch.in_place(entry["problem"])
        hint = " `--set KEY=VALUE` tries one." if " is missing. (Allowed" in problem else ""
        checked.problems.append(problem + hint)
        return
    for declared in entry["declares"]["collectors"]:
        name = declared["name"]
        shown = scratch.run("preview", "--verbose", "--only", name)
        facts = {fact["name"] for fact in declared["facts"]}
        _take_preview(checked, name, facts, shown)
    for declared in entry["declares"]["calendars"]:
        shown = scratch.run("preview", "--only", declared["name"])
        _take_preview(checked, declared["name"], set(), shown)


def _take_preview(
    checked: Checked, name: str, facts: set[str], shown: subprocess.CompletedProcess[str]
) -> None:
    checked.preview += shown.stdout
    checked.said += [f"{level.lower()}: {text}" for level, text in _SAID.findall(shown.stderr)]
    if shown.returncode:
        checked.problems.append(shown.stderr.strip()[-500:])
        return
    for section in re.split(rf"^{name}, for [a-z0-9 ]+:$", shown.stdout, flags=re.MULTILINE)[1:]:
        _judge(checked, name, facts, msgspec.json.decode(section))


def _judge(checked: Checked, name: str, facts: set[str], section: Mapping[str, Any]) -> None:
    dropped = section.get("dropped, for it is not declared", {}).get(name, [])
    if dropped:
        checked.problems.append(f"It gives {', '.join(dropped)} and does not declare it: dropped.")
    elif "failures" in section:
        why: str = section["failures"][name]
        hint = next((hint for start, hint in _HINTS.items() if why.startswith(start)), "")
        checked.problems.append(f"It failed when it was asked: {why}.{hint}")
        return
    given = section.get("facts", {})
    absent = {key.removeprefix(f"{name}.") for key in section.get("absent", {})}
    missing = facts - {*given, *given.get(name, {}), *absent, *section.get("attachments", {})}
    for fact in sorted(missing):
        note = f"It declares {fact!r} and gives neither a value nor Absent with the reason."
        if note not in checked.notes:
            checked.notes.append(note)


def _toml(path: Path) -> str:
    return msgspec.json.encode(str(path)).decode()
