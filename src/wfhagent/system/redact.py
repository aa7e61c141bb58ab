"""Takes secrets out of text."""

import json
import re
from collections.abc import Iterable

from wfhagent.system.known_secrets import mask_secrets
from wfhagent.system.proxy import MASK, SHORTEST_SECRET, without_password

_TOKEN = re.compile(r"\bwfh[a-z]_[\w-]+")
# Keys of AWS, GitHub, Slack and others, and JSON Web Tokens.
_KNOWN_KEYS = re.compile(
    r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{20,}|xox[a-z]-[\w-]{10,}|sk-[\w-]{20,}"
    r"|eyJ[\w-]{8,}\.[\w-]+\.[\w-]+)"
)
_CREDENTIALS = re.compile(r"(?i)\b(bearer|basic|digest|negotiate)\s+[\w.~+/=-]{3,}")
_NAMED = re.compile(
    r"(?i)\b([\w-]*(?:token|passw(?:or[dt]|d)|pwd|passphrase|secret|signature|api[_-]?key))"
    r"(\\?[\"']?\s*[:=]\s*\\?[\"']?)[^\s\"',;]+"
)
_HEADER = re.compile(r"(?i)((?:authorization|cookie)\\?[\"']?\s*[:=]\s*\\?[\"']?)[^\n\"']+")
_QUERY = re.compile(r"([?&#][\w.~-]+=)[^\s&#\"'<>]+")
_KEY_BLOCK = re.compile(r"-----BEGIN[^-]*-----.*?(?:-----END[^-]*-----|\Z)", re.DOTALL)


class Redactor:
    """Masks the *secrets*, those from the settings of plugins, and what looks like one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        # The longest first: one may be part of another.
        self._known = sorted(known, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return *text* without secrets."""
        text = mask_secrets(text)
        for secret in self._known:
            text = text.replace(secret, MASK).replace(json.dumps(secret)[1:-1], MASK)
        text = _KEY_BLOCK.sub(MASK, text)
        text = _TOKEN.sub(MASK, text)
        text = _KNOWN_KEYS.sub(MASK, text)
        text = without_password(text)
        text = _QUERY.sub(rf"\1{MASK}", text)
        text = _HEADER.sub(rf"\1{MASK}", text)
        text = _CREDENTIALS.sub(rf"\1 {MASK}", text)
        return _NAMED.sub(rf"\1\2{MASK}", text)
