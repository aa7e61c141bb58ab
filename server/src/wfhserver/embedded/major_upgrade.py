"""Brings the data of an older major version of PostgreSQL into a new cluster; the old one stays.

By dump and restore: pg_upgrade would need both versions built alike. Until the last step, which
renames two folders, the old cluster is what it was, and whatever is killed begins again.
"""

import asyncio
import logging
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from wfhserver.embedded.layout import CLUSTER, Layout, old_binaries
from wfhserver.embedded.programs import Programs, major_version
from wfhserver.embedded.server_process import initialize, start, stop
from wfhserver.errors import EmbeddedError
from wfhserver.storage.postgres.clusters import analyze, count_rows, make_databases_of

log = logging.getLogger(__name__)

# Where Debian, Red Hat and Homebrew have the programs of each major version.
_PLACES: Final = (
    "/usr/lib/postgresql/{}/bin",
    "/usr/pgsql-{}/bin",
    "/opt/homebrew/opt/postgresql@{}/bin",
    "/usr/local/opt/postgresql@{}/bin",
)
_OLD_PORT: Final = 5433
_NEW_PORT: Final = 5434
_NEW: Final = "cluster.new"
_DONE: Final = "cluster.upgraded"
_DUMP: Final = "upgrade.sql"


def finish_upgrade(layout: Layout) -> None:
    """Put a finished cluster in its place when the process that made it was killed before that."""
    done = layout.base / _DONE
    if done.exists() and not layout.cluster.exists():
        done.rename(layout.cluster)


def cluster_version(layout: Layout) -> int | None:
    """Return the major version that made the cluster; None when there is none."""
    try:
        return int((layout.cluster / "PG_VERSION").read_text(encoding="ascii").split(".")[0])
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise EmbeddedError(
            f"{layout.cluster / 'PG_VERSION'} names no version of PostgreSQL. Restore the folder"
            " from a backup."
        ) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class MajorUpgrade:
    """One upgrade from *old* to *new*, by the programs of the new version and of the old one."""

    programs: Programs
    old: int
    new: int

    def run(self) -> Path:
        """Upgrade; return the folder in which the old cluster stays."""
        layout = self.programs.layout
        if self.old > self.new:
            raise EmbeddedError(
                f"The data in {layout.cluster} is of PostgreSQL {self.old}, and this server brings"
                f" {self.new}. Nothing was changed. Install the newer version of the server again."
            )
        older = Programs(layout=layout, binaries=self._old_binaries())
        log.warning("The data in %s is brought to PostgreSQL %d", layout.cluster, self.new)
        for name in (_NEW, _DONE):
            shutil.rmtree(layout.base / name, ignore_errors=True)
        try:
            initialize(self.programs, _NEW)
            start(older, CLUSTER, _OLD_PORT)
            try:
                start(self.programs, _NEW, _NEW_PORT)
                try:
                    self._copy(older)
                finally:
                    stop(self.programs, _NEW)
            finally:
                stop(older, CLUSTER)
        except (EmbeddedError, OSError) as error:
            raise EmbeddedError(
                f"The data in {layout.cluster} could not be brought from PostgreSQL {self.old} to"
                f" {self.new}: {error} It is as it was. Correct that, and start again."
            ) from error
        finally:
            (layout.base / _DUMP).unlink(missing_ok=True)
        return self._change_places()

    def _old_binaries(self) -> Path:
        layout = self.programs.layout
        usual = [Path(each.format(self.old)) for each in _PLACES]
        for place in (*usual, old_binaries(layout, self.old)):
            if major_version(place / "postgres") == self.old:
                return place
        raise EmbeddedError(
            f"The data in {self.programs.layout.cluster} is of PostgreSQL {self.old}, and this"
            f" server brings {self.new}. Nothing was changed. Install the programs of PostgreSQL"
            f" {self.old} (on Debian `apt-get install postgresql-{self.old}`) and start again: the"
            f" data is then brought over, and the old folder stays."
        )

    def _copy(self, older: Programs) -> None:
        sockets = str(self.programs.layout.sockets)
        old = ("-h", sockets, "-p", str(_OLD_PORT), "-U", "wfhserver")
        new = ("-h", sockets, "-p", str(_NEW_PORT), "-U", "wfhserver")
        psql = ("psql", *new, "-X", "-q", "-f", _DUMP)
        run = partial(self.programs.run, seconds=None)
        # The old version's own: a security release of it may be newer than these programs, which
        # then dump what it notes for itself (as 15.20 does with pg_attver).
        dump = partial(older.run, seconds=None)
        dump("pg_dumpall", *old, "--roles-only", "-l", "postgres", "-f", _DUMP)
        # wfhserver itself is there already, which is no reason to stop.
        run(*psql, "-d", "postgres")
        url = self.programs.layout.url
        names = make_databases_of(url, old_port=_OLD_PORT, new_port=_NEW_PORT)
        for name in asyncio.run(names):
            dump("pg_dump", *old, "-d", name, "-f", _DUMP)
            run(*psql, "-d", name, "-1", "-v", "ON_ERROR_STOP=1")
            asyncio.run(self._compare(name))

    async def _compare(self, database: str) -> None:
        """Count the rows of every table on both sides, and gather statistics."""
        url = self.programs.layout.url
        old = await count_rows(url, database, _OLD_PORT)
        new = await count_rows(url, database, _NEW_PORT)
        await analyze(url, database, _NEW_PORT)
        if old != new:
            wrong = min(set(old.items()) ^ set(new.items()))[0]
            raise EmbeddedError(f"After the copy {wrong} of {database} has not the same rows.")

    def _change_places(self) -> Path:
        layout = self.programs.layout
        old_folder = layout.base / f"cluster-{self.old}"
        number = 1
        while old_folder.exists():
            number += 1
            old_folder = layout.base / f"cluster-{self.old}-{number}"
        (layout.base / _NEW).rename(layout.base / _DONE)
        layout.cluster.rename(old_folder)
        finish_upgrade(layout)
        log.warning(
            "The data is of PostgreSQL %d now. The old folder stays in %s; delete it when all is"
            " well.",
            self.new,
            old_folder,
        )
        return old_folder
