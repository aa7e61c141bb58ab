"""agent.toml.example has every setting of the code, and `wfhagent example` prints it."""

from pathlib import Path

from typer.testing import CliRunner

from wfhagent.cli.app import make_app
from wfhagent.settings import read_settings

EXAMPLE = Path(__file__).parents[1] / "agent.toml.example"


def test_the_example_is_what_the_settings_say():
    result = CliRunner().invoke(make_app(), ["example"], obj={})

    assert result.exit_code == 0
    assert result.stdout == EXAMPLE.read_text(), "run `python packaging/render_example.py`"


def test_the_example_is_a_configuration_that_works():
    assert read_settings(EXAMPLE).server.url == "https://wfh.example.com"
