"""A private network of a machine, connected to the outside by a process."""

import os
import subprocess
from contextlib import ExitStack
from pathlib import Path

from tests.waiting import wait_until
from tests.worlds.processes import end

RESOLVER = "nameserver 10.0.2.3\n"
"""The resolv.conf of a machine in such a network."""


def make_network(stack: ExitStack) -> int:
    """Return the process that holds a new network until *stack* ends."""
    holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
    stack.callback(end, holder)
    ours = Path("/proc/self/ns/net").readlink()
    theirs = Path(f"/proc/{holder.pid}/ns/net")
    wait_until(lambda: theirs.readlink() != ours, "a network of its own")
    options = ("--configure", "--mtu=1500", "--disable-host-loopback")
    ready, tells = os.pipe()
    command = ["slirp4netns", *options, f"--ready-fd={tells}", str(holder.pid), "tap0"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    way_out = subprocess.Popen(command, pass_fds=[tells], **quiet)  # type: ignore[call-overload]
    stack.callback(end, way_out)
    os.close(tells)
    os.read(ready, 1)
    os.close(ready)
    return holder.pid
