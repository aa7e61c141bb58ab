"""What other people's code raised, in words."""

from pathlib import Path
from traceback import walk_tb

DROP_IN_PREFIX = "wfhagent_dropin_"
"""Drop-ins get names of their own, so that none can stand in for another module."""


def told(error: BaseException) -> str:
    """Return what other people's code raised, as the end of a sentence.

    Of a drop-in with file and line, which its author looks for first.
    """
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    text = text.rstrip(".")
    place = _place(error)
    if not place:
        return text
    text = f"{text} ({place})"
    if isinstance(error, ModuleNotFoundError) and error.name:
        missing = error.name.partition(".")[0]
        text += (
            "; what the agent does not have can lie in the plugin's own folder: "
            f"`from . import {missing}`"
        )
    return text


def _place(error: BaseException) -> str:
    """Return file and line of the drop-in's deepest frame; empty when it has none."""
    places = [
        (frame.f_code.co_filename, line)
        for frame, line in walk_tb(error.__traceback__)
        if str(frame.f_globals.get("__name__", "")).startswith(DROP_IN_PREFIX)
    ]
    if not places:
        return ""
    name, line = places[-1]
    file = Path(name)
    name = f"{file.parent.name}/{file.name}" if file.name == "__init__.py" else file.name
    return f"{name}, line {line}"
