"""Looks at third-party plugins in child processes, once for each version, and remembers it.

A plugin may do at import whatever it likes: hang, end the process, take all memory. So the agent
never imports one to learn what it is. What a child learned is kept by the hash of the plugin.
"""

import hashlib
import logging
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from wfhagent import __version__
from wfhagent.plugin.allowed import Setting
from wfhagent.plugin.secret import HIDDEN
from wfhagent.plugins.examined import Examined, ExamineRequest
from wfhagent.plugins.source import Source
from wfhagent.process.child.call import call
from wfhagent.system.private import replace_private

log = logging.getLogger(__name__)

TASK = "examine"
LIMIT_SECONDS = 15.0
"""A plugin is imported in a tenth of a second; a laptop that starts up has more to do."""
MOST_ATTEMPTS = 3
"""A plugin that failed is looked at this often: the laptop may have been busy."""
AT_ONCE = 4


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of the plugin with *digest* and its tables, and how often it was asked."""

    digest: str
    tables_digest: str
    examined: Examined
    attempts: int = 1


class _Verdicts(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    by_path: Mapping[str, Verdict] = msgspec.field(default_factory=dict)


@dataclass(kw_only=True)
class Examiner:
    """Looks at plugins. *verdicts* is the file that remembers, None for one that forgets.

    With *afresh* what failed before is looked at again, however often it did.
    """

    program: Sequence[str]
    verdicts: Path | None = None
    tables: Mapping[str, Mapping[str, Any]]
    config_file: Path
    afresh: bool = False

    def examine(self, sources: Sequence[Source]) -> list[Examined]:
        """Return what is known of each of *sources*; what is not among them is forgotten."""
        known = self._read()
        verdicts = {source.where: known.get(source.where) for source in sources}
        new = [source for source in sources if not self._holds(source, verdicts[source.where])]
        for source, examined in zip(new, self._ask_all(new), strict=True):
            before = known.get(source.where)
            again = before is not None and before.digest == source.digest
            verdicts[source.where] = Verdict(
                digest=source.digest,
                tables_digest=self._digest_of_tables(examined),
                examined=examined,
                attempts=before.attempts + 1 if again and before is not None else 1,
            )
        found = {where: verdict for where, verdict in verdicts.items() if verdict is not None}
        if found != known:
            self._write(found)
        return [found[source.where].examined for source in sources]

    def _holds(self, source: Source, verdict: Verdict | None) -> bool:
        if verdict is None or verdict.digest != source.digest:
            return False
        if verdict.tables_digest != self._digest_of_tables(verdict.examined):
            return False
        if verdict.examined.problem:
            return verdict.attempts >= MOST_ATTEMPTS and not self.afresh
        return True

    def _digest_of_tables(self, examined: Examined) -> str:
        tables = {
            one.name: _without_secrets(self.tables[one.name], one.settings)
            for one in sorted(examined.declarations(), key=lambda one: one.name)
            if one.name in self.tables
        }
        return hashlib.sha256(msgspec.json.encode(tables)).hexdigest()

    def _ask_all(self, sources: Sequence[Source]) -> list[Examined]:
        if len(sources) < 2:  # noqa: PLR2004 -- nothing to do at once
            return [self._ask(source) for source in sources]
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 -- after a change only

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self._ask, sources))

    def _ask(self, source: Source) -> Examined:
        request = ExamineRequest(
            source=source,
            tables=msgspec.to_builtins(self.tables),
            config_file=str(self.config_file),
        )
        answer = call(
            self.program,
            TASK,
            msgspec.msgpack.encode(request),
            limit_seconds=LIMIT_SECONDS,
            third_party=True,
        )
        if answer.problem:
            return Examined(problem=f"{source.where}: cannot be imported: {answer.problem}.")
        try:
            return msgspec.msgpack.decode(answer.body, type=Examined)
        except ValueError as error:
            return Examined(problem=f"{source.where}: what it declares cannot be read: {error}.")

    def _read(self) -> Mapping[str, Verdict]:
        if self.verdicts is None:
            return {}
        try:
            kept = msgspec.json.decode(self.verdicts.read_bytes(), type=_Verdicts)
        except (OSError, ValueError):
            return {}
        return kept.by_path if kept.by == self._myself() else {}

    def _myself(self) -> str:
        """Return who examines: another program, or another version, may find something else."""
        python = platform.python_version()
        return f"{' '.join(self.program)}: wfhagent {__version__}, Python {python}"

    def _write(self, verdicts: Mapping[str, Verdict]) -> None:
        """Remember *verdicts*; where that cannot be, plugins are looked at each time."""
        if self.verdicts is None:
            return
        try:
            self.verdicts.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            content = msgspec.json.encode(_Verdicts(by=self._myself(), by_path=verdicts))
            replace_private(self.verdicts, content, durable=False)
        except OSError as error:
            log.info("What plugins declare cannot be remembered: %s", error)


def _without_secrets(table: Mapping[str, Any], settings: Iterable[Setting]) -> Mapping[str, Any]:
    """Return *table* with a constant for each text of a secret: a hash could be guessed."""
    secret = {setting.key for setting in settings if setting.secret}
    return {key: _hidden(value) if key in secret else value for key, value in table.items()}


def _hidden(value: Any) -> Any:
    """Return *value* of a secret setting without its texts; what kind it is stays."""
    if isinstance(value, str):
        return HIDDEN
    if isinstance(value, list):
        return [_hidden(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _hidden(inner) for key, inner in value.items()}
    return value
