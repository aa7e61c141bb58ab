"""What the demo says to the person in front of it: where everything is, and what to type next."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wfhserver.processes import own_python


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningDemo:
    """Where the parts of a running demo are. The tokens work for this demo only."""

    url: str
    mail: str
    has_dashboard: bool
    authority: Path
    database_url: str
    data: Path
    screenshots: Path
    enrollment_token: str
    agent_token: str
    password: str
    agent_file: Path
    agent_command: Sequence[str]


def explain(where: RunningDemo, now: str) -> Iterator[str]:
    """Yield the lines; *now* is the time for the heartbeat that the reader may send."""
    yield ""
    yield f"  dashboard     {where.url}   user admin, password {where.password}"
    if not where.has_dashboard:
        yield "                not built yet: the page opens as soon as it is"
    yield f"  server        {where.url}/status   (its API: {where.url}/docs)"
    yield f"  mail          {where.mail}   (alerts and tests of channels arrive there)"
    yield f"  authority     {where.authority}"
    yield f"  database      {where.database_url}"
    yield f"  screenshots   {where.screenshots}"
    yield f"  enrollment    token {where.enrollment_token} (for 10 devices)"
    yield f"  agent         {where.agent_file}; its log and outbox are in the same folder"
    yield ""
    yield "Try, in another terminal:"
    for command in (_status(where), _rows(where), _heartbeat(where, now)):
        yield f"  {command}"
    yield ""


def _status(where: RunningDemo) -> str:
    return shlex.join([*where.agent_command, "status", "--config", str(where.agent_file)])


def _rows(where: RunningDemo) -> str:
    shell = own_python("wfhserver", "db", "shell", "-c", "TABLE logs_by_employee")
    return f"WFHSERVER_DATA_DIRECTORY={shlex.quote(str(where.data))} {shlex.join(shell)}"


def _heartbeat(where: RunningDemo, now: str) -> str:
    body = f'{{"username":"curl","hostname":"terminal","status":"online","timestamp":"{now}"}}'
    header = f"Authorization: Bearer {where.agent_token}"
    command = ["curl", "--cacert", str(where.authority), "-H", header, "-d", body]
    return shlex.join([*command, f"{where.url}/api/heartbeat"])
