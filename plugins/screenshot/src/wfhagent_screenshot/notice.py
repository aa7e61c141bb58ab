"""Tells the person at the screen that a screenshot was taken."""

import shutil
import subprocess
import sys

SHOW_SECONDS = 5.0


class NoticeError(Exception):
    """It could not be shown; the text says why."""


if sys.platform == "win32":
    # What notifications of a program without an identifier of its own go by.
    _IDENTIFIER = r"{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\WindowsPowerShell\v1.0\powershell.exe"
    _SCRIPT = """\
$ErrorActionPreference = 'Stop'
$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, \
ContentType = WindowsRuntime]
$kind = [Windows.UI.Notifications.ToastTemplateType]::ToastText02
$toast = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent($kind)
$texts = $toast.GetElementsByTagName('text')
$null = $texts.Item(0).AppendChild($toast.CreateTextNode($args[0]))
$null = $texts.Item(1).AppendChild($toast.CreateTextNode($args[1]))
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($args[2]).Show($toast)
"""

    def show(title: str, text: str) -> None:
        """Show a notification.

        Raises:
            NoticeError: this system shows none.
        """
        words = " ".join(f"'{word.replace(chr(39), chr(39) * 2)}'" for word in (title, text))
        command = f"& {{{_SCRIPT}}} {words} '{_IDENTIFIER}'"
        _run("powershell", "-NoProfile", "-NonInteractive", "-Command", command)

elif sys.platform == "darwin":

    def show(title: str, text: str) -> None:
        """Show a notification.

        Raises:
            NoticeError: this system shows none.
        """
        script = "on run words\ndisplay notification (item 2 of words) with title (item 1 of words)"
        _run("osascript", "-e", f"{script}\nend run", title, text)

else:

    def show(title: str, text: str) -> None:
        """Show a notification.

        Raises:
            NoticeError: there is nobody in this session who shows any.
        """
        from wfhagent_screenshot.session_bus import BusError, Service, session_bus  # noqa: PLC0415

        service = Service(
            "org.freedesktop.Notifications",
            "/org/freedesktop/Notifications",
            "org.freedesktop.Notifications",
        )
        hints = {"category": ("s", "device"), "urgency": ("y", 1)}
        try:
            with session_bus() as bus:
                bus.call(
                    service,
                    "Notify",
                    "susssasa{sv}i",
                    *("wfhagent", 0, "camera-photo", title, text, [], hints, -1),
                )
        except BusError as error:
            raise NoticeError(str(error)) from error


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise NoticeError(f"there is no {program}")
    try:
        subprocess.run([found, *arguments], check=True, timeout=SHOW_SECONDS)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise NoticeError(f"{program} did not show it: {type(error).__name__}") from error
