"""App servers of this repository behind the nginx of docs/scale.md, over a pair of PostgreSQL."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
from server.tests.standby import Pair
from server.tests.test_command_line import ended_at_last, free_port, wait_for
from server.tests.test_simulate import started
from tests.worlds.failover.laptops import Laptops, Made

SCALE = Path(__file__).parents[3] / "docs" / "scale.md"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
_FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_CONFIGURATION = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{}}
http {{
{folders}
  access_log off;
  {block}
  server {{
    listen 127.0.0.1:{port};
    client_max_body_size 12m;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    location / {{ proxy_pass http://wfhserver; }}
  }}
}}
"""
_STORED = {
    "employee_heartbeats": "SELECT hostname, extract(epoch FROM timestamp)"
    " FROM employee_heartbeats JOIN agents USING (agent_id)",
    "employee_logs": "SELECT hostname, extract(epoch FROM timestamp)"
    " FROM employee_logs JOIN agents USING (agent_id)",
}


class AppServer:
    """One of the app servers: two workers on a port of its own."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.port = free_port()
        self._folder, self._settings = folder, settings
        self._process: subprocess.Popen[str] | None = None

    def start(self, stack: ExitStack) -> None:
        """Start it, and wait until it serves."""
        self._process = started(
            self._folder, "serve", f"--port={self.port}", "--workers=2", **self._settings
        )
        stack.enter_context(ended_at_last(self._process))
        wait_for(self._process, "Application startup complete", times=2)

    def kill(self) -> None:
        """End all of its processes at once, as the loss of the machine does."""
        assert self._process is not None
        parent = psutil.Process(self._process.pid)
        for process in (parent, *parent.children(recursive=True)):
            process.kill()

    def stop(self) -> None:
        """Stop it as systemd does, and wait until it has ended."""
        assert self._process is not None
        self._process.terminate()
        self._process.communicate(timeout=40)


class Deployment:
    """Two app servers behind one nginx."""

    def __init__(self, pair: Pair, folder: Path, database_url: str, **settings: str) -> None:
        self._pair, self._folder = pair, folder
        self._settings = {"WFHSERVER_DATABASE_URL": database_url, **settings}
        self.servers = [AppServer(folder, self._settings) for _ in range(2)]
        self.port = free_port()
        self._stack = ExitStack()

    def output(self, *arguments: str) -> str:
        """Return what a command of `wfhserver` prints."""
        done = started(self._folder, *arguments, **self._settings)
        printed, complaints = done.communicate(timeout=60)
        assert done.returncode == 0, complaints
        return printed.strip()

    @contextmanager
    def running(self) -> Iterator[Laptops]:
        """Start servers, nginx and laptops; at the end all that was made is acknowledged."""
        token = self.output("tokens", "create", "--label", "laptops")
        with self._stack:
            for server in self.servers:
                server.start(self._stack)
            self._start_nginx()
            laptops = Laptops(f"http://127.0.0.1:{self.port}", token)
            with laptops.at_work():
                laptops.wait_for(heartbeats=50, logs=5)
                yield laptops

    def restart(self, server: AppServer) -> None:
        """Stop *server* and start it again."""
        server.stop()
        server.start(self._stack)

    def _start_nginx(self) -> None:
        block = nginx_of_page()
        for number, server in enumerate(self.servers, 1):
            block = block.replace(f"10.0.0.{number}:8000", f"127.0.0.1:{server.port}")
        folders = "".join(f"  {each}_temp_path {self._folder}/{each};\n" for each in _FOLDERS)
        file = self._folder / "nginx.conf"
        file.write_text(
            _CONFIGURATION.format(folder=self._folder, folders=folders, block=block, port=self.port)
        )
        process = subprocess.Popen([NGINX, "-c", file, "-e", self._folder / "nginx.log"])
        self._stack.callback(process.wait, 20)
        self._stack.callback(process.terminate)


def nginx_of_page() -> str:
    """Return the lines for two app servers in docs/scale.md."""
    found = re.search(r"^```nginx\n(.*?)^```$", SCALE.read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def stored_in(pair: Pair, table: str, database: str = "one") -> list[Made]:
    """Return what *table* holds, in order of nothing."""
    rows = pair.execute(database, _STORED[table]).split()
    return [
        Made(hostname, datetime.fromtimestamp(float(seconds), UTC))
        for hostname, _, seconds in (row.partition("|") for row in rows)
    ]


def check_stored_once(pair: Pair, laptops: Laptops, database: str = "one") -> None:
    """Check that what was made is stored, each once; print how much that is."""
    heartbeats = stored_in(pair, "employee_heartbeats", database)
    logs = stored_in(pair, "employee_logs", database)
    print(f"made {dict(laptops.made)}, stored {len(heartbeats)} and {len(logs)},", end=" ")
    print(f"errors {dict(laptops.errors)}")
    assert len(heartbeats) == laptops.made["heartbeat"]
    assert len(logs) == laptops.made["log"]
    assert set(heartbeats) == laptops.heartbeats
    assert set(logs) == laptops.logs
