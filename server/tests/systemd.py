"""What systemd would do with the units of packaging/server, where there is no systemd.

Only what these units use: a socket that stays, a service that says when it is ready, reload,
restart, and a service that runs to its end. Whether systemd itself would take the units is asked
of `systemd-analyze`. The world that proves this stand-in: tests/worlds/systemd/test_server.py.
"""

import contextlib
import re
import shlex
import shutil
import signal
import socket
import socketserver
import subprocess
import threading
from pathlib import Path

Unit = dict[str, list[str]]


class Systemd:
    """Runs units of one root; `systemctl` of `stand_ins` talks to it over a socket."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._sockets: dict[str, socket.socket] = {}
        self._services: dict[str, subprocess.Popen[bytes]] = {}
        (root / "run").mkdir()
        handler = _handler(self)
        self._listener = socketserver.ThreadingUnixStreamServer(str(root / "run/systemd"), handler)
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop everything."""
        self._listener.shutdown()
        self._listener.server_close()
        # nginx first, as it came last: its connections end, and nobody waits for them.
        for name in reversed(list(self._services)):
            self._stop(name)
        for each in self._sockets.values():
            each.close()

    def main_pid(self, name: str) -> int:
        """Return the process of a service."""
        return self._services[name].pid

    def call(self, arguments: list[str]) -> None:
        """Do what `systemctl *arguments*` does; AssertionError where these units cannot."""
        command, *names = [each for each in arguments if not each.startswith("--")]
        for given in names:
            name = given if "." in given else f"{given}.service"
            if name == "nginx.service":
                self._reload_nginx()
            elif command in ("enable", "start"):
                self._start(name)
            elif command == "restart":
                self._stop(name)
                self._start(name)
            elif command == "is-active":
                assert name in self._sockets or name in self._services, "inactive"
            elif command == "reset-failed":
                continue
            else:
                assert command == "reload", command
                self._reload(name)

    def unit(self, name: str) -> Unit:
        """Return the settings of a unit."""
        found: Unit = {}
        for line in (self._root / "etc/systemd/system" / name).read_text().splitlines():
            key, is_setting, value = line.partition("=")
            if is_setting and not line.startswith("#"):
                found.setdefault(key, []).append(value)
        return found

    def _start(self, name: str) -> None:
        unit = self.unit(name)
        if name.endswith(".socket"):
            host, port = unit["ListenStream"][0].split(":")
            backlog = int(unit["Backlog"][0])
            self._sockets[name] = socket.create_server((host, int(port)), backlog=backlog)
        elif name.endswith(".service") and unit["Type"] == ["oneshot"]:
            subprocess.run(shlex.split(unit["ExecStart"][0]), check=True, env=self._environment({}))
        elif name.endswith(".service"):
            self._start_notifying(name, unit)

    def _start_notifying(self, name: str, unit: Unit) -> None:
        assert unit["Type"] == ["notify"]
        for setting, place in {"RuntimeDirectory": "run", "StateDirectory": "var/lib"}.items():
            folder = self._root / place / unit[setting][0]
            if place == "run":
                shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(exist_ok=True)
        listening = self._sockets[unit["Requires"][0]].fileno()
        socket_path = self._root / "run" / "notify"
        socket_path.unlink(missing_ok=True)
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices,
            (self._root / "var/log" / f"{name}.log").open("ab") as journal,
        ):
            notices.bind(str(socket_path))
            notices.settimeout(0.2)
            begin = 'n=$1; shift; exec 3<&$n {n}<&-; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"'
            command = ["bash", "-c", begin, "-", str(listening), *shlex.split(unit["ExecStart"][0])]
            self._services[name] = subprocess.Popen(
                command, stdout=journal, stderr=journal, pass_fds=[listening], cwd="/",
                env={**self._environment(unit), "NOTIFY_SOCKET": str(socket_path)},
            )  # fmt: skip
            notice = b""
            while b"READY=1" not in notice:
                ended = self._services[name].poll()
                if ended is not None:
                    del self._services[name]
                    raise AssertionError(f"{name} ended with {ended} before it was ready")
                with contextlib.suppress(TimeoutError):
                    notice = notices.recv(4096)

    def _environment(self, unit: Unit) -> dict[str, str]:
        # The first place is for what would need another user.
        path = (
            f"{self._root}/stand-ins:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        )
        found = {"PATH": path, "LC_ALL": "C.UTF-8"}
        for file in unit.get("EnvironmentFile", []):
            found |= dict(re.findall(r'^(\w+)="(.*)"$', Path(file).read_text(), re.MULTILINE))
        found |= dict(each.split("=", 1) for each in unit.get("Environment", []))
        return found

    def _stop(self, name: str) -> None:
        process = self._services.pop(name, None)
        if process is None:
            return
        process.terminate()
        process.wait(60)

    def _reload(self, name: str) -> None:
        command = self.unit(name)["ExecReload"][0].replace("$MAINPID", str(self.main_pid(name)))
        subprocess.run(shlex.split(command), check=True)

    def _reload_nginx(self) -> None:
        if "nginx" in self._services:
            self._services["nginx"].send_signal(signal.SIGHUP)
            return
        configuration = self._root / "etc/nginx/nginx.conf"
        with (self._root / "var/log/nginx-start.log").open("ab") as journal:
            self._services["nginx"] = subprocess.Popen(
                ["/usr/sbin/nginx", "-c", str(configuration), "-g", "daemon off;"],
                stdout=journal,
                stderr=journal,
            )
        pid_file = self._root / "run/nginx.pid"
        while not pid_file.exists() or not pid_file.read_text().strip():
            assert self._services["nginx"].poll() is None, "nginx does not start"
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._services["nginx"].wait(0.05)


def _handler(systemd: Systemd) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                systemd.call(self.rfile.read().decode().split("\n"))
            except Exception as error:  # noqa: BLE001 -- the caller is another process
                reply = f"{type(error).__name__}: {error}"
            else:
                reply = "ok"
            self.wfile.write(reply.encode())

    return Handler
