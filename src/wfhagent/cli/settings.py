"""`wfhagent settings`: the settings in force, and their fingerprint."""

from typing import Annotated

import typer

from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.privacy.effective_settings import effective_settings, fingerprint_of


def settings(
    context: typer.Context,
    config: ConfigOption = None,
    *,
    hash_only: Annotated[
        bool, typer.Option("--hash", help="Only the SHA-256 of it, which each heartbeat carries.")
    ] = False,
) -> None:
    """Print the settings in force in canonical form, without secrets, to compare devices.

    Its SHA-256 is the fingerprint that the server shows.
    """
    form = effective_settings(assembled(context, config))
    # As bytes: Windows would end its lines otherwise, and so change its hash.
    typer.echo(fingerprint_of(form) if hash_only else form.encode("ascii"), nl=hash_only)
