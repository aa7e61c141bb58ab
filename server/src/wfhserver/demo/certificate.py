"""A certificate authority and a server certificate made for the occasion."""

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from wfhserver.errors import DemoError
from wfhserver.files import make_folder


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """PEM files: the authority that clients must trust, the server's chain and its key."""

    authority: Path
    chain: Path
    key: Path


def make_certificate(folder: Path) -> Certificate:
    """Write a new authority, and a certificate for this machine by its loopback names.

    Raises DemoError when the package that makes them is not installed.
    """
    trustme = _trustme()
    make_folder(folder, 0o711)
    made = Certificate(
        authority=folder / "ca.pem", chain=folder / "server.pem", key=folder / "server.key"
    )
    authority = trustme.CA()
    server = authority.issue_cert("localhost", "127.0.0.1", "::1")
    authority.cert_pem.write_to_path(made.authority)
    for number, blob in enumerate(server.cert_chain_pems):
        blob.write_to_path(made.chain, append=number > 0)
    made.key.touch(mode=0o600)
    server.private_key_pem.write_to_path(made.key)
    return made


def _trustme() -> ModuleType:
    """Return the package; only the demo needs it, and `--help` must work without it."""
    try:
        import trustme  # noqa: PLC0415 -- the extra [demo], which no server has
    except ModuleNotFoundError as error:
        raise DemoError(
            "The demo needs packages that are not installed here. Run"
            ' `pip install "./server[demo,embedded]" . ./plugins/*`, or `make demo`.'
        ) from error
    return trustme
