"""`make test-packages` only: as root. Plain `make test` does not come here."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.worlds.packages.built import OLD, build_packages
from tests.worlds.root import Root, copied_root
from tests.worlds.roots import REPOSITORY, bare_root

sys.path.insert(0, str(REPOSITORY / "packaging"))

from repository.__main__ import publish
from repository.signing import SigningKey, find_key

ADDRESS = "file:///srv/repository"
SYSTEMCTL = """\
#!/bin/sh
# A substitute for systemd, with one user who is logged in: it writes down what it is asked.
echo "$*" >>/srv/systemctl
case "$*" in
  *--version*) echo "systemd 257 (257)" ;;
  *list-units*) echo "user@1000.service loaded active running User Manager for UID 1000" ;;
esac
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders with the packages of both versions."""
    return build_packages(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="session")
def make_key() -> Iterator[Callable[[str], SigningKey]]:
    """Make signing keys, in a keyring of the test's own."""
    with (
        tempfile.TemporaryDirectory(prefix="wfh-gpg-") as home,
        pytest.MonkeyPatch.context() as own,
    ):
        own.setenv("GNUPGHOME", home)

        def make(address: str) -> SigningKey:
            command = ["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", address]
            subprocess.run([*command, "rsa3072", "sign", "never"], check=True)
            return find_key(address)

        yield make
        subprocess.run(["gpgconf", "--kill", "all"], env={**os.environ}, check=False)


@pytest.fixture(scope="session")
def key(make_key: Callable[[str], SigningKey]) -> SigningKey:
    return make_key("packages@example.com")


class Laptop(Root):
    """A root with the repository in it, as a web server would show it.

    Attributes:
        repository: the published folder.
    """

    def __init__(self, root: Root, key: SigningKey, built: dict[str, Path]) -> None:
        super().__init__(root.tree)
        self.repository = self.path("/srv/repository")
        self._key, self._built = key, built
        # Who runs it decides how the packages call systemd.
        self.path("/run/systemd/system").mkdir(parents=True)
        self.write("/usr/bin/systemctl", SYSTEMCTL, 0o755)
        self.write("/home/alice/.local/share/wfhagent/outbox.sqlite3", "what waits")
        self.write("/home/alice/.local/state/wfhagent/days.json", "slots of the day")

    def publish(self, version: str) -> None:
        """Publish the packages of *version*, in addition to those that are there."""
        publish(self._built[version], self.repository, ADDRESS, self._key)

    def start_agent(self) -> "subprocess.Popen[str]":
        """Start the program that is installed, by its link, and wait until it runs."""
        agent = subprocess.Popen(
            ["chroot", str(self.tree), "/usr/bin/wfhagent", "run"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert agent.stdout is not None
        assert agent.stdout.readline().startswith("runs ")
        return agent

    def asked_systemd(self) -> str:
        """Return what systemd was asked since the last call."""
        file = self.path("/srv/systemctl")
        asked = file.read_text() if file.exists() else ""
        file.unlink(missing_ok=True)
        return asked

    def recorded(self) -> list[str]:
        """Return what the agent of alice has on the disk."""
        files = (".local/share/wfhagent/outbox.sqlite3", ".local/state/wfhagent/days.json")
        return [self.path(f"/home/alice/{file}").read_text() for file in files]


@pytest.fixture(scope="module")
def laptop(key: SigningKey, built: dict[str, Path]) -> Iterator[Laptop]:
    """A laptop on which the repository of the old version is known, and nothing installed."""
    with ExitStack() as stack:
        made = stack.enter_context(tempfile.TemporaryDirectory(prefix="wfh-", dir="/var/tmp"))
        Path(made).chmod(0o755)
        root = stack.enter_context(copied_root(bare_root(), Path(made) / "root"))
        laptop = Laptop(root, key, built)
        laptop.publish(OLD)
        yield laptop


def damage(file: Path) -> bytes:
    """Change one bit in the middle of *file*, and return what it was."""
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    return whole
