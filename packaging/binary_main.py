"""The compiled program: the one place where agent and first-party plugins are put together."""

# Written for each build by build_binary.py, from the entry points of plugins/*.
from built_in_plugins import PLUGINS

from wfhagent.cli import main

main(built_in=PLUGINS)
