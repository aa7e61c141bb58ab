"""The packages of two versions, made by the code of `make deb` and `make rpm`.

The program in them is a stand-in of a few lines, so that no compiler is needed for ten minutes.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.worlds.roots import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "packaging"))

from installers import deb, rpm, tree

SOURCE = Path(__file__).with_name("stand_in.c")
OLD, NEW = "0.1.0", "0.1.1"


def build_packages(folder: Path) -> dict[str, Path]:
    """Build the packages into a folder of *folder* each, and return these by version."""
    with pytest.MonkeyPatch.context() as patched:
        for version in (OLD, NEW):
            program = folder / f"program-{version}" / "wfhagent"
            program.mkdir(parents=True)
            compiler = ["gcc", "-static", f'-DVERSION="{version}"', str(SOURCE)]
            subprocess.run([*compiler, "-o", str(program / "wfhagent")], check=True)
            patched.setattr(tree, "STANDALONE", program)
            (folder / version).mkdir()
            deb.build(folder / version, tree.version(program / "wfhagent"), "none")
            rpm.build(folder / version, version, "w.ufdio")
    return {version: folder / version for version in (OLD, NEW)}
