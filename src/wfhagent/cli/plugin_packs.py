"""`wfhagent plugin pack | keygen | install | list | remove`: plugins for many devices."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.messages import _
from wfhagent.plugin_tools.install import Installed, install_pack, list_packs, remove_pack
from wfhagent.plugin_tools.pack import make_pack
from wfhagent.plugin_tools.secret_key import new_secret_key, read_secret_key
from wfhagent.plugins.claims import claimed_twice
from wfhagent.plugins.minisign import public_key_text, shown
from wfhagent.settings import PluginsSettings, read_settings
from wfhagent.system.paths import config_file, drop_in_directory


def pack(
    path: Annotated[Path, typer.Argument(help="The plugin: a folder, or a .py file.")],
    key: Annotated[
        Path | None, typer.Option(help="A secret key of minisign to sign it with.")
    ] = None,
    version: Annotated[
        str,
        typer.Option(help="Its version, such as 1.2.0.", show_default="that of pyproject.toml"),
    ] = "",
    into: Annotated[Path, typer.Option(help="Where to write the pack.")] = Path(),
) -> None:
    """Make one file of a plugin, to install on many devices."""
    secret = None if key is None else read_secret_key(key, _ask_password)
    file = make_pack(path, into, version=version, key=secret)
    if secret is None:
        typer.echo(_("{file} is ready, and not signed.").format(file=file))
    else:
        text = _("{file} is ready, and signed with the key {key}.")
        typer.echo(text.format(file=file, key=shown(secret.key_id)))


def keygen(
    file: Annotated[Path, typer.Argument(help="The file for the secret key.")],
) -> None:
    """Make a key without a password to sign packs with; `minisign -G` makes one with a password."""
    key = new_secret_key(file)
    text = _("{file} is the secret key. Keep it where only those can read it who may sign packs.")
    typer.echo(text.format(file=file))
    typer.echo(_("The public key is one line of agent.toml on each device:"))
    typer.echo(f'[plugins]\ntrusted_keys = ["{public_key_text(key.public())}"]')


def install(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The pack, such as battery-1.2.0.wfhpack.")],
    config: ConfigOption = None,
    downgrade: Annotated[
        bool, typer.Option("--downgrade", "--force", help="Replace a newer version, too.")
    ] = False,
) -> None:
    """Install a pack into the folder of drop-ins; the next start of the agent uses it."""
    plugins, folder = _plugins(config)
    done = install_pack(file, folder, plugins, downgrade=downgrade)
    catalog = assembled(context, config, afresh=True, level="critical").catalog
    text = _("{plugin} is installed in {folder}.")
    if done.before and done.before != done.version:
        text = _("{plugin} is installed in {folder}, in place of {before}.")
    plugin = f"{done.name} {done.version}"
    typer.echo(text.format(plugin=plugin, folder=folder, before=done.before))
    for entry in catalog.entries:
        if entry.where == str(folder / done.name) and entry.problem:
            text = _("It is not used: {reason}")
            typer.echo(text.format(reason=entry.problem), err=True)
            raise typer.Exit(1)
    for twice in claimed_twice(catalog, done.name):
        typer.echo(twice)
    typer.echo(_("The agent uses it after its next start. `wfhagent status` says when it does."))


def list_(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the installed packs, with version, signer and hash."""
    plugins, folder = _plugins(config)
    packs = list_packs(folder, plugins.trusted_keys)
    if as_json:
        typer.echo(msgspec.json.encode(packs).decode())
        return
    for one in packs:
        typer.echo(_shown(one))
    if not packs:
        typer.echo(_("No packs are installed. `wfhagent plugins` lists all plugins."))


def remove(
    name: Annotated[str, typer.Argument(help="The plugin, such as battery.")],
    config: ConfigOption = None,
) -> None:
    """Remove an installed pack; the agent goes on without it after its next start."""
    version = remove_pack(name, _plugins(config)[1])
    text = _("{name} {version} is removed. The agent stops using it at its next start.")
    typer.echo(text.format(name=name, version=version).replace("  ", " "))


def _shown(one: Installed) -> str:
    if one.problem:
        return f"{one.name}: {one.problem}"
    signer = _("not signed")
    if one.trusted:
        signer = _("signed by the trusted key {key}").format(key=one.signer)
    elif one.signer:
        signer = _("signed by {key}, which is not a trusted key").format(key=one.signer)
    text = f"{one.name} {one.version}: {signer}, SHA-256 {one.sha256}"
    return f"{text}; {_('its files were changed')}" if one.changed else text


def _plugins(config: Path | None) -> tuple[PluginsSettings, Path]:
    """Return `[plugins]`, and the folder of drop-ins."""
    file = config_file(config)
    plugins = read_settings(file).plugins
    return plugins, drop_in_directory(plugins.directory, file).absolute()


def _ask_password() -> str:
    password: str = typer.prompt(_("Password of the key"), hide_input=True)
    return password
