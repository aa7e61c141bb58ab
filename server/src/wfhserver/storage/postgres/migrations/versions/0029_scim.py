"""SCIM: identifiers of the identity provider, and employees that it removed."""

from pathlib import Path

import sqlalchemy
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Add the columns; the SQL is in the file of the same name."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # A colon would begin a parameter.
    op.execute(sqlalchemy.text(sql.replace(":", r"\:")))
