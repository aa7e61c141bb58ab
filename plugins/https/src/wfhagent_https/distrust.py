"""Why a certificate was rejected, in the same words on every system. Pure.

OpenSSL's numbers are in x509_vfy.h, those of Windows in Winerror.h ("Certificate and Trust Return
Values"), those of macOS in SecBase.h.
"""

import ssl
from collections.abc import Callable, Iterator
from enum import Enum
from urllib.parse import urlsplit

from wfhagent.plugin import N_, _
from wfhagent_https.causes import causes

_UNSIGNED = 0xFFFFFFFF


class Cause(Enum):
    """What is wrong, and what to do; of several the first one is shown."""

    NAME = (
        N_("its certificate is not for {host}"),
        N_("Correct [server] url in agent.toml, or have IT issue a certificate for this name."),
    )
    DATE = (
        N_("its certificate has expired or is not valid yet"),
        N_("Check the clock of this device. If it is right, IT has to renew the certificate."),
    )
    REVOKED = (N_("its certificate was revoked"), N_("IT has to replace it."))
    PURPOSE = (N_("its certificate is not for a server"), N_("IT has to replace it."))
    AUTHORITY = (
        N_("the authority of its certificate is not known here"),
        N_("It was issued by {issuer}. If that is right, set [server] ca_file to its authority."),
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
    text = _(advice)
    if "{issuer}" in text:
        text = text.format(issuer=issuer())
    reason = _(what).rstrip(".").replace("{host}", host)
    return _("{url} is not trusted: {reason}. {advice}").format(url=url, reason=reason, advice=text)


def _refusals(error: BaseException | None) -> Iterator[ssl.SSLCertVerificationError]:
    """Yield *error* and those before it: Windows asks its own store first, then ca_file."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            yield error
        error = error.__context__


def _cause(error: ssl.SSLCertVerificationError) -> Cause | None:
    return CAUSES.get(getattr(error, "verify_code", 0) & _UNSIGNED)
