"""Windows: what the Windows Update Agent knows without asking its server."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from wfhagent.plugin import Absent, AbsentError, Facts, attempt
from wfhagent.plugin.command import ask_powershell, json_of

_SEARCH_SECONDS = 80.0
_SECURITY = "0fa1201d-4330-4fa8-8ae9-b877473b6441"
_DEFINITIONS = "e0789628-ce08-4437-be74-2495b842f43b"
"""Categories of updates. Definitions of Defender come several times a day, and are not counted."""

SEARCH = f"""\
$searcher = (New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher()
$searcher.Online = $false
$found = $searcher.Search('IsInstalled=0 and IsHidden=0 and Type=''Software''')
$pending = 0; $security = 0
foreach ($update in $found.Updates) {{
  $categories = @($update.Categories | ForEach-Object {{ $_.CategoryID }})
  if ($categories -contains '{_DEFINITIONS}') {{ continue }}
  $pending++
  if ($categories -contains '{_SECURITY}') {{ $security++ }}
}}
@{{ pending = $pending; security = $security }} | ConvertTo-Json -Compress"""

STATE = """\
$results = (New-Object -ComObject Microsoft.Update.AutoUpdate).Results
function Utc($date) { if ($date) { $date.ToString('s') + 'Z' } else { '' } }
$key = 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion'
$waiting = (Test-Path ($key + '\\WindowsUpdate\\Auto Update\\RebootRequired')) -or
  (Test-Path ($key + '\\Component Based Servicing\\RebootPending'))
@{ restart = $waiting; installed = Utc $results.LastInstallationSuccessDate
  checked = Utc $results.LastSearchSuccessDate } | ConvertTo-Json -Compress"""


def _ask(script: str) -> str:
    limit = _SEARCH_SECONDS if script == SEARCH else _SEARCH_SECONDS / 4
    return ask_powershell(script, limit_seconds=limit)


def read(ask: Callable[[str], str] = _ask) -> Facts:
    """Return the facts, from two scripts: when one fails, the facts of the other are there."""
    counts: Any = attempt(lambda: json_of(ask(SEARCH)))
    state: Any = attempt(lambda: json_of(ask(STATE)))
    return {
        "pending": _of(counts, lambda: counts["pending"]),
        "security": _of(counts, lambda: counts["security"]),
        "restart_pending": _of(state, lambda: state["restart"]),
        "last_installed": _of(state, lambda: _time(state["installed"], "installed an update")),
        "last_checked": _of(state, lambda: _time(state["checked"], "looked for updates")),
    }


def _of(answer: Any, value: Callable[[], Any]) -> Any:
    return answer if isinstance(answer, Absent) else attempt(value)


def _time(text: str, done: str) -> datetime:
    if not text:
        raise AbsentError(f"Windows Update has not {done} yet")
    return datetime.fromisoformat(text)
