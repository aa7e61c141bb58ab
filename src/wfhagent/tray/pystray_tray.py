"""Windows and macOS: the icon through pystray, which wants the main thread."""

import logging
import sys
import threading
from collections.abc import Callable
from dataclasses import replace

import pystray
from PIL import Image

from wfhagent.desktop import screen_recording
from wfhagent.notice.announce import Notification
from wfhagent.tray.icons import Panel, icon
from wfhagent.tray.menu import Action, Line, menu_of
from wfhagent.tray.presence import Presence
from wfhagent.tray.source import Source
from wfhagent.tray.view import Look

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
TRY_AGAIN_SECONDS = 5.0
"""After Windows has not taken the icon: Explorer is starting, or busy."""
Work = Callable[[], None]


def _draw(work: Work) -> None:
    """Do *work*, which draws; an icon that cannot be drawn ends nothing."""
    try:
        work()
    except Exception:
        log.exception("The icon cannot be drawn")


if sys.platform == "darwin":
    from PyObjCTools import AppHelper

    def on_main_thread(work: Work) -> None:
        """Have *work* done by the main thread: AppKit ends a process that draws in another one."""
        AppHelper.callAfter(_draw, work)

else:

    def on_main_thread(work: Work) -> None:
        """Do *work* here: Windows lets any thread draw."""
        _draw(work)


if sys.platform == "win32":

    def watch(presence: Presence) -> None:
        """Have *presence* see what becomes of the icon."""
        from pystray._util import win32  # noqa: PLC0415 -- on Windows only

        win32.Shell_NotifyIcon.errcheck = presence

else:

    def watch(presence: Presence) -> None:
        """Do nothing: other systems lose no icon."""


class PystrayTray:
    """Shows icon and menu; a thread looks once a minute."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._stopped = threading.Event()
        self._look = self._seen()
        self._shown_notice = ""
        self._presence = Presence()
        watch(self._presence)
        self._icon = pystray.Icon(
            "wfhagent",
            icon=_image(self._look),
            title=_title(self._look),
            menu=pystray.Menu(lambda: [self._entry(line) for line in menu_of(self._seen())]),
        )

    def run(self) -> None:
        """Work until the session ends."""
        self._icon.run(setup=self._set_up)

    def _set_up(self, shown: pystray.Icon) -> None:
        on_main_thread(lambda: setattr(shown, "visible", True))
        threading.Thread(target=self._keep_looking, name="look", daemon=True).start()

    def _keep_looking(self) -> None:
        while True:
            self.look()
            pause = TRY_AGAIN_SECONDS if self._presence.missing else LOOK_SECONDS
            if self._source.clock.wait(self._stopped, pause):
                return

    def look(self) -> None:
        """Look at the status once, and show what has changed."""
        if self._presence.missing:
            on_main_thread(self._add_again)
        before, self._look = self._look, self._seen()
        after = self._look
        if after != before:
            on_main_thread(lambda: self._show(before, after))
        if after.notice and after.notice != self._shown_notice:
            self._notify(after.sentence)
        self._shown_notice = after.notice

    def _seen(self) -> Look:
        """Return what is to be seen; on macOS the menu asks for the permission that is missing."""
        look = self._source.look()
        if sys.platform == "darwin" and self._source.permission_notice is not None:
            look = replace(look, may_allow=not screen_recording.is_allowed())
        return look

    def _add_again(self) -> None:
        self._icon.visible = False
        self._icon.visible = True

    def _show(self, before: Look, after: Look) -> None:
        if after.state is not before.state:
            self._icon.icon = _image(after)
        if after.sentence != before.sentence:
            self._icon.title = _title(after)
        self._icon.update_menu()

    def _notify(self, sentence: str) -> None:
        if sys.platform == "darwin":
            # pystray has Script Editor show it, which may not be allowed to.
            self._source.commands.show(Notification(title="wfhagent", text=sentence))
        elif self._icon.HAS_NOTIFICATION:
            self._icon.notify(sentence, "wfhagent")

    def _entry(self, line: Line) -> pystray.MenuItem:
        if not line.label:
            return pystray.Menu.SEPARATOR
        if line.action is None:
            return pystray.MenuItem(line.label, None, enabled=False)
        return pystray.MenuItem(line.label, self._starter(line.action))

    def _starter(self, action: Action) -> Callable[[], None]:
        return lambda: self._source.start(action)


def _image(look: Look) -> Image.Image:
    # The halo of the drawings is there for panels of the other kind.
    width, height, pixels = icon(look.state, Panel.DARK)[-1]
    alpha, red, green, blue = Image.frombytes("RGBA", (width, height), pixels).split()
    return Image.merge("RGBA", (red, green, blue, alpha))


def _title(look: Look) -> str:
    # Windows shows 128 characters.
    return f"wfhagent: {look.sentence}"[:127]
