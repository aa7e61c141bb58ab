"""The administrator's one shell on a machine: no `set -e`, as nobody types it."""

import subprocess

from tests.worlds.machine import Machine
from tests.worlds.processes import end


class Shell:
    """A root shell of *machine*.

    Attributes:
        failed: the commands that failed so far, with their exit code.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._bash = subprocess.Popen(
            machine.command("bash", "--norc"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        machine.at_end(self.close)
        self.failed: list[str] = []
        # What fails is remembered, and the shell goes on.
        self._send("trap 'echo \"FAILED $? $BASH_COMMAND\"' ERR; cd /root\n")

    def _send(self, text: str) -> None:
        assert self._bash.stdin is not None
        self._bash.stdin.write(text)
        self._bash.stdin.flush()

    def type(self, block: str) -> str:
        """Type *block*, return what it prints; what fails in it is added to `failed`."""
        self._machine.write("/srv/block", block)
        self._send(". /srv/block </dev/null; echo; echo END-OF-BLOCK\n")
        printed: list[str] = []
        assert self._bash.stdout is not None
        for line in self._bash.stdout:
            if line == "END-OF-BLOCK\n":
                break
            if line.startswith("FAILED "):
                self.failed.append(line.strip())
            printed.append(line)
        else:
            raise AssertionError(f"the shell ended: {''.join(printed)}")
        return "".join(printed)

    def close(self) -> None:
        """Leave the shell."""
        end(self._bash)
