"""A private system bus: dbus-daemon on a socket in the test's folder."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>{address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"""


class PrivateBus:
    """Starts and stops on demand, always at the same address."""

    def __init__(self, folder: Path) -> None:
        if sys.platform != "linux":
            pytest.skip("Linux only: D-Bus")
        self.address = f"unix:path={folder / 'bus'}"
        self._socket = folder / "bus"
        self._config = folder / "bus.conf"
        self._config.write_text(CONFIG.format(address=self.address))
        self._daemon: subprocess.Popen[str] | None = None

    def start(self) -> None:
        program = shutil.which("dbus-daemon")
        assert program, "These tests need dbus-daemon: apt-get install dbus"
        options = ["--nofork", "--nopidfile", "--nosyslog", "--print-address"]
        self._daemon = subprocess.Popen(
            [program, f"--config-file={self._config}", *options],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._daemon.stdout is not None
        # It prints its address once it listens.
        assert self._daemon.stdout.readline().startswith("unix:"), "dbus-daemon did not start"

    def stop(self) -> None:
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.communicate()
            self._daemon = None
            self._socket.unlink(missing_ok=True)
