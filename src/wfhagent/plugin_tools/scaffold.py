"""The files of a new plugin, as text: the compiled program has no data files next to it."""

from collections.abc import Mapping
from enum import StrEnum

from wfhagent.plugin_tools import scaffold_calendar, scaffold_collector, scaffold_transport


class Kind(StrEnum):
    """What a new plugin is."""

    COLLECTOR = "collector"
    TRANSPORT = "transport"
    CALENDAR = "calendar"


PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "wfhagent-{dashed}"
version = "0.1.0"
description = "wfhagent {kind}: {name}"
requires-python = ">=3.11"
dependencies = [{dependencies}]

[project.entry-points.wfhagent]
{name} = "wfhagent_{name}"

# This folder is the package: so it is a drop-in as it is here, too.
[tool.hatch.build.targets.wheel]
include = ["*.py"]
exclude = ["test_*.py"]
sources = {{ "" = "wfhagent_{name}" }}

# A cache in this folder would change the SHA-256 by which IT knows it.
[tool.pytest.ini_options]
addopts = "-p no:cacheprovider"
"""

WORKFLOW = """\
# Tries this plugin on Linux, Windows and macOS. README.md says what to fill in first.
name: test

on:
  push:
  pull_request:

permissions:
  contents: read

jobs:
  test:
    strategy:
      fail-fast: false
      matrix:
        system: [ubuntu-latest, windows-latest, macos-latest]
    runs-on: ${{{{ matrix.system }}}}
    defaults:
      run:
        shell: bash
    steps:
      # Its tests import it by its name, so its folder needs that name.
      - uses: actions/checkout@v4
        with:
          path: {name}
      - uses: actions/setup-python@v5
        with:
          python-version: "3.11"
      - run: python -m pip install -r {name}/.github/requirements.txt
      # The agent takes no file that others may write, which the workspace may allow.
      - run: cp -R {name} ~/
      - run: wfhagent plugin check ~/{name}
      - run: wfhagent plugin test ~/{name}
"""

REQUIREMENTS = """\
# What the tests need. Replace FILL-IN by the place of your company's wfhagent, such as the address
# of a wheel, or git+https:// with a tag.
wfhagent @ FILL-IN
pytest

# What every agent has besides.
pillow
psutil
truststore
"""

README = """\
# {name}

{about}

```console
$ wfhagent plugin check {name}          # what the agent would refuse, and what it gives now
$ wfhagent plugin test {name}           # its own tests
$ cp -r {name} DROP-IN-FOLDER           # in use from the next start of the agent
{use}
$ pip wheel --no-deps ./{name}          # or as a distribution
```

| key of `[plugins.{name}]` | |
|---|---|
{keys}

On GitHub, `.github/workflows/test.yml` runs `check` and `test` on Linux, Windows and macOS. Put the
place of your company's wfhagent into `.github/requirements.txt` first.
"""

_READMES = {
    Kind.COLLECTOR: (
        "Say here what it collects, why, and what it never does.",
        "$ wfhagent preview --only {name}        # exactly what would be sent",
        "| `with_version` | whether its version is reported too |",
    ),
    Kind.TRANSPORT: (
        (
            "Say here where data goes, and what protects it on its way and there.\n\n"
            'The agent uses it when agent.toml has `transport = "{name}"` in `[agent]`.'
        ),
        "$ wfhagent send heartbeat               # one heartbeat, with it",
        "| `user_agent` | sent to the server as `User-Agent` |",
    ),
    Kind.CALENDAR: (
        "Say here which days it knows, and where from.",
        "$ wfhagent preview --only {name}        # the next seven days",
        "| `days` | days off, each as month and day, with its reason |",
    ),
}
_MODULES = {
    Kind.COLLECTOR: (scaffold_collector.PLUGIN, scaffold_collector.TEST),
    Kind.TRANSPORT: (scaffold_transport.PLUGIN, scaffold_transport.TEST),
    Kind.CALENDAR: (scaffold_calendar.PLUGIN, scaffold_calendar.TEST),
}


def files_of(kind: Kind, name: str) -> Mapping[str, str]:
    """Return the text of each file of a new plugin, by its path in the plugin's folder."""
    carries = kind is Kind.TRANSPORT
    about, use, keys = (part.format(name=name) for part in _READMES[kind])
    words = {
        "name": name,
        "kind": kind.value,
        "dashed": name.replace("_", "-"),
        "class_name": class_name(name),
        "about": about,
        "use": use,
        "keys": keys,
        "dependencies": '"httpx", "truststore", "wfhagent"' if carries else '"wfhagent"',
    }
    plugin, test = _MODULES[kind]
    return {
        "__init__.py": plugin.format(**words),
        f"test_{name}.py": test.format(**words),
        "pyproject.toml": PYPROJECT.format(**words),
        "README.md": README.format(**words),
        ".github/requirements.txt": REQUIREMENTS,
        ".github/workflows/test.yml": WORKFLOW.format(**words),
    }


def class_name(name: str) -> str:
    """Return the name of the class of the plugin *name*."""
    return "".join(word.capitalize() for word in name.split("_"))
