"""Plugins, disk, and whether the agent is running."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from wfhagent import __version__
from wfhagent.clock import Clock
from wfhagent.doctor.finding import Finding
from wfhagent.errors import FolderError
from wfhagent.messages import _
from wfhagent.outbox.bounds import MEGABYTE
from wfhagent.plugin import Occasion
from wfhagent.plugins.api_range import deprecation
from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.entry import Entry
from wfhagent.settings import PluginsSettings
from wfhagent.settings.suggest import nearest
from wfhagent.status import read_status
from wfhagent.system.lock import hold
from wfhagent.system.probe import is_folder
from wfhagent.system.user_agents import others_of_user, standing
from wfhagent.system.zone import disbelieved_zone, zone_name


def check_plugins(catalog: Catalog, settings: PluginsSettings) -> Finding:
    """Return which plugins are used, or which cannot be."""
    problems = [*_broken(catalog), *_mistyped(catalog, settings), *_nameless(catalog)]
    if settings.directory and not is_folder(Path(settings.directory).expanduser()):
        text = _("[plugins] directory: {folder} is not a folder")
        problems.append(text.format(folder=settings.directory))
    if problems:
        advice = _("See `wfhagent plugins`.")
        return Finding("plugins", ok=False, detail="; ".join(problems), advice=advice)
    used = [_used(entry) for entry in catalog.entries if not entry.problem]
    return Finding("plugins", ok=True, detail=", ".join(used))


def _used(entry: Entry) -> str:
    """Return the name of a plugin, and that it needs an update soon."""
    soon = deprecation(entry.api)
    return f"{entry.name} ({soon})" if soon else entry.name


def _broken(catalog: Catalog) -> Iterator[str]:
    for entry in catalog.entries:
        if entry.problem and not entry.unwanted:
            yield f"{entry.name}: {_(entry.problem)}"


def _mistyped(catalog: Catalog, settings: PluginsSettings) -> Iterator[str]:
    """Yield the plugins that somebody seems to have meant to disable or to enable."""
    known = [entry.name for entry in catalog.entries]
    text = _('[plugins] {key}: there is no plugin "{name}". Did you mean "{near}"?')
    for key, names in (("disabled", settings.disabled), ("enabled", settings.enabled)):
        for name in names:
            near = nearest(name, known)
            # Others may be drop-ins of other devices.
            if name not in known and near:
                yield text.format(key=key, name=name, near=near)


def _nameless(catalog: Catalog) -> Iterator[str]:
    """Yield what every heartbeat needs and no plugin provides."""
    given = {
        fact.name
        for collector in catalog.collectors.values()
        if Occasion.HEARTBEAT in collector.occasions
        for fact in collector.facts
    }
    for name in ("username", "hostname"):
        if name not in given:
            text = _("no plugin provides {name}, so nothing is sent. Is `identity` disabled?")
            yield text.format(name=name)


def check_disk(directory: Path, min_free_megabytes: int) -> Finding:
    """Return whether the agent can write to its data folder."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        free = shutil.disk_usage(directory).free // MEGABYTE
        if not os.access(directory, os.W_OK):
            return Finding(
                "disk",
                ok=False,
                detail=_("{folder} is read-only").format(folder=directory),
                advice=_("Give your user write access to it."),
            )
        _try_lock(directory)
    except (OSError, FolderError) as error:
        advice = _("Set [agent] data_directory to another folder.")
        return Finding("disk", ok=False, detail=str(error), advice=advice)
    detail = _("{folder}: {free:,} MB free").format(folder=directory, free=free)
    if free < min_free_megabytes:
        return Finding(
            "disk",
            ok=False,
            detail=_("{free}, less than [outbox] min_free_megabytes = {least}").format(
                free=detail, least=min_free_megabytes
            ),
            advice=_("Free disk space. Until then waiting heartbeats are dropped, oldest first."),
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
    """Return whether the agent is running, and its last problem."""
    found = read_status(status_file)
    if found is None:
        detail = _("has not run yet; start it with `wfhagent run`")
        return Finding("agent", ok=True, detail=detail)
    if not found.is_running(clock.now()):
        since = found.updated_at.astimezone()
        return Finding(
            "agent",
            ok=False,
            detail=_("not running; it last ran on {when}").format(when=f"{since:%Y-%m-%d %H:%M}"),
            advice=_(
                "Start it with `wfhagent run`, or with `wfhagent service start` if it is installed "
                "as a service."
            ),
        )
    if found.version != __version__:
        return Finding(
            "agent",
            ok=False,
            detail=_("running as version {version}, but {installed} is installed").format(
                version=found.version, installed=__version__
            ),
            advice=_("Restart it."),
        )
    if found.problem:
        return Finding(
            "agent",
            ok=False,
            detail=_("running (pid {pid}), with a problem: {problem}").format(
                pid=found.pid, problem=found.problem
            ),
            advice=_("See the faults below, otherwise the agent's log (`wfhagent report`)."),
        )
    return Finding("agent", ok=True, detail=_("running (pid {pid})").format(pid=found.pid))


def check_time_zone(clock: Clock) -> Finding:
    """Return the time zone of this device, and whether its files agree with its clock."""
    zone = zone_name(clock.now())
    wrong = disbelieved_zone()
    if not wrong:
        return Finding("time zone", ok=True, detail=zone)
    return Finding(
        "time zone",
        ok=False,
        detail=_(
            "the system's files name {named}, but its clock is at {zone}. The clock is used."
        ).format(named=wrong, zone=zone),
        advice=_("Set the time zone again. On Linux, run `timedatectl set-timezone`."),
    )


def check_other_agents(directory: Path) -> Iterator[Finding]:
    """Yield each further agent of this user; one that runs is a fault of this one."""
    for other in others_of_user(directory):
        yield Finding(
            "other agent",
            ok=not other.running,
            detail=standing(other),
            advice=_("Each user can run one agent. Stop the other one, or use its agent.toml."),
        )
