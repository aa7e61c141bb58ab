"""For which versions of the plugin API a plugin is written: `1`, or a range such as `">=1,<3"`."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from wfhagent import __version__
from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugin import API_VERSION

NEXT_API_VERSION: int | None = None
"""The version that a later agent will have; None while none is announced."""

_TERM = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\d{1,6})\s*", re.ASCII)
_COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


def check_api(wanted: Any, where: str) -> str:
    """Return the versions that a plugin says in `wfhagent_api`, as a range; empty for all.

    *where* is for messages.

    Raises:
        PluginError: it is no range, or this agent is outside of it.
    """
    if wanted is None:
        return ""
    asked = f"=={wanted}" if type(wanted) is int else wanted
    try:
        fits = covers(asked, API_VERSION)
    except (TypeError, ValueError):
        raise PluginError(
            f"{where}: wfhagent_api is {wanted!r}; write a number such as 1, or a range such as "
            '">=1,<3".'
        ) from None
    if not fits:
        raise PluginError(
            f"{where}: it is written for plugin API {wanted}, and this agent, {__version__}, has "
            f"{API_VERSION}; take the plugin or the agent in the version that fits."
        )
    return str(asked)


def covers(asked: str, version: int) -> bool:
    """Tell whether the range *asked* has *version*.

    Raises:
        ValueError: it is no range.
        TypeError: it is no text.
    """
    terms = [_TERM.fullmatch(term) for term in re.split(",", asked)]
    if not all(terms):
        raise ValueError(asked)
    return all(_COMPARE[term[1]](version, int(term[2])) for term in terms if term)


def deprecation(asked: str) -> str:
    """Return that a plugin for the versions *asked* needs an update soon; empty when it does not.

    *asked* is what `check_api` gave.
    """
    if NEXT_API_VERSION is None or not asked or covers(asked, NEXT_API_VERSION):
        return ""
    text = _(
        "It is written for plugin API {asked}, and a later agent will have {version}. It needs an "
        "update before then."
    )
    return text.format(asked=asked.removeprefix("=="), version=NEXT_API_VERSION)
