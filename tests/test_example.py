"""agent.toml.example holds every setting as the code has it."""

import runpy
from pathlib import Path

from wfhagent.settings import read_settings

ROOT = Path(__file__).parents[1]


def test_the_example_is_what_the_settings_say():
    script = runpy.run_path(str(ROOT / "packaging" / "render_example.py"))

    assert (ROOT / "agent.toml.example").read_text() == script["render"](), (
        "run `python packaging/render_example.py`"
    )


def test_the_example_is_a_configuration_that_works():
    assert read_settings(ROOT / "agent.toml.example").server.url == "https://wfh.example.com"
