"""Who this machine is to the server, and where its token is stored."""

from collections.abc import Iterator
from dataclasses import dataclass

from wfhagent.assembly import Assembly
from wfhagent.deliver.identity import Identity
from wfhagent.doctor.finding import Finding
from wfhagent.errors import KeyringError, MissingKeyringError
from wfhagent.identity.store import FileKeeper, KeyringKeeper
from wfhagent.messages import N_, _
from wfhagent.settings import ServerSettings

NO_KEYRING = N_(
    "Sign in to a desktop with a keyring and unlock it. If this device has none, set [agent] "
    "keyring = false in agent.toml."
)


ENROLLMENT = N_("enrollment")


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredIdentity:
    """What *keeper* holds: *identity* only when it is one of the configured server.

    *stranger* is the address of another server, whose token is no business of this one.
    """

    keeper: KeyringKeeper | FileKeeper
    file: FileKeeper
    identity: Identity | None
    stranger: str
    closed: str = ""
    """Why the keyring, or the file, that holds the identity does not give it."""


def find_identity(assembly: Assembly) -> StoredIdentity:
    """Return the machine's identity and who keeps it."""
    keeper = assembly.keeper()
    closed = ""
    try:
        identity = keeper.load()
    except KeyringError as error:
        identity, closed = None, str(error)
    ours = identity is not None and identity.server_url == assembly.settings.server.url
    return StoredIdentity(
        keeper=keeper,
        file=keeper.fallback if isinstance(keeper, KeyringKeeper) else keeper,
        identity=identity if ours else None,
        stranger="" if identity is None or ours else identity.server_url,
        closed=closed,
    )


def check_keyring(assembly: Assembly, stored: StoredIdentity) -> Iterator[Finding]:
    """Yield which keyring is used; the file is a fault unless this desktop has no keyring."""
    keeper, file = stored.keeper, assembly.paths.credentials
    ok, advice = True, ""
    if not isinstance(keeper, KeyringKeeper):
        text = _("not used, because [agent] keyring = false; the token is stored in {file}")
        detail = text.format(file=file)
    elif stored.closed:
        detail = _("the token is in it, but cannot be read: {why}").format(why=stored.closed)
    elif isinstance(why := keeper.why_not(), MissingKeyringError):
        text = _("this desktop has none; the token is stored in {file}, which only you can read")
        detail = text.format(file=file)
    elif why is not None:
        ok, advice = False, _(NO_KEYRING)
        detail = _("not used: {why}; the token is stored in {file}").format(why=why, file=file)
    elif stored.identity is None:
        text = _("{keyring} is available; the token will be stored there")
        detail = text.format(keyring=keeper.keyring)
    elif keeper.where == "keyring":
        detail = _("the token is stored in {keyring}").format(keyring=keeper.keyring)
    else:
        ok = False
        advice = _("Run `wfhagent enroll` to get a new token and store it in the keyring.")
        text = _("{keyring} is available now, but the token was stored in {file} before it was")
        detail = text.format(keyring=keeper.keyring, file=file)
    yield Finding("keyring", ok=ok, detail=detail, advice=advice)


def check_enrollment(server: ServerSettings, stored: StoredIdentity) -> Iterator[Finding]:
    """Yield whether the server knows this device."""
    if stored.file.was_open:
        detail = _("other users could read the token in {file}; now only you can")
        yield _fault(
            detail.format(file=stored.file.file),
            _("Run `wfhagent enroll` to replace the token, which others may have."),
        )
    elif stored.identity is not None:
        names = _("{user} on {device}, token stored in {place}").format(
            user=stored.identity.username,
            device=stored.identity.hostname,
            place=place_of_token(stored.keeper.where),
        )
        yield Finding(ENROLLMENT, ok=True, detail=names)
    elif stored.closed:
        yield _fault(
            _("the token cannot be read: {why}").format(why=stored.closed),
            _(
                "Unlock the keyring, or make the file readable. Until then entries wait in the "
                "outbox. If the token is lost, run `wfhagent enroll` to get a new one."
            ),
        )
    else:
        yield _not_enrolled(server, stored)


def _not_enrolled(server: ServerSettings, stored: StoredIdentity) -> Finding:
    ask_it = _("Ask IT for an enrollment token (`wfhserver tokens create`).")
    if server.auth_token.endswith("..."):
        return _fault(
            _("not enrolled; [server] auth_token is still that of agent.toml.example"), ask_it
        )
    if not server.auth_token:
        return _fault(_("not enrolled, and [server] auth_token is empty"), ask_it)
    if stored.stranger:
        text = _("not enrolled yet, which happens with the first heartbeat; it reported to {url}")
        return Finding(ENROLLMENT, ok=True, detail=text.format(url=stored.stranger))
    text = _("not enrolled yet; this happens with the first heartbeat")
    return Finding(ENROLLMENT, ok=True, detail=text)


def place_of_token(where: str) -> str:
    """Return where a token is stored, as a part of a sentence."""
    return _("the keyring") if where == "keyring" else _("a file")


def _fault(detail: str, advice: str) -> Finding:
    return Finding(ENROLLMENT, ok=False, detail=detail, advice=advice)
