"""What macOS is asked by ctypes and pyobjc; each file says which of Apple's headers it follows."""
