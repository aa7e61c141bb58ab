"""Writes agent.toml.example, which is what `wfhagent example` prints."""

from pathlib import Path

from wfhagent.cli.example import full_example

EXAMPLE = Path(__file__).resolve().parent.parent / "agent.toml.example"

if __name__ == "__main__":
    EXAMPLE.write_text(full_example({}), encoding="utf-8")
