"""The secrets that this process has from the settings of plugins, so that no text shows them."""

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from wfhagent.system.proxy import MASK, SHORTEST_SECRET

SHORTEST_LINE = 8
"""Of a secret of several lines, such as a key: a shorter one is in other texts, too."""

_forms: list[str] = []


def remember_secret(secret: str) -> None:
    """Mask *secret* from now on, in all that this process logs, reports or sends."""
    new = {form for form in _ways_to_write(secret) if len(form) >= SHORTEST_SECRET}
    if not new <= set(_forms):
        # The longest first: one may be part of another. Replaced at once, for other threads.
        _forms[:] = sorted({*_forms, *new}, key=len, reverse=True)


def mask_secrets(text: str, *, shortest: int = SHORTEST_SECRET) -> str:
    """Return *text* with a mask in place of each secret of at least *shortest* characters."""
    for form in tuple(_forms):
        if len(form) >= shortest:
            text = text.replace(form, MASK)
    return text


def forget_secrets() -> None:
    """Mask none from now on, for tests."""
    _forms.clear()


def _ways_to_write(secret: str) -> Iterator[str]:
    """Yield *secret* as exceptions and addresses show it."""
    yield secret
    yield secret.strip()
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    yield quote(secret, errors="replace")
    yield quote(secret, safe="", errors="replace")
    yield quote_plus(secret, errors="replace")
    yield base64.b64encode(secret.encode(errors="replace")).decode().rstrip("=")
    yield from (line.strip() for line in secret.splitlines() if len(line.strip()) >= SHORTEST_LINE)
