"""Why a certificate was refused, in the same words on every system. Pure.

OpenSSL's numbers are in x509_vfy.h, those of Windows in Winerror.h ("Certificate and Trust Return
Values"), those of macOS in SecBase.h.
"""

import ssl
from collections.abc import Callable, Iterator
from enum import Enum
from urllib.parse import urlsplit

from wfhagent_https.causes import causes

_UNSIGNED = 0xFFFFFFFF


class Cause(Enum):
    """What is wrong, and what is to be done; the first of several is the one to be told."""

    NAME = (
        "its certificate is for another name than {host}",
        "Correct [server] url in agent.toml, or have IT issue a certificate for this name.",
    )
    DATE = (
        "its certificate has expired or is not valid yet",
        "Check the clock of this device. If it is right, IT has to renew the certificate.",
    )
    REVOKED = ("its certificate was revoked", "IT has to replace it.")
    PURPOSE = ("its certificate is not one for a server", "IT has to replace it.")
    AUTHORITY = (
        "the authority of its certificate is not known here",
        "It was issued by {issuer}; if that is right, name its authority in [server] ca_file.",
    )


_NUMBERS = {
    Cause.NAME: (62, 64, 0x800B010F, -67602),
    Cause.DATE: (9, 10, 0x800B0101, 0x800B0102, -67818, -67819),
    Cause.REVOKED: (23, 0x800B010C, 0x80092010, -67820),
    Cause.PURPOSE: (26, 0x800B0106, 0x800B0110, 0x800B0103),
    Cause.AUTHORITY: (2, 18, 19, 20, 21, 0x800B0109, 0x800B010A, 0x800B0112, 0x800B0107, -67843),
}
CAUSES = {number & _UNSIGNED: cause for cause, numbers in _NUMBERS.items() for number in numbers}


def refusal(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """Return the failed verification behind *error*, if it was one."""
    return next((e for e in causes(error) if isinstance(e, ssl.SSLCertVerificationError)), None)


def describe(error: ssl.SSLCertVerificationError, url: str, issuer: Callable[[], str]) -> str:
    """Return why the server at *url* is not trusted, and what to do; *issuer* looks it up."""
    found = {cause for one in _refusals(error) if (cause := _cause(one)) is not None}
    cause = next((one for one in Cause if one in found), None)
    if cause is None:
        what, advice = error.verify_message or str(error), Cause.AUTHORITY.value[1]
    else:
        what, advice = cause.value
    host = urlsplit(url).hostname or url
    if "{issuer}" in advice:
        advice = advice.format(issuer=issuer())
    return f"{url} is not trusted: {what.rstrip('.').replace('{host}', host)}. {advice}"


def _refusals(error: BaseException | None) -> Iterator[ssl.SSLCertVerificationError]:
    """Yield *error* and those before it: Windows asks its own store first, then ca_file."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            yield error
        error = error.__context__


def _cause(error: ssl.SSLCertVerificationError) -> Cause | None:
    return CAUSES.get(getattr(error, "verify_code", 0) & _UNSIGNED)
