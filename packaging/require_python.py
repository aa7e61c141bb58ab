"""Stops `make` with a sentence when the Python is too old or cannot make a virtual environment."""

import importlib.util
import sys

if sys.version_info < (3, 11):
    sys.exit(
        f"wfhagent needs Python 3.11 or newer, and {sys.executable} is {sys.version.split()[0]}: "
        "call make PYTHON=python3.12, for example."
    )
if importlib.util.find_spec("ensurepip") is None:
    sys.exit(
        f"{sys.executable} cannot make virtual environments: install the venv package of your "
        "system (Debian, Ubuntu: apt-get install python3-venv)."
    )
