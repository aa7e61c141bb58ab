"""`python -m wfhagent`: the agent with the plugins that are installed as distributions."""

from wfhagent.cli import main

main()
