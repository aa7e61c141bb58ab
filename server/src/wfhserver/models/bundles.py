"""What an administrator gets to add devices: files, instructions, and a release to download."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Notice(msgspec.Struct, frozen=True):
    """The table `[notice]` of agent.toml; what is empty is left out."""

    company: str = ""
    purpose: str = ""
    contact: str = ""
    text: str = ""
    required: bool = False


class BundleFile(msgspec.Struct, frozen=True):
    """A file of a bundle. Only its *is_secret* ones hold the enrollment token."""

    name: str
    text: str
    is_secret: bool


class GuideStep(msgspec.Struct, frozen=True):
    """One step in a sentence, with the command or text that it is about, if any."""

    text: str
    code: str | None = None


class Guide(msgspec.Struct, frozen=True):
    """The steps for one way to install agents."""

    key: str
    title: str
    steps: list[GuideStep]


class DeviceBundle(msgspec.Struct, frozen=True):
    """Everything to push; no other answer holds the *token*."""

    token_id: int
    token: str
    files: list[BundleFile]
    guides: list[Guide]


class BundleOptions(msgspec.Struct, frozen=True):
    """What the server knows before: its address, and the certificate authority for agents.

    *ca_problem* says in a sentence why that file cannot be used.
    """

    public_url: str | None
    ca_file: str | None
    ca_problem: str | None


class DownloadKind(StrEnum):
    """What a file of a release is for."""

    WINDOWS = "windows"
    MACOS = "macos"
    DEBIAN = "debian"
    RPM = "rpm"
    PLAIN = "plain"
    CHECKSUMS = "checksums"
    SIGNATURE = "signature"
    CONTENTS = "contents"


class Download(msgspec.Struct, frozen=True):
    """A file of the release that administrators offer.

    *sha256* is computed from the file. *signature* is the name of the file that signs it, if there
    is one.
    """

    name: str
    kind: DownloadKind
    version: str | None
    size_bytes: int
    sha256: str
    signature: str | None


class Downloads(msgspec.Struct, frozen=True):
    """The release in WFHSERVER_DOWNLOADS; *ignored* says in sentences what else is there.

    *problem* is a sentence when the folder cannot be read. Without the setting all is empty.
    """

    is_set: bool
    newest_version: str | None
    files: list[Download]
    ignored: list[str]
    problem: str | None


class TokenDevice(msgspec.Struct, frozen=True):
    """A device that enrolled with a token; *last_seen* is null before its first heartbeat."""

    agent_id: int
    employee_id: int
    username: str
    hostname: str
    platform: str
    enrolled_at: datetime
    last_seen: datetime | None


class TokenDevices(msgspec.Struct, frozen=True):
    """The newest devices of a token, *total* in all, and how many wait for approval."""

    devices: list[TokenDevice]
    total: int
    waiting: int
