"""What a collector is given when it is asked."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from wfhagent.errors import PluginError
from wfhagent.plugin.facts import Attachment, Occasion, Whereami
from wfhagent.plugin.folders import Folders


class Context:
    """What a collector gets, and what it may ask for.

    Attributes:
        occasion: why it is asked.
        now: the time, aware and in UTC, disciplined by the server.
        server_url: the address of the server.
        log: a logger of the plugin's own. From a child process the first 20 lines, printed ones
            included, go to the agent's log; `wfhagent plugin check` shows them.
        attachments: what was attached so far.
        may_ask: whether someone waits at the screen for a question of the system, such as whether
            screenshots are allowed. Only `wfhagent screenshot allow` sets it; nothing that the
            agent does on its own may raise such a question.
    """

    def __init__(  # noqa: PLR0913 -- all that a collector gets
        self,
        *,
        occasion: Occasion,
        now: datetime,
        server_url: str,
        log: logging.Logger,
        ask_whereami: Callable[[], Whereami],
        may_ask: bool = False,
        folders: Folders | None = None,
    ) -> None:
        self.occasion = occasion
        self.now = now
        self.server_url = server_url
        self.log = log
        self.attachments: list[Attachment] = []
        self.may_ask = may_ask
        self._ask_whereami = ask_whereami
        self._folders = folders

    @property
    def state(self) -> Path:
        """A folder of this collector for what it must remember; only this user can read it.

        It may have 50 MiB, and each file counts as 4 KiB at least. It is deleted with the plugin.
        Commands such as `wfhagent preview` may use it at the same time as the agent.

        Raises:
            PluginError: it has more, or cannot be used. Let it pass: it becomes the reason.
        """
        return self._known_folders().open_state()

    @property
    def cache(self) -> Path:
        """A folder of this collector for what it can get again; only this user can read it.

        It may be empty the next time: where it has more than 50 MiB, the agent empties it.

        Raises:
            PluginError: it cannot be used. Let it pass: it becomes the reason.
        """
        return self._known_folders().open_cache()

    def _known_folders(self) -> Folders:
        if self._folders is None:
            raise PluginError("This context has no folders; make_context(folder=tmp_path) has.")
        return self._folders

    def attach(self, attachment: Attachment) -> None:
        """Send the screenshot along with the detailed log."""
        self.attachments.append(attachment)

    def whereami(self) -> Whereami:
        """Ask the server for this machine's public address and place; never raises.

        Waits for the server at most `[server] timeout_seconds`; the answer is that of all
        collectors of one log. For a heartbeat nobody is asked.
        """
        return self._ask_whereami()

    def time_zone(self) -> str:
        """Return where this machine is: an IANA name, or an offset from UTC such as +05:45.

        A name is believed only if the system's clock has the offsets of that zone.
        """
        from wfhagent.system.zone import zone_name  # noqa: PLC0415 -- not for those who never ask

        return zone_name(self.now)

    def notify(self, title: str, text: str, *, symbol: str = "dialog-information") -> bool:
        """Show a notification to the person at the screen; false, and logged, when nobody could.

        *symbol* is a name of the freedesktop icon naming specification.
        """
        from wfhagent.desktop.notify import NotifyError, show  # noqa: PLC0415 -- not for who never asks

        try:
            show(title, text, symbol=symbol)
        except NotifyError as error:
            self.log.warning("Nobody could be notified that: %s (%s)", title, error)
            return False
        return True
