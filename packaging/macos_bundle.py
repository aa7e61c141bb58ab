"""The macOS application bundle: laid out so that it can be signed, and signed from the inside out.

usage: macos_bundle.py APP   signs APP for notarization as $MACOS_IDENTITY

codesign takes every file in Contents/MacOS for code. Data there could only be signed in extended
attributes, which zip files and copies lose. Libraries find each other from their new place, too:
Nuitka writes their paths from @executable_path on.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

AD_HOC = "-"
"""The identity of a signature without a certificate, which Apple silicon asks of every program."""
IDENTITY_VARIABLE = "MACOS_IDENTITY"
"""Names a "Developer ID Application" in the keychain."""
MACH_O = frozenset(
    bytes.fromhex(magic)
    for magic in ("feedface", "cefaedfe", "feedfacf", "cffaedfe", "cafebabe", "cafebabf")
)
"""How a Mach-O file begins, of one architecture or of several (mach-o/loader.h, mach-o/fat.h)."""


def is_mach_o(file: Path) -> bool:
    """Tell whether *file* holds code, whatever its name: Nuitka's `Python` has no suffix."""
    if file.is_symlink() or not file.is_file():
        return False
    with file.open("rb") as stream:
        return stream.read(4) in MACH_O


def relocate_data(app: Path) -> None:
    """Move what is no code from Contents/MacOS to Contents/Resources, and leave links to it."""
    programs, resources = app / "Contents" / "MacOS", app / "Contents" / "Resources"
    resources.mkdir(exist_ok=True)
    for entry in sorted(programs.iterdir()):
        if entry.is_symlink() or is_mach_o(entry):
            continue
        entry.rename(resources / entry.name)
        entry.symlink_to(Path("..") / "Resources" / entry.name)


def signing_order(app: Path) -> list[Path]:
    """Return all code in *app*, the innermost first, and the bundle itself last.

    The main program is signed with the bundle, whose seal holds the signatures of all the others.
    """
    main = _main_program(app)
    code = [file for file in _files(app) if file != main and is_mach_o(file)]
    return [*sorted(code, key=lambda file: (-len(file.parts), str(file))), app]


def sign_command(path: Path, identity: str) -> list[str]:
    """Return what signs *path*; with a certificate as notarization asks."""
    for_notarization = [] if identity == AD_HOC else ["--timestamp", "--options", "runtime"]
    return ["/usr/bin/codesign", "--force", *for_notarization, "--sign", identity, str(path)]


def sign(app: Path, identity: str) -> None:
    """Sign everything in *app*, and check what came of it.

    Raises:
        subprocess.CalledProcessError: codesign refuses; it says why on standard error.
    """
    for path in signing_order(app):
        subprocess.run(sign_command(path, identity), check=True)  # noqa: S603
    verify = ["/usr/bin/codesign", "--verify", "--deep", "--strict", "--verbose=2", str(app)]
    subprocess.run(verify, check=True)  # noqa: S603


def _main_program(app: Path) -> Path:
    return app / "Contents" / "MacOS" / app.stem


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below *folder*; links, also those to folders, are not followed."""
    for entry in folder.iterdir():
        if entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry


if __name__ == "__main__":
    sign(Path(sys.argv[1]), os.environ[IDENTITY_VARIABLE])
