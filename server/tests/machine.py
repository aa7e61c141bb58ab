"""A Debian server in a folder: docs/deploy-ubuntu.md is typed into it, and nothing else is touched.

Every path of the page and of packaging/server is below a separate root, every port is a free
one. What a test may not do to the machine that it runs on is done by the stand-ins of `stand_ins`:
packages are asked for and not installed, users are not made, and instead of systemd, which a
container has not, `systemd.py` runs what the units say.
The world that proves this stand-in: tests/worlds/systemd/test_server.py.
"""

import getpass
import os
import pwd
import re
import shutil
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import trustme
from server.tests import stand_ins
from server.tests.systemd import Systemd
from tests.scratch import open_folder

REPOSITORY = Path(__file__).parents[2]
DOMAIN = "wfh.example.com"
_PATHS = re.compile(r"(?<![\w.@/$}])/(etc|var|opt|run|usr/local)/")
_LISTEN = re.compile(r"^(\s*listen )(\[::\]:)?(80|443)\b(.*)$", re.MULTILINE)
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Machine:
    """One server, as a context; its end ends every process that was started.

    *durable* makes PostgreSQL wait for the disk, as it does in production.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._fsync = "on" if durable else "off"
        self._stack = ExitStack()
        self.root = self._stack.enter_context(open_folder(durable=durable))
        self.ports = {name: _free_port() for name in ("app", "http", "https")}
        self.authority = trustme.CA()
        self._postgres: subprocess.Popen[bytes] | None = None
        self.systemd = Systemd(self.root)
        self._lay_out()

    def __enter__(self) -> Self:
        self._start_postgres()
        return self

    def __exit__(self, *_: object) -> None:
        self.systemd.close()
        if self._postgres is not None:
            self._postgres.terminate()
            self._postgres.wait(60)
        self._stack.close()

    def type(self, block: str) -> str:
        """Run *block* in the administrator's shell; return what it prints, or fail with it."""
        state = self.root / "shell"
        script = f"set -eua -o pipefail\n. {state}\n{self.rewritten(block)}\n"
        script += f"{{ export -p; echo cd $PWD; }} >{state}\n"
        done = subprocess.run(
            ["bash", "-c", script],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=self.environment(),
            cwd=self.root,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}\n{self.journals()}"
        return done.stdout

    def environment(self) -> dict[str, str]:
        """Return what the administrator's shell begins with."""
        places = [self.root / "stand-ins", self.root / "usr/local/sbin", os.environ["PATH"]]
        path = ":".join(map(str, [*places, "/usr/sbin", "/sbin"]))
        return {"PATH": path, "HOME": str(self.root), "LC_ALL": "C.UTF-8"}

    def rewritten(self, text: str) -> str:
        """Return *text* with the paths and ports of this machine."""
        text = _PATHS.sub(rf"{self.root}/\1/", text)
        text = text.replace("127.0.0.1:8000", f"127.0.0.1:{self.ports['app']}")
        return _LISTEN.sub(self._listen, text)

    def _listen(self, found: re.Match[str]) -> str:
        start, six, port, rest = found.groups()
        name = "https" if port == "443" else "http"
        if six:
            return ""  # Not every container has it.
        return f"{start}127.0.0.1:{self.ports[name]}{rest}"

    def psql(self, sql: str, *, role: str = "postgres", database: str = "wfhserver") -> str:
        """Return what *sql* prints."""
        return self.type(f"runuser -u {role} -- psql -qXAt -h /run/postgresql -d {database}"
                         f" -v ON_ERROR_STOP=1 <<'END'\n{sql}\nEND\n").strip()  # fmt: skip

    @property
    def postgres_pid(self) -> int:
        """Return the process that PostgreSQL's other processes belong to."""
        assert self._postgres is not None
        return self._postgres.pid

    def journals(self) -> str:
        """Return the ends of all journals."""
        return "\n".join(
            f"== {path.name}\n{path.read_text(errors='replace')[-3000:]}"
            for path in sorted((self.root / "var/log").rglob("*.log"))
        )

    def _lay_out(self) -> None:
        for folder in (
            *("etc/nginx", "etc/systemd/system", "etc/letsencrypt", "var/log/nginx"),
            *("var/lib", "var/backups", "opt", "usr/local/sbin", "stand-ins", "run/postgresql"),
        ):
            (self.root / folder).mkdir(parents=True)
        (self.root / "shell").touch()
        self._copy_rewritten(Path("/etc/nginx"), self.root / "etc/nginx")
        folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        (self.root / "etc/nginx/conf.d/folders.conf").write_text(
            "".join(f"{each}_temp_path {self.root}/var/lib/nginx-{each};\n" for each in folders)
        )
        source = self.root / "usr/local/src/wfhagent"
        self._copy_rewritten(REPOSITORY / "packaging/server", source / "packaging/server")
        for each in ("requirements", "server"):
            (source / each).symlink_to(REPOSITORY / each)
        self.authority.cert_pem.write_to_path(self.root / "authority.pem")
        stand_ins.write(self.root, DOMAIN, self.ports["https"], self.authority)

    def _copy_rewritten(self, source: Path, target: Path) -> None:
        shutil.copytree(
            source,
            target,
            symlinks=False,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        for path in target.rglob("*"):
            if path.is_file():
                path.write_text(self.rewritten(path.read_text()))

    def _start_postgres(self) -> None:
        binaries = max(
            Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
        )
        data, sockets = self.root / "var/lib/postgresql", self.root / "run/postgresql"
        who: dict[str, Any] = {}
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            for folder in (data, sockets):
                os.chown(folder, account.pw_uid, account.pw_gid)
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "--auth=peer", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd="/", **who,
        )  # fmt: skip
        # As Debian's: the system says who asks. Here it is always the same, who may be either.
        (data / "pg_hba.conf").write_text("local all all peer map=machine\n")
        roles = ("postgres", "wfhserver")
        lines = [f'machine "{getpass.getuser()}" {role}\n' for role in roles]
        (data / "pg_ident.conf").write_text("".join(lines))
        log = (self.root / "var/log/postgres.log").open("wb")
        options = ("-c", "listen_addresses=", "-c", f"fsync={self._fsync}", "-k", sockets)
        with log:
            self._postgres = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options],
                stdout=log, stderr=log, cwd="/", **who,
            )  # fmt: skip
        subprocess.run(
            ["bash", "-c", f"until pg_isready -q -h {sockets}; do sleep 0.1; done"],
            check=True, timeout=60,
        )  # fmt: skip


def blocks_of_page() -> dict[int, list[str]]:
    """Return the blocks of docs/deploy-ubuntu.md by the number of their step."""
    page = (REPOSITORY / "docs" / "deploy-ubuntu.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (\d+)\. ", page, flags=re.MULTILINE)
    return {
        int(number): _BLOCK.findall(text)
        for number, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
