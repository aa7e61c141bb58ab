"""Changes files of Windows Python and of Nuitka where Wine 8 lacks what they ask for.

sitecustomize.py cannot do these: Nuitka runs Python without it, and the compiled program has none.
The product itself is never changed.
"""

from pathlib import Path


def repair_python(home: Path) -> None:
    """Let the Python in *home* do without CopyFile2 and WMI, which abort the process."""
    # shutil copies as before Python 3.12.
    _replace(home / "Lib/shutil.py", 'hasattr(_winapi, "CopyFile2")', "None")
    # platform.platform() does without.
    (home / "DLLs/_wmi.pyd").unlink()


def repair_nuitka(nuitka: Path) -> None:
    """Let Nuitka use long names: zig runs on Linux, which has no short ones."""
    _replace(
        nuitka / "utils/FileOperations.py",
        "    import ctypes.wintypes\n\n    GetShortPathNameW =",
        "    return os.path.abspath(filename)\n    GetShortPathNameW =",
    )


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise SystemExit(f"{file} has changed: {old!r} is in it {text.count(old)} times.")
    file.write_text(text.replace(old, new), encoding="utf-8")
