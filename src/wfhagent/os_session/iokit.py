"""macOS' messages about the power of the system: IORegisterForSystemPower, by ctypes.

They arrive on a dispatch queue, which needs neither a thread nor a run loop of ours.
"""

import ctypes

from wfhagent.os_session.macos import OnMessage
from wfhagent.os_session.macos_wake import system_capabilities

IOKIT = "/System/Library/Frameworks/IOKit.framework/IOKit"

# void callback(void *refcon, io_service_t service, uint32_t kind, void *number)
CALLBACK = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p
)


class SystemPower:
    """Hands the messages over until it is closed."""

    def __init__(self, on_message: OnMessage) -> None:
        self._on_message = on_message
        # Kept for as long as IOKit may call it: ctypes does not hold it.
        self._callback = CALLBACK(self._called)
        self._port = ctypes.c_void_p()
        self._notifier = ctypes.c_uint32()
        self._connection = 0
        self._iokit: ctypes.CDLL | None = None

    def listen(self) -> None:
        """Begin to hand messages over, from a thread of the system.

        Raises:
            OSError: IOKit cannot be loaded or takes no listener.
        """
        iokit = _load()
        self._connection = iokit.IORegisterForSystemPower(
            None, ctypes.byref(self._port), self._callback, ctypes.byref(self._notifier)
        )
        if not self._connection:
            raise OSError("IORegisterForSystemPower gives no connection")
        self._iokit = iokit
        system = ctypes.CDLL(None)
        system.dispatch_queue_create.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
        system.dispatch_queue_create.restype = ctypes.c_void_p
        queue = system.dispatch_queue_create(b"wfhagent.session", None)
        iokit.IONotificationPortSetDispatchQueue(self._port, queue)

    def allow(self, number: int) -> None:
        """Answer the message of that *number*."""
        if self._iokit is not None:
            self._iokit.IOAllowPowerChange(self._connection, number)

    def capabilities(self) -> int | None:
        """Return the bits of what is powered now; None where the system does not say."""
        return system_capabilities()

    def close(self) -> None:
        """Hand over no more messages."""
        iokit, self._iokit = self._iokit, None
        if iokit is not None:
            iokit.IODeregisterForSystemPower(ctypes.byref(self._notifier))
            iokit.IONotificationPortDestroy(self._port)
            iokit.IOServiceClose(self._connection)

    def _called(self, _refcon: int | None, _service: int, kind: int, number: int | None) -> None:
        self._on_message(kind, number or 0)


def _load() -> ctypes.CDLL:
    """Load IOKit and say what its functions take."""
    iokit = ctypes.CDLL(IOKIT)
    port, notifier = ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint32)
    functions = {
        "IORegisterForSystemPower": (
            ctypes.c_uint32,
            [ctypes.c_void_p, ctypes.POINTER(port), CALLBACK, notifier],
        ),
        "IONotificationPortSetDispatchQueue": (None, [port, ctypes.c_void_p]),
        "IOAllowPowerChange": (ctypes.c_int, [ctypes.c_uint32, ctypes.c_long]),
        "IODeregisterForSystemPower": (ctypes.c_int, [notifier]),
        "IONotificationPortDestroy": (None, [port]),
        "IOServiceClose": (ctypes.c_int, [ctypes.c_uint32]),
    }
    for function, (result, arguments) in functions.items():
        getattr(iokit, function).restype = result
        getattr(iokit, function).argtypes = arguments
    return iokit
