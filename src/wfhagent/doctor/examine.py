"""All checks, in the order in which one would look."""

from collections.abc import Callable, Iterable, Iterator

from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.doctor.configuration import check_configuration
from wfhagent.doctor.finding import Finding
from wfhagent.doctor.identity import StoredIdentity, check_enrollment, check_keyring, find_identity
from wfhagent.doctor.installation import (
    check_agent,
    check_disk,
    check_other_agents,
    check_plugins,
    check_time_zone,
)
from wfhagent.doctor.network import check_name, check_proxy
from wfhagent.doctor.notice import check_notice
from wfhagent.doctor.outbox import check_outbox
from wfhagent.doctor.screen import examine_screenshots
from wfhagent.doctor.screen_job import check_in_job, needs_job
from wfhagent.doctor.server import check_server
from wfhagent.errors import WfhagentError
from wfhagent.messages import _


def examine(assembly: Assembly, clock: Clock) -> Iterator[Finding]:
    """Yield what was found; nothing is recorded, and the server is asked one question."""
    settings = assembly.settings
    yield check_configuration(assembly)
    yield check_plugins(assembly.catalog, settings.plugins)
    yield check_disk(assembly.paths.directory, settings.outbox.min_free_megabytes)
    yield check_agent(assembly.paths.status, clock)
    yield check_time_zone(clock)
    yield from check_other_agents(assembly.paths.directory)
    stored = find_identity(assembly)
    # The way to a server that is not used says nothing.
    uses_server = assembly.destination() == settings.server.url
    checks: dict[str, Callable[[], Iterable[Finding]]] = {
        "notice": lambda: check_notice(assembly, clock),
        "outbox": lambda: check_outbox(assembly.paths, clock),
        "keyring": lambda: check_keyring(assembly, stored),
        "enrollment": lambda: check_enrollment(settings.server, stored),
        "proxy": lambda: check_proxy(settings.server) if uses_server else (),
        "name": lambda: check_name(settings.server) if uses_server else (),
        "server": lambda: check_server(assembly, stored, clock),
        "screenshot": lambda: _screenshots(assembly, _token(stored), clock),
    }
    for what, check in checks.items():
        yield from _tried(what, check)


def _screenshots(assembly: Assembly, token: str, clock: Clock) -> Iterable[Finding]:
    if needs_job():
        return check_in_job(assembly.program, assembly.settings.file, ask_user=False)
    return examine_screenshots(assembly, token, clock)


def _token(stored: StoredIdentity) -> str:
    return "" if stored.identity is None else stored.identity.token


def _tried(what: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Yield what *check* finds; that it cannot be made is a finding too."""
    try:
        yield from check()
    except (WfhagentError, OSError, ValueError) as error:
        yield Finding(what, ok=False, detail=str(error), advice=_("Fix this and try again."))
