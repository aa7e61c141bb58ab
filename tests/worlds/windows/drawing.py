"""Runs in Windows: draws two squares of known colors on the desktop, until it is ended."""

PLACES = {(0x35, 0x61, 0x8E): (100, 100), (0xC2, 0x41, 0x0C): (700, 300)}
"""The upper left corner by the color."""
SIZE = 300


def draw() -> None:
    """Say "drawn" as soon as both can be seen."""
    import tkinter as tk  # noqa: PLC0415 -- the test takes the places from here, and has no Tk

    root = tk.Tk()
    root.withdraw()
    for color, (left, top) in PLACES.items():
        window = tk.Toplevel(root, background="#{:02x}{:02x}{:02x}".format(*color))
        window.overrideredirect(boolean=True)
        window.geometry(f"{SIZE}x{SIZE}+{left}+{top}")
    root.update()
    print("drawn", flush=True)
    root.mainloop()


if __name__ == "__main__":
    draw()
