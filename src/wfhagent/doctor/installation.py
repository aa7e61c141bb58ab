"""Plugins, disk, and whether the agent runs."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from wfhagent import __version__
from wfhagent.clock import Clock
from wfhagent.doctor.finding import Finding
from wfhagent.errors import FolderError
from wfhagent.outbox.bounds import MEGABYTE
from wfhagent.plugin import Occasion
from wfhagent.plugins.catalog import Catalog
from wfhagent.process.lock import hold
from wfhagent.process.user_agents import others_of_user, standing
from wfhagent.settings import PluginsSettings
from wfhagent.settings.suggest import nearest
from wfhagent.status import read_status
from wfhagent.system.probe import is_folder
from wfhagent.system.zone import disbelieved_zone, zone_name


def check_plugins(catalog: Catalog, settings: PluginsSettings) -> Finding:
    """Return which plugins are used, or which cannot be."""
    problems = [*_broken(catalog, settings), *_mistyped(catalog, settings), *_nameless(catalog)]
    if settings.directory and not is_folder(Path(settings.directory).expanduser()):
        problems.append(f"[plugins] directory: {settings.directory} is no folder")
    if problems:
        detail = "; ".join(problems)
        return Finding("plugins", ok=False, detail=detail, advice="See `wfhagent plugins`.")
    used = [entry.name for entry in catalog.entries if not entry.problem]
    return Finding("plugins", ok=True, detail=", ".join(used))


def _broken(catalog: Catalog, settings: PluginsSettings) -> Iterator[str]:
    for entry in catalog.entries:
        if entry.problem and entry.name not in settings.disabled:
            yield f"{entry.name}: {entry.problem}"


def _mistyped(catalog: Catalog, settings: PluginsSettings) -> Iterator[str]:
    """Yield the plugins that somebody seems to have meant to disable."""
    known = [entry.name for entry in catalog.entries]
    for name in settings.disabled:
        near = nearest(name, known)
        # Others may be drop-ins of other devices.
        if name not in known and near:
            yield f"[plugins] disabled: no plugin is named {name!r}; did you mean {near!r}?"


def _nameless(catalog: Catalog) -> Iterator[str]:
    """Yield what every heartbeat needs and nobody gives."""
    given = {
        fact.name
        for collector in catalog.collectors.values()
        if Occasion.HEARTBEAT in collector.occasions
        for fact in collector.facts
    }
    for name in ("username", "hostname"):
        if name not in given:
            yield f"no plugin gives {name}, so nothing is sent; is `identity` disabled?"


def check_disk(directory: Path, min_free_megabytes: int) -> Finding:
    """Return whether the agent can write where its data lies."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        free = shutil.disk_usage(directory).free // MEGABYTE
        if not os.access(directory, os.W_OK):
            return Finding(
                "disk", ok=False, detail=f"{directory}: read-only", advice="Make it yours."
            )
        _try_lock(directory)
    except (OSError, FolderError) as error:
        return Finding(
            "disk", ok=False, detail=str(error), advice="Set [agent] data_directory elsewhere."
        )
    detail = f"{directory}: {free:,} MB free"
    if free < min_free_megabytes:
        return Finding(
            "disk",
            ok=False,
            detail=f"{detail}, and [outbox] min_free_megabytes is {min_free_megabytes}",
            advice="Free some: heartbeats that wait are dropped, the oldest first.",
        )
    return Finding("disk", ok=True, detail=detail)


def _try_lock(directory: Path) -> None:
    """Lock a file in *directory*, as the agent must be able to.

    Raises:
        FolderError: that does not work there.
    """
    probe = directory / f"doctor-{os.getpid()}.lock"
    try:
        with hold(probe):
            pass
    finally:
        probe.unlink(missing_ok=True)


def check_agent(status_file: Path, clock: Clock) -> Finding:
    """Return whether the agent runs, and what it says itself."""
    found = read_status(status_file)
    if found is None:
        return Finding("agent", ok=True, detail="has not run yet; `wfhagent run` starts it")
    if not found.is_running(clock.now()):
        since = found.updated_at.astimezone()
        return Finding(
            "agent",
            ok=False,
            detail=f"does not run; it was last seen {since:%Y-%m-%d %H:%M}",
            advice="Start it with `wfhagent run`, or where it is a service with `wfhagent service "
            "start`.",
        )
    detail = f"runs (pid {found.pid})"
    if found.version != __version__:
        return Finding(
            "agent",
            ok=False,
            detail=f"{detail} as version {found.version}, and {__version__} is installed",
            advice="Restart it.",
        )
    if found.problem:
        return Finding(
            "agent",
            ok=False,
            detail=f"{detail} and says: {found.problem}",
            advice="What is wrong below explains it; else see its log (`wfhagent report`).",
        )
    return Finding("agent", ok=True, detail=detail)


def check_time_zone(clock: Clock) -> Finding:
    """Say in which zone this machine lives, and whether its files agree with its clock."""
    zone = zone_name(clock.now())
    wrong = disbelieved_zone()
    if not wrong:
        return Finding("time zone", ok=True, detail=zone)
    return Finding(
        "time zone",
        ok=False,
        detail=f"The system's files name {wrong}, but its clock is at {zone}. The clock is used.",
        advice="Set the time zone again, on Linux with `timedatectl set-timezone`.",
    )


def check_other_agents(directory: Path) -> Iterator[Finding]:
    """Yield each further agent of this user; one that runs is a fault of this one."""
    for other in others_of_user(directory):
        yield Finding(
            "other agent",
            ok=not other.running,
            detail=standing(other),
            advice="There is one agent per user. End that one, or use its agent.toml.",
        )
