"""agent.toml.example has every setting of the code, and `wfhagent example` prints it."""

from pathlib import Path

import tomli
from tests.drop_ins import drop
from typer.testing import CliRunner

from wfhagent.cli.app import make_app
from wfhagent.settings import read_settings

EXAMPLE = Path(__file__).parents[1] / "agent.toml.example"
GAUGE = """
import msgspec
from typing import Annotated, Literal
from wfhagent.plugin import (
    Collector, Config, Context, Fact, Facts, Meta, Personal, Secret, hookimpl,
)

class GaugeConfig(Config, frozen=True, kw_only=True):
    token: Annotated[Secret[str], Meta(description="Token.\\n[server]\\nurl = 1")]
    unit: Annotated[Literal["minutes", "hours"], Meta(description="Unit.")]
    {required}
    least: Annotated[int, Meta(ge=0, description="Below, it warns.")] = 5
    names: Annotated[dict[str, list[str]], Meta(description="Names.")] = msgspec.field(
        default_factory=lambda: {{"a": ["b"]}}
    )
    spare: Annotated[Secret[str], Meta(description="Spare.")] = Secret("not-for-anybody")
    proxy: str | None = None

class Gauge(Collector[GaugeConfig]):
    name = "gauge"
    facts = (Fact("percent", "Charge", "To plan updates", Personal.NO),)

    def collect(self, context: Context) -> Facts:
        return {{"percent": 80}}

@hookimpl
def register_collectors():
    return [Gauge]
"""
TABLE = """\
[plugins.gauge]
# Token. [server] url = 1 Required: text, { env = "NAME" } or { keyring = "NAME" }.
token = { env = "NAME" }
# Unit. Required: one of "hours", "minutes".
unit = "hours"
# Below, it warns.
# least = 5
# Names.
# names = { "a" = ["b"] }
# Spare.
# spare = "hidden"
# Allowed: text.
# proxy = (not set)
"""


def example(config: Path) -> str:
    result = CliRunner().invoke(make_app(), ["example", "--config", str(config)], obj={})
    assert result.exit_code == 0
    return result.stdout


def test_the_example_is_what_the_settings_say(tmp_path: Path):
    shown = example(tmp_path / "agent.toml")

    assert shown == EXAMPLE.read_text(), "run `python packaging/render_example.py`"


def test_the_example_is_a_configuration_that_works():
    assert read_settings(EXAMPLE).server.url == "https://wfh.example.com"


def test_it_has_the_settings_of_drop_ins_also_before_they_are_filled_in(tmp_path: Path):
    drop(tmp_path / "plugins", "gauge.py", GAUGE.format(required=""))

    shown = example(tmp_path / "agent.toml")

    assert TABLE in shown
    assert "not-for-anybody" not in shown
    assert tomli.loads(shown)["plugins"]["gauge"] == {"token": {"env": "NAME"}, "unit": "hours"}


def test_the_drop_ins_of_the_agent_toml_in_use_are_taken_and_its_mistakes_are_no_obstacle(
    tmp_path: Path,
):
    drop(tmp_path / "elsewhere", "gauge.py", GAUGE.format(required="size: int"))
    drop(tmp_path / "elsewhere", "broken.py", "import nothing_like_this")
    config = tmp_path / "agent.toml"
    server = '[server]\nurl = "https://wfh.example.com"\n'
    config.write_text(f"{server}[plugins]\ndirectory = 'elsewhere'\n[plugins.gauge]\nsize = 'x'\n")

    assert '# Required: whole number.\nsize = "..."\n' in example(config)

    config.write_text("[server]\nurl = ")
    assert example(config) == EXAMPLE.read_text()
