"""The icon in a panel that knows the XEmbed tray only; libX11 and its neighbours, by ctypes."""
