"""Runs wfhagent as the agent of a user whose record of agents is in a folder of the test.

Real agents of one user are one at a time; tests run at once, and all of them as the same user.
"""

import sys
from pathlib import Path

import wfhagent.process.light_msgspec  # noqa: F401 -- before whatever imports msgspec, as for a service
from wfhagent.cli import main
from wfhagent.desktop import notify
from wfhagent.system import user_agents

if __name__ == "__main__":
    folder = Path(sys.argv.pop(1))
    user_agents.places = lambda: (folder,)
    # Nor does it show notifications to the user who runs the tests.
    notify.usual_bus = lambda: None
    sys.path.pop(0)
    main()
