"""Versions of agents: which of two is newer, and which are older than a company allows. Pure.

The order is that of PEP 440. `packaging` would know it too, and is not among what the server needs.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

_FORM = re.compile(
    r"""\s* v? (?: (?P<epoch>\d{1,9}) ! )? (?P<release> \d{1,9} (?: \.\d{1,9} ){0,9} )
    (?: [-_.]? (?P<stage> alpha | a | beta | b | preview | pre | c | rc )
        [-_.]? (?P<stage_number> \d{0,9} ) )?
    (?: -(?P<post_only> \d{1,9} )
      | [-_.]? (?P<post> post | rev | r ) [-_.]? (?P<post_number> \d{0,9} ) )?
    (?: [-_.]? (?P<dev> dev ) [-_.]? (?P<dev_number> \d{0,9} ) )?
    (?: \+ [a-z0-9]+ (?: [-_.] [a-z0-9]+ )* )? \s*""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
# In the order of a release: alpha, beta, candidate, the release itself.
_STAGES: Final = {"a": 0, "alpha": 0, "b": 1, "beta": 1}
_CANDIDATE, _RELEASED = 2, 3
_DEV_ONLY: Final = -1
_NO_DEV: Final = 2**31


class Version(NamedTuple):
    """A version, in the order of PEP 440; the part behind `+` does not count.

    *release* has no zeros at its end. *stage* is the pre-release and its number. Without a `post`
    or `dev` part, those numbers are such that comparing is right.
    """

    epoch: int
    release: tuple[int, ...]
    stage: tuple[int, int]
    post: int
    dev: int

    def __str__(self) -> str:
        """Return it in the usual form."""
        stage, number = self.stage
        parts = [f"{self.epoch}!" if self.epoch else "", ".".join(map(str, self.release))]
        if 0 <= stage < _RELEASED:
            parts.append(("a", "b", "rc")[stage] + str(number))
        if self.post >= 0:
            parts.append(f".post{self.post}")
        if self.dev != _NO_DEV:
            parts.append(f".dev{self.dev}")
        return "".join(parts)


def version_of(text: str) -> Version | None:
    """Return the version that *text* is; None when it is none."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    numbers = [int(part) for part in found["release"].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    post = _DEV_ONLY
    if found["post_only"] or found["post"]:
        post = int(found["post_only"] or found["post_number"] or 0)
    return Version(
        epoch=int(found["epoch"] or 0),
        release=tuple(numbers),
        stage=_stage_of(found, post),
        post=post,
        dev=int(found["dev_number"] or 0) if found["dev"] else _NO_DEV,
    )


def read_version(value: str) -> Version | None:
    """Return the version of a setting; None when it is empty. ValueError when it is none."""
    if not value.strip():
        return None
    found = version_of(value)
    if found is None:
        raise ValueError("it is not a version such as 1.4.0")
    return found


@lru_cache(maxsize=1024)
def is_outdated(version: str, minimum: Version | None) -> bool:
    """Tell whether an agent's *version* is older than *minimum*.

    False without a minimum, and for what is no version: the command line's devices report none.
    """
    found = None if minimum is None else version_of(version)
    return found is not None and minimum is not None and found < minimum


def _stage_of(found: re.Match[str], post: int) -> tuple[int, int]:
    if found["stage"]:
        stage = _STAGES.get(found["stage"].lower(), _CANDIDATE)
        return stage, int(found["stage_number"] or 0)
    # `1.0.dev1` comes before `1.0a1`, and `1.0.post1.dev1` behind `1.0`.
    return (_DEV_ONLY, 0) if found["dev"] and post < 0 else (_RELEASED, 0)
