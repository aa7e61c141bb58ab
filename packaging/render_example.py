"""Writes agent.toml.example, which is what `wfhagent example` prints."""

from pathlib import Path

from wfhagent.plugin_tools.example import render

EXAMPLE = Path(__file__).resolve().parent.parent / "agent.toml.example"

if __name__ == "__main__":
    EXAMPLE.write_text(render({}), encoding="utf-8")
