"""`wfhagent plugin secret set`: stores a secret of a plugin in the keyring."""

import sys
from typing import Annotated

import typer

from wfhagent.cli.options import ConfigOption
from wfhagent.errors import KeyringError, SettingsError
from wfhagent.identity.plugin_secrets import store_plugin_secret
from wfhagent.messages import _
from wfhagent.settings import Settings, read_settings
from wfhagent.settings.secrets import KEYRING, source_of
from wfhagent.system.paths import config_file

app = typer.Typer(help="Store secrets of plugins in the keyring.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Store secrets of plugins in the keyring."""


@app.command("set")
def set_secret(
    plugin: Annotated[str, typer.Argument(help="The name of its table: jira of [plugins.jira].")],
    setting: Annotated[str, typer.Argument(help="The key in this table, such as token.")],
    config: ConfigOption = None,
) -> None:
    """Store the secret that you type, or that standard input has, in your keyring."""
    settings = read_settings(config_file(config))
    known = _name_in(settings, plugin, setting)
    secret = _read()
    if not secret:
        raise SettingsError(_("The secret is empty, so nothing was stored."))
    name = known or f"{plugin}.{setting}"
    try:
        keyring = store_plugin_secret(name, secret)
    except KeyringError as error:
        text = _(
            'The secret was not stored: {reason}. Unlock the keyring, or use {{ env = "NAME" }} in '
            "agent.toml instead."
        )
        raise KeyringError(text.format(reason=error)) from error
    typer.echo(_("The secret is stored in {keyring}.").format(keyring=keyring))
    if not known:
        text = _("To use it, write this line into [plugins.{plugin}] of {file}:")
        typer.echo(text.format(plugin=plugin, file=settings.file))
        typer.echo(f'{setting} = {{ {KEYRING} = "{name}" }}')


def _name_in(settings: Settings, plugin: str, setting: str) -> str:
    """Return the entry of the keyring that agent.toml names for *setting*; empty for none."""
    source = source_of(settings.plugin_tables.get(plugin, {}).get(setting))
    return source[1] if source is not None and source[0] == KEYRING else ""


def _read() -> str:
    if sys.stdin.isatty():
        secret: str = typer.prompt(_("Secret"), hide_input=True)
        return secret
    return sys.stdin.read().rstrip("\r\n")
