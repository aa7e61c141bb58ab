"""Texts that people read, in their language.

    _("The agent is not running.")
    _("{count} entries").format(count=count)
    ngettext("{count} log", "{count} logs", count).format(count=count)

The English text is the id of a message. A constant is marked with `N_` and translated with `_`
where it is shown, since a module is imported before anybody knows the language.
"""

from wfhagent.messages.catalog import N_, _, language, ngettext

__all__ = ["N_", "_", "language", "ngettext"]
