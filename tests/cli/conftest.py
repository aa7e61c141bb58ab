"""A separate laptop for every test of a command, and a small server."""

import json
import shlex
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.agent_toml import write_agent_toml
from typer.testing import CliRunner

from wfhagent.assembly import Assembly, assemble
from wfhagent.cli import make_app

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No screen, session bus, proxy or launchd of the machine that runs the tests."""
    if sys.platform != "linux":
        # No variable tells there whether there is a screen, and a dialog would wait for a user.
        monkeypatch.setattr("wfhagent.desktop.ask.can_show", lambda: False)
        monkeypatch.setattr("wfhagent.cli.send.has_screen", lambda: False)
    for module in ("wfhagent.doctor.examine", "wfhagent.cli.screenshot"):
        monkeypatch.setattr(f"{module}.needs_job", lambda: False)
    for name in (
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "DBUS_SESSION_BUS_ADDRESS",
        "XDG_RUNTIME_DIR",
        *(f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")),
        *(f"{scheme}_PROXY" for scheme in ("HTTP", "HTTPS", "ALL", "NO")),
    ):
        monkeypatch.delenv(name, raising=False)


@dataclass
class Laptop:
    """An agent.toml, and the commands that use it."""

    folder: Path
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.folder / "agent.toml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def configure(self, table: str, **settings: Any) -> None:
        """Change `[table]` in agent.toml."""
        self.settings.setdefault(table, {}).update(settings)
        write_agent_toml(self.file, self.settings)

    def assembly(self) -> Assembly:
        return assemble(self.file, {})

    def run(self, *arguments: str) -> Result:
        """Run `wfhagent` to its end, in this process."""
        return CliRunner().invoke(
            make_app(), [*arguments, "--config", str(self.file)], obj={}, catch_exceptions=False
        )


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    """A laptop whose server does not answer."""
    made = Laptop(tmp_path / "laptop")
    made.data.mkdir(parents=True)
    made.configure("server", url="https://127.0.0.1:9", auth_token="wfhe_enroll")
    made.configure("agent", data_directory=str(made.data), keyring=False)
    (made.folder / "plugins").mkdir(mode=0o700)
    made.configure("plugins", directory=str(made.folder / "plugins"))
    return made


WRITES_ADDRESS = """
import sys
with open({opened!r}, "w", encoding="utf-8") as file:
    file.write(sys.argv[1])
"""


@pytest.fixture
def browser(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A browser that writes its address into the file that this returns."""
    opened = laptop.folder / "opened"
    script = laptop.folder / "browser.py"
    script.write_text(WRITES_ADDRESS.format(opened=str(opened)), encoding="utf-8")
    # Python splits it as a POSIX shell does, on Windows as well.
    words = (Path(sys.executable).as_posix(), "-IS", script.as_posix())
    monkeypatch.setenv("BROWSER", f"{shlex.join(words)} %s")
    # Python looks for browsers only once per process.
    monkeypatch.setattr("webbrowser._tryorder", None)
    monkeypatch.setattr("webbrowser._browsers", {})
    return opened


Respond = Callable[[str], tuple[int, dict[str, Any]]]


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Starts a server that answers what *respond* makes of the bearer's token."""
    servers: list[ThreadingHTTPServer] = []
    threads: list[threading.Thread] = []

    def start(respond: Respond, context: ssl.SSLContext | None = None) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                status, answer = respond(token)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_arguments: Any) -> None:
                pass

        server = _Server(("127.0.0.1", 0), Handler)
        if context is not None:
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        servers.append(server)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        threads.append(thread)
        thread.start()
        scheme = "http" if context is None else "https"
        return f"{scheme}://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that does not trust it aborts the handshake."""
