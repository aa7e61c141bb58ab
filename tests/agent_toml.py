"""Writes agent.toml for a test."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_agent_toml(file: Path, settings: Mapping[str, Mapping[str, Any]]) -> None:
    """Write *settings*, which are by table and key."""
    lines = []
    for name, keys in settings.items():
        # Strings, numbers, booleans and arrays of JSON are those of TOML.
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in keys.items())]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
