"""A scratch agent with one drop-in."""

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugins.vendored import VENDOR
from wfhagent.system.no_window import NO_WINDOW
from wfhagent.system.probe import is_folder

LIMIT_SECONDS = 120.0
_CACHES = shutil.ignore_patterns("__pycache__")
_NOT_THE_PLUGIN = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info", "build", "dist")


def not_the_plugin(path: Path) -> Callable[[str, list[str]], set[str]]:
    """Return which names in a folder of the plugin at *path* are no part of it, for `copytree`.

    Packages in `_vendor` are taken as they are: some have a module `build` or a folder `.dylibs`.
    """
    vendor = path / VENDOR

    def ignored(folder: str, names: list[str]) -> set[str]:
        inside = Path(folder).is_relative_to(vendor)
        return (_CACHES if inside else _NOT_THE_PLUGIN)(folder, names)

    return ignored


class Scratch:
    """An agent of its own, whose only drop-in is a copy of the plugin at *path*.

    *tables* are the lines of its tables in agent.toml, by name.
    """

    def __init__(
        self, folder: Path, path: Path, program: Sequence[str], tables: Mapping[str, Sequence[str]]
    ) -> None:
        self._program = program
        self._config = folder / "agent.toml"
        drop_ins = folder / "plugins"
        drop_ins.mkdir(mode=0o700)
        self._copy, self._path = drop_ins / path.name, path
        if is_folder(path):
            shutil.copytree(path, self._copy, ignore=not_the_plugin(path))
        else:
            shutil.copy(path, drop_ins)
        # Who can write the original was looked at there; a copy is the author's own.
        for copy in (drop_ins, *drop_ins.rglob("*")):
            copy.chmod(0o700 if is_folder(copy) else 0o600)
        lines = [
            line
            for name, settings in tables.items()
            for line in (f"[plugins.{_toml(name)}]", *settings)
        ]
        self._config.write_text(
            '[server]\nurl = "https://127.0.0.1:9"\nauth_token = "check"\n'
            f"[agent]\nkeyring = false\ndata_directory = {_toml(str(folder / 'data'))}\n"
            f"[plugins]\ndirectory = {_toml(str(drop_ins))}\n" + "\n".join([*lines, ""]),
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
            text = _(
                "`wfhagent {command}` does not end with this plugin. It was stopped after "
                "{seconds:g} s."
            )
            raise PluginError(
                text.format(command=" ".join(arguments), seconds=LIMIT_SECONDS)
            ) from error

    def in_place(self, text: str) -> str:
        """Return *text* with the names that the author knows."""
        return text.replace(str(self._copy), str(self._path)).replace(
            str(self._config), self._config.name
        )


def _toml(text: str) -> str:
    """Return *text* in quotation marks; JSON has the same ones as TOML."""
    return msgspec.json.encode(text).decode()
