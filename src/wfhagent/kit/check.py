"""Looks at a plugin as the agent would: in a scratch folder, by the agent's own commands."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from wfhagent.errors import PluginError
from wfhagent.host.trust import check_trust, tree_hash

LIMIT_SECONDS = 120.0
_NOT_THE_PLUGIN = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info", "build", "dist")


@dataclass(kw_only=True, slots=True)
class Checked:
    """What was found. *preview* is what it gives now, *sha256* what `[plugins.trusted]` needs."""

    name: str
    path: Path
    sha256: str
    problems: list[str] = field(default_factory=list)
    preview: str = ""


def check_plugin_at(path: Path, *, program: Sequence[str]) -> Checked:
    """Return what the agent, started by *program*, would say of the drop-in at *path*.

    Raises:
        PluginError: there is no plugin.
    """
    path = path.resolve()
    if not (path.suffix == ".py" and path.is_file()) and not (path / "__init__.py").is_file():
        raise PluginError(
            f"{path}: is no plugin: neither a .py file nor a folder with __init__.py."
        )
    checked = Checked(name=path.stem, path=path, sha256=tree_hash(path))
    try:
        check_trust(path, {})
    except PluginError as error:
        checked.problems.append(str(error))
    with tempfile.TemporaryDirectory(prefix="wfhagent-check-") as name:
        _ask_the_agent(checked, _Scratch(Path(name), path, program))
    return checked


class _Scratch:
    """An agent of its own, whose only drop-in is a copy of the plugin at *path*."""

    def __init__(self, folder: Path, path: Path, program: Sequence[str]) -> None:
        self._program = program
        self._config = folder / "agent.toml"
        drop_ins = folder / "plugins"
        drop_ins.mkdir(mode=0o700)
        if path.is_dir():
            shutil.copytree(path, drop_ins / path.name, ignore=_NOT_THE_PLUGIN)
        else:
            shutil.copy(path, drop_ins)
        # Who can write the original was looked at there; a copy is the author's own.
        for copy in (drop_ins, *drop_ins.rglob("*")):
            copy.chmod(0o700 if copy.is_dir() else 0o600)
        self._config.write_text(
            '[server]\nurl = "https://127.0.0.1:9"\nauth_token = "check"\n'
            f"[agent]\nkeyring = false\ndata_directory = {_toml(folder / 'data')}\n"
            f"[plugins]\ndirectory = {_toml(drop_ins)}\n",
            encoding="utf-8",
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the agent to its end."""
        command = [*self._program, *arguments, "--config", str(self._config)]
        try:
            return subprocess.run(  # noqa: S603 -- our own program
                command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise PluginError(
                f"{' '.join(arguments)} did not end within {LIMIT_SECONDS:g} s with this plugin: "
                "it hangs when it is imported."
            ) from error


def _ask_the_agent(checked: Checked, scratch: _Scratch) -> None:
    listed = scratch.run("plugins", "--json")
    try:
        entries: list[dict[str, Any]] = msgspec.json.decode(listed.stdout)
        (entry,) = (each for each in entries if each["where"].endswith(checked.path.name))
    except ValueError:
        said = (listed.stdout + listed.stderr).strip()[-500:]
        checked.problems.append(f"The agent cannot list it: {said or 'it ends without a word'}")
        return
    if entry["problem"]:
        checked.problems.append(entry["problem"])
    for collector in entry["collectors"]:
        _preview(checked, scratch.run("preview", "--only", collector))


def _preview(checked: Checked, shown: subprocess.CompletedProcess[str]) -> None:
    checked.preview += shown.stdout
    if shown.returncode:
        checked.problems.append(shown.stderr.strip()[-500:])
        return
    if '"failures"' in shown.stdout:
        checked.problems.append("It failed when it was asked; the preview has the reason.")
    if "not declared" in shown.stdout:
        checked.problems.append("It gave what it does not declare; the preview has the names.")


def _toml(path: Path) -> str:
    return msgspec.json.encode(str(path)).decode()
