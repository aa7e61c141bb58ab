"""A notification of Windows under a name of its own, and whether it was seen.

PowerShell has the only way to it that needs no compiled library.
"""

import ctypes
import hashlib
import sys

from wfhagent.messages import N_

IDENTIFIER = "wfhagent.agent"
"""The AppUserModelID: without it Windows would call the sender Windows PowerShell."""
REGISTRY_KEY = rf"Software\Classes\AppUserModelId\{IDENTIFIER}"
SECONDS = 12.0
"""PowerShell takes some when it is started for the first time."""
UNRESTRICTED = "Unrestricted"
CONSTRAINED = "ConstrainedLanguage"
ACCEPTS = frozenset({5, 7})
"""QUNS_ACCEPTS_NOTIFICATIONS and QUNS_APP; in the other states Windows keeps them back."""
_UNKNOWN_STATE = 5

_SCRIPT = f"""\
$ErrorActionPreference = 'Stop'
if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {{ '{CONSTRAINED}'; exit }}
$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, \
ContentType = WindowsRuntime]
$null = [Windows.Data.Xml.Dom.XmlDocument, Windows.Data.Xml.Dom.XmlDocument, \
ContentType = WindowsRuntime]
$manager = [Windows.UI.Notifications.ToastNotificationManager]
$kind = [Windows.UI.Notifications.ToastTemplateType]::ToastText02
$words = $manager::GetTemplateContent($kind)
$texts = $words.GetElementsByTagName('text')
$null = $texts.Item(0).AppendChild($words.CreateTextNode($args[0]))
$null = $texts.Item(1).AppendChild($words.CreateTextNode($args[1]))
$toast = [Windows.UI.Notifications.ToastNotification]::new($words)
$toast.Tag = $args[2]
$notifier = $manager::CreateToastNotifier('{IDENTIFIER}')
$notifier.Show($toast)
$mode = '{UNRESTRICTED}'
try {{ $mode = [string]$manager::GetDefault().NotificationMode }} catch {{ }}
"$($notifier.Setting) $mode"
"""
"""Shows title, text and tag, and prints the setting of the program and the mode of the user.

Before its first notification a program has no setting. The mode is of Windows 11 only.
"""


def command(title: str, text: str) -> str:
    """Return the command of PowerShell; the same words replace the notification before."""
    tag = hashlib.sha256(f"{title}\0{text}".encode()).hexdigest()[:16]
    words = " ".join(f"'{word.replace(chr(39), chr(39) * 2)}'" for word in (title, text, tag))
    return f"& {{{_SCRIPT}}} {words}"


def problem_of(printed: str, state: int) -> str:
    """Return why what PowerShell *printed* means that nobody saw it; empty when they could.

    *state* is Windows' QUERY_USER_NOTIFICATION_STATE.
    """
    words = printed.split()
    setting, mode = (*words, "", "")[:2]
    if setting == CONSTRAINED:
        return N_("PowerShell may not show notifications here (Constrained Language Mode)")
    if setting.startswith("Disabled"):
        return f"notifications of wfhagent are turned off ({setting})"
    if setting != "Enabled":
        return N_("Windows does not say whether it was shown")
    if mode not in {"", UNRESTRICTED}:
        return f"Do not disturb is on ({mode}), so it is in the notification center only"
    if state not in ACCEPTS:
        return f"Windows shows no notifications now (state {state}), only in the center"
    return ""


if sys.platform == "win32":
    import winreg

    def register() -> None:
        """Give the notifications of this user's agent their name.

        Raises:
            OSError: the registry cannot be written.
        """
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, REGISTRY_KEY) as key:
            winreg.SetValueEx(key, "DisplayName", 0, winreg.REG_SZ, "wfhagent")

    def notification_state() -> int:
        """Return the QUERY_USER_NOTIFICATION_STATE."""
        state = ctypes.c_int(_UNKNOWN_STATE)
        ask = ctypes.WinDLL("shell32").SHQueryUserNotificationState
        ask.argtypes, ask.restype = [ctypes.POINTER(ctypes.c_int)], ctypes.c_long
        ask(ctypes.byref(state))
        return state.value
