"""The agent of this very machine, configured for the demo's server."""

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path

from wfhserver.errors import DemoError
from wfhserver.files import make_folder
from wfhserver.processes import own_python

_CONFIGURATION = """\
# Written by `wfhserver demo`. agent.toml.example explains every key.
[server]
url = {url}
auth_token = {token}
ca_file = {authority}

[agent]
data_directory = {data}
# The demo leaves nothing behind in your keyring.
keyring = false

[heartbeat]
# 300 in real life.
interval_seconds = 10

[plugins]
directory = {drop_ins}
"""


def agent_command() -> Sequence[str]:
    """Return what starts the agent.

    Raises DemoError when the agent is not installed next to the server.
    """
    if importlib.util.find_spec("wfhagent") is None:
        raise DemoError("The agent is not installed here. Run `make install`, or pip install it.")
    return own_python("wfhagent")


def write_configuration(folder: Path, *, url: str, token: str, authority: Path) -> Path:
    """Write an agent.toml into *folder* and return its path."""
    make_folder(folder)
    file = folder / "agent.toml"
    # Strings of JSON are strings of TOML.
    values = {
        "url": url,
        "token": token,
        "authority": str(authority),
        "data": str(folder),
        "drop_ins": str(folder / "plugins"),
    }
    text = _CONFIGURATION.format(**{name: json.dumps(value) for name, value in values.items()})
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
    return file
