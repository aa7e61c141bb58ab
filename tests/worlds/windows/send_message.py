"""Runs in Windows: sends the agent's hidden window a message, and prints the answer.

usage: send_message.py MESSAGE WPARAM LPARAM
"""

import ctypes
import sys
from ctypes import wintypes

CLASS_NAME = "wfhagent.session"
ABORT_IF_HUNG, LIMIT_MILLISECONDS = 0x2, 20_000

user32 = ctypes.WinDLL("user32", use_last_error=True)
user32.FindWindowW.restype = wintypes.HWND
user32.SendMessageTimeoutW.argtypes = [
    *(wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM),
    *(wintypes.UINT, wintypes.UINT, ctypes.POINTER(ctypes.c_size_t)),
]
message, wparam, lparam = (int(word, 0) for word in sys.argv[1:])
window = user32.FindWindowW(CLASS_NAME, None)
if not window:
    sys.exit("The agent has no window.")
answer = ctypes.c_size_t()
how = (ABORT_IF_HUNG, LIMIT_MILLISECONDS, ctypes.byref(answer))
if not user32.SendMessageTimeoutW(window, message, wparam, lparam, *how):
    sys.exit(f"The message got no answer: {ctypes.WinError(ctypes.get_last_error())}")
print(answer.value)
