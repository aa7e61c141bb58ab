"""What is wrong with the declaration of a fact. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from wfhagent.plugin import Fact, FactType, Personal

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_LONGEST_LABEL = 60
_LONGEST_UNIT = 12
_MOST_CHOICES = 50
_PERSONAL = (
    "needs to say how personal it is: personal=Personal.NO when it says nothing about a person, "
    "Personal.INDIRECT when it does together with other facts, or Personal.DIRECT when it is about "
    "a person by itself"
)


def problems_of_fact(fact: Fact) -> Iterator[str]:
    """Yield what is wrong with *fact*, as the rest of a sentence that begins with its name."""
    declared: Any = fact
    if not isinstance(declared.name, str) or _NAME.fullmatch(declared.name) is None:
        yield "is no name for a fact; take small letters, digits and _, such as 'free_bytes'"
    if not (fact.what and fact.why):
        yield "needs what it is, and why it is collected"
    if not isinstance(declared.personal, Personal):
        yield _PERSONAL
    if declared.type is not None and not isinstance(declared.type, FactType):
        yield f"has the type {declared.type!r}; take one of FactType, or none"
    if fact.type is FactType.CHOICE and not 0 < len(fact.choices) <= _MOST_CHOICES:
        yield f'is a choice, and needs 1 to {_MOST_CHOICES} choices=("on", "off")'
    if fact.choices and fact.type is not FactType.CHOICE:
        yield "has choices, and is no FactType.CHOICE"
    if len(fact.label) > _LONGEST_LABEL:
        yield f"has a label of more than {_LONGEST_LABEL} characters"
    if len(fact.unit) > _LONGEST_UNIT:
        yield f"has a unit of more than {_LONGEST_UNIT} characters"
