"""HeartbeatProtocol works on uvicorn's internals: when those change, somebody has to look."""

import hashlib
import inspect
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from uvicorn.protocols.http import flow_control, httptools_impl

LOOKED_AT = {
    httptools_impl.HttpToolsProtocol: "18fdf324b11bf160",
    httptools_impl._get_status_line: "d7012e110d2d2574",
    flow_control.FlowControl: "126debcdaa894c83",
}


def test_uvicorn_is_the_one_whose_internals_were_looked_at() -> None:
    found = {
        each: hashlib.sha256(inspect.getsource(each).encode()).hexdigest()[:16]
        for each in LOOKED_AT
    }

    assert found == LOOKED_AT, (
        "uvicorn's HTTP protocol has changed. Compare what HeartbeatProtocol overrides, calls and"
        " sets (api/agents/heartbeat_protocol.py) with the new source, run"
        " test_heartbeat_protocol.py and test_connections.py, and note the new hashes here."
    )


def test_no_other_uvicorn_is_installed() -> None:
    project = tomllib.loads(
        (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    )
    (wanted,) = [
        each
        for each in map(Requirement, project["project"]["dependencies"])
        if each.name == "uvicorn"
    ]
    major, minor, *_ = metadata.version("uvicorn").split(".")

    assert wanted.specifier.contains(metadata.version("uvicorn"))
    assert not wanted.specifier.contains(f"{major}.{int(minor) + 1}.0")
    assert not wanted.specifier.contains(f"{major}.{int(minor) - 1}.0")
