"""The laptop of one employee, alice, who logs in and out."""

import subprocess
from typing import Self

from tests.waiting import wait_until
from tests.worlds.machine import Machine

USER, USER_ID = "alice", 1000
HOME = f"/home/{USER}"
RUNTIME = f"/run/user/{USER_ID}"


class Laptop(Machine):
    """A machine with alice as its only person."""

    logins = 0

    def __enter__(self) -> Self:
        super().__enter__()
        options = ["--create-home", "--shell", "/bin/bash", "--uid", str(USER_ID)]
        self._change_root("useradd", *options, USER)
        return self

    def boot(self) -> None:
        """Switch it on; what was written to alice's folder is hers."""
        self._change_root("chown", "-R", f"{USER}:", HOME)
        super().boot()

    def _change_root(self, *command: str) -> None:
        subprocess.run(["chroot", str(self.tree), *command], check=True)

    def as_user(self, *command: str, check: bool = True, **environment: str) -> str:
        """Return what *command* prints when alice runs it, with her bus."""
        variables = {
            "HOME": HOME,
            "USER": USER,
            "LOGNAME": USER,
            "XDG_RUNTIME_DIR": RUNTIME,
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={RUNTIME}/bus",
            **environment,
        }
        become = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups"]
        words = [f"{name}={value}" for name, value in variables.items()]
        return self.run(*become, "env", f"--chdir={HOME}", *words, *command, check=check)

    def as_management(self, command: str, *, check: bool = True) -> str:
        """Return what *command* prints when a management tool runs it: root becomes alice."""
        return self.run("runuser", "-l", USER, "-c", command, check=check)

    def systemctl(self, *words: str, check: bool = True) -> str:
        """Ask alice's own systemd."""
        return self.as_user("systemctl", "--user", *words, check=check).strip()

    def unit_state(self, name: str) -> str:
        """Return the state of alice's unit *name*, such as `active`."""
        return self.systemctl("is-active", name, check=False)

    def log_in(self, *program: str, seat: str = "seat0", **environment: str) -> None:
        """Log alice in by PAM; *program* is her session.

        With *seat* it is a log-in at the screen, with an empty one as over xrdp.
        """
        self.logins += 1
        settings = {"XDG_SESSION_CLASS": "user", "XDG_SEAT": seat, **environment}
        properties = ["PAMName=login", f"User={USER}", f"WorkingDirectory={HOME}"]
        properties += ["KillMode=mixed", "TimeoutStopSec=5"]
        self.run(
            *("systemd-run", "--quiet", "--collect", f"--unit=login-{self.logins}"),
            *(word for each in properties for word in ("-p", each)),
            *(f"--setenv={name}={value}" for name, value in settings.items() if value),
            *program,
        )
        wait_until(
            lambda: self.unit_state("graphical-session.target") == "active", "the desktop is up"
        )

    def log_out(self) -> None:
        """End the newest log-in."""
        self.run("systemctl", "stop", f"login-{self.logins}.service")

    def session(self) -> dict[str, str]:
        """Return the environment that the desktop gave to the programs it starts."""
        shown = self.systemctl("show-environment")
        wanted = ("WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY", "XDG_", "KDE_")
        pairs = (line.partition("=") for line in shown.splitlines() if line.startswith(wanted))
        return {name: value.removeprefix("$'").removesuffix("'") for name, _, value in pairs}

    def in_session(self, *command: str, check: bool = True) -> str:
        """Return what *command* prints, typed into a terminal of the desktop."""
        return self.as_user(*command, check=check, **self.session())

    def call(self, name: str, path: str, method: str, *arguments: str) -> str:
        """Return the answer of *method* on the session bus, as gdbus prints it."""
        where = ["--session", "--dest", name, "--object-path", path, "--method", method, "--"]
        return self.as_user("gdbus", "call", *where, *arguments).strip()

    def delayed_ends(self) -> set[str]:
        """Return the ends of the session that the agent delays: shutdown and sleep, if both."""
        listed = self.run("systemd-inhibit", "--list", "--no-legend", "--no-pager")
        lines = [line.split() for line in listed.splitlines() if line.startswith("wfhagent")]
        return {end for line in lines for end in ("shutdown", "sleep") if end in line}
