"""Migrations: one line of them, numbered, and only read by who runs them."""

import subprocess
import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from wfhserver.storage.postgres import migrate


def test_the_number_of_the_last_file_is_where_alembic_leads() -> None:
    config = Config()
    folder = Path(migrate.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    script = ScriptDirectory.from_config(config)

    assert script.get_heads() == [migrate.newest_revision()]
    for step in script.walk_revisions():
        assert Path(step.path).name.startswith(f"{step.revision}_")
        assert Path(step.path).with_suffix(".sql").exists()


def test_neither_a_worker_nor_a_command_loads_what_renders_migrations() -> None:
    program = "import sys, wfhserver.app, wfhserver.cli; print('alembic' in sys.modules)"

    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert told.stdout == "False\n"
