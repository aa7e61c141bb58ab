"""Names of people, devices, teams and labels, in the one form in which they are stored.

Two names that look the same are the same: composed (NFC), with single spaces and no spaces at the
ends, without control characters, direction marks and characters that take no room.
"""

import re
import unicodedata
from typing import Final

from wfhserver.errors import Code, Refusal

NAME_LIMIT: Final = 255
# Control characters that are no white space, and what Unicode calls default-ignorable or format
# characters: zero-width, bidirectional, fillers, variation selectors and tags. U+2800 is the empty
# Braille cell. `re` and PostgreSQL read these escapes alike; `\0` never gets into PostgreSQL.
INVISIBLE: Final = (
    r"\u0001-\u0008\u000E-\u001B\u007F-\u0084\u0086-\u009F\u00AD\u034F\u0600-\u0605\u061C\u06DD"
    r"\u070F\u0890\u0891\u08E2\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E"
    r"\u2060-\u206F\u2800\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\U000110BD\U000110CD"
    r"\U00013430-\U0001343F\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF"
)
_REMOVED = re.compile(rf"[\0{INVISIBLE}\uD800-\uDFFF]")


def normalize_name(name: str) -> str:
    """Return *name* in the form in which it is stored; empty when nothing of it can be seen."""
    # Almost every name, and cheap.
    if name.isascii() and name.isprintable() and "  " not in name:
        return name.strip()
    visible = _REMOVED.sub("", unicodedata.normalize("NFC", name))
    # Again: what was removed may have kept two characters apart.
    return " ".join(unicodedata.normalize("NFC", visible).split())


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two names are one; rows stored before names were normalized count as well."""
    return one == other or normalize_name(one) == normalize_name(other)


def stored_name(name: str, *, field: str) -> str:
    """Return *name* as it is stored; Refusal when it is empty or too long."""
    stored = normalize_name(name)
    if not 0 < len(stored) <= NAME_LIMIT:
        raise Refusal(
            Code.INVALID_FIELD,
            f"A name needs 1 to {NAME_LIMIT} characters, at least one of which can be seen.",
            field=field,
        )
    return stored
