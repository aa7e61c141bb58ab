"""Makes one harmless line of what other people's code says."""

import re

from wfhagent.system.known_secrets import mask_secrets
from wfhagent.system.redact import Redactor

_REDACT = Redactor(())
LONGEST_SENTENCE = 300
"""Characters; the server takes reasons of at most 1,000."""


def sentence(text: str) -> str:
    """Return *text* on one line, without control characters and what looks like a secret.

    It is cut where it is too long. Exceptions show what a plugin sent to others, and this travels.
    """
    # Before the lines of a secret become one, too.
    line = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]+", " ", mask_secrets(text)).strip()
    line = _REDACT(line)
    return line if len(line) <= LONGEST_SENTENCE else f"{line[: LONGEST_SENTENCE - 1]}…"
