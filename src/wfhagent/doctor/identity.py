"""Who this machine is to the server, and where its token is kept."""

from collections.abc import Iterator
from dataclasses import dataclass

from wfhagent.assembly import Assembly
from wfhagent.deliver.identity import Identity
from wfhagent.doctor.finding import Finding
from wfhagent.errors import KeyringError, MissingKeyringError
from wfhagent.identity.store import FileKeeper, KeyringKeeper
from wfhagent.settings import ServerSettings

NO_KEYRING = (
    "Sign in to a desktop with a keyring and unlock it. If this device is to do without one, set "
    "[agent] keyring = false in agent.toml."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What *keeper* holds: *identity* only when it is one of the configured server.

    *stranger* is the address of another server, whose token is no business of this one.
    """

    keeper: KeyringKeeper | FileKeeper
    file: FileKeeper
    identity: Identity | None
    stranger: str
    closed: str = ""
    """Why the keyring, or the file, that holds the identity does not give it."""


def find_identity(assembly: Assembly) -> Kept:
    """Return the machine's identity and who keeps it."""
    keeper = assembly.keeper()
    closed = ""
    try:
        identity = keeper.load()
    except KeyringError as error:
        identity, closed = None, str(error)
    ours = identity is not None and identity.server_url == assembly.settings.server.url
    return Kept(
        keeper=keeper,
        file=keeper.fallback if isinstance(keeper, KeyringKeeper) else keeper,
        identity=identity if ours else None,
        stranger="" if identity is None or ours else identity.server_url,
        closed=closed,
    )


def check_keyring(assembly: Assembly, kept: Kept) -> Iterator[Finding]:
    """Yield which keyring is used; the file is a fault unless this desktop has no keyring."""
    keeper, file = kept.keeper, assembly.paths.credentials
    ok, advice = True, ""
    if not isinstance(keeper, KeyringKeeper):
        detail = f"not used, as [agent] keyring = false says; the token's place is {file}"
    elif kept.closed:
        detail = f"keeps the token, and does not give it: {kept.closed}"
    elif isinstance(why := keeper.why_not(), MissingKeyringError):
        detail = f"this desktop has none; the token's place is {file}, which is yours alone"
    elif why is not None:
        ok, advice = False, NO_KEYRING
        detail = f"not used: {why}; the token's place is {file}"
    elif kept.identity is None:
        detail = f"{keeper.keyring} answers; the token will be kept there"
    elif keeper.where == "keyring":
        detail = f"{keeper.keyring} keeps the token"
    else:
        ok, advice = False, "`wfhagent enroll` gets a new token and stores it in the keyring."
        detail = f"{keeper.keyring} answers now; the token is in {file} from when it did not"
    yield Finding("keyring", ok=ok, detail=detail, advice=advice)


def check_enrolment(server: ServerSettings, kept: Kept) -> Iterator[Finding]:
    """Yield whether the server knows this machine."""
    if kept.file.was_open:
        yield Finding(
            "enrolment",
            ok=False,
            detail=f"others could read the token in {kept.file.file}; it is yours alone now",
            advice="`wfhagent enroll` replaces the token that they may have.",
        )
    elif kept.identity is not None:
        names = f"{kept.identity.username} on {kept.identity.hostname}"
        yield Finding(
            "enrolment", ok=True, detail=f"{names}, token kept in the {kept.keeper.where}"
        )
    elif kept.closed:
        yield Finding(
            "enrolment",
            ok=False,
            detail=f"the token cannot be read now: {kept.closed}",
            advice="Unlock the keyring, or make the file readable; until then entries wait in the"
            " outbox. If the token is lost,"
            " `wfhagent enroll` gets a new token.",
        )
    elif server.auth_token.endswith("..."):
        yield Finding(
            "enrolment",
            ok=False,
            detail="not yet, and [server] auth_token still is the one of agent.toml.example",
            advice="Put the enrolment token there that IT gave you (`wfhserver keys create`).",
        )
    elif server.auth_token:
        before = f"; until now it reported to {kept.stranger}" if kept.stranger else ""
        detail = f"not yet; happens with the first heartbeat{before}"
        yield Finding("enrolment", ok=True, detail=detail)
    else:
        yield Finding(
            "enrolment",
            ok=False,
            detail="this machine is not enrolled and [server] auth_token is empty",
            advice="Ask IT for an enrolment token (`wfhserver keys create`).",
        )
