"""`python -m wfhagent`: the agent with the plugins that are installed as distributions."""

import os
import sys

if not sys.flags.safe_path:
    # Python puts the working directory first, and anybody may have put a file there.
    try:
        if sys.path[0] == os.getcwd():  # noqa: PTH109 -- loaded before anything else
            del sys.path[0]
    except OSError:
        # It was removed, and holds no module.
        pass

from wfhagent.cli import main

main()
