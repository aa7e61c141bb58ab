"""The keychain without dialogs, and its errors in words (Security: SecKeychain.h, SecBase.h)."""

import ctypes

INTERACTION_NOT_ALLOWED = -25308  # errSecInteractionNotAllowed
INTERACTION_REQUIRED = -25315  # errSecInteractionRequired
AUTHORIZATION_FAILED = -25293  # errSecAuthFailed
_SECURITY = "/System/Library/Frameworks/Security.framework/Security"
_WOULD_ASK = (
    "the keychain is locked, or its entry belongs to a program with another signature; "
    "`wfhagent enroll` stores a new token"
)
_SENTENCES = {
    INTERACTION_NOT_ALLOWED: _WOULD_ASK,
    INTERACTION_REQUIRED: _WOULD_ASK,
    AUTHORIZATION_FAILED: "the keychain refuses its entry; `wfhagent enroll` stores a new token",
}


def forbid_dialogs() -> bool:
    """Have the keychain refuse rather than ask its owner, in this process; tell whether it obeys.

    An agent asks once a minute: each question could open a dialog of its own.
    """
    try:
        allow = ctypes.CDLL(_SECURITY).SecKeychainSetUserInteractionAllowed
    except (OSError, AttributeError):
        return False
    allow.restype, allow.argtypes = ctypes.c_int32, [ctypes.c_ubyte]
    return bool(allow(0) == 0)


def explain(error: Exception) -> str:
    """Return what the *error* of a keychain call means; empty for one that is not known.

    keyring wraps an error of the keychain in one of its own, whose arguments hold the number.
    """
    cause: BaseException | None = error
    while cause is not None:
        for value in cause.args:
            if value in _SENTENCES:
                return _SENTENCES[value]
        cause = cause.__cause__
    return ""
