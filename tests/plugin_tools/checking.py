"""Checks a plugin as its author does, and changes one."""

import subprocess
import sys
from pathlib import Path


def check(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `wfhagent plugin check` on the plugin at *path*."""
    return subprocess.run(
        [sys.executable, "-m", "wfhagent", "plugin", "check", str(path), *options],
        capture_output=True,
        text=True,
        check=False,
    )


def change(plugin: Path, before: str, after: str) -> None:
    """Put *after* in the place of *before*, which is in the module of *plugin*."""
    file = plugin / "__init__.py"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))
