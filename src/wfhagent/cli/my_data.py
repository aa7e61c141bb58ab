"""`wfhagent my-data`: opens what the server has about you, by a link that works once."""

from typing import Annotated, Any
from urllib.parse import urljoin, urlsplit

import typer

from wfhagent.assembly import Assembly
from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.deliver.carry import carry
from wfhagent.errors import DisplayError, KeyringError
from wfhagent.messages import _
from wfhagent.plugin import Delivery, Parcel, ParcelKind, Transport
from wfhagent.privacy.my_data import link_page
from wfhagent.system.page_file import open_page, write_page

NOT_FOUND = 404


def my_data(
    context: typer.Context,
    config: ConfigOption = None,
    *,
    opened: Annotated[
        bool, typer.Option("--open/--print", help="Open the link, or print it.")
    ] = True,
) -> None:
    """Open what the server has about you, and who viewed it. The link works once."""
    assembly = assembled(context, config)
    url = _link(assembly)
    if not opened:
        typer.echo(url)
        return
    # Everybody at this machine may read the command line of a browser; this file only you.
    file = assembly.paths.pages["my-data"]
    write_page(file, link_page(url))
    if not open_page(file):
        raise DisplayError(
            _("No browser could be started. Show the link with `wfhagent my-data --print`.")
        )


def _link(assembly: Assembly) -> str:
    try:
        identity = assembly.keeper().load()
    except KeyringError as error:
        text = _("The token of this device cannot be read: {error}.")
        raise DisplayError(text.format(error=error)) from error
    if identity is None:
        raise DisplayError(_("This device is not enrolled yet, so the server has no data."))
    transport: Transport[Any] = assembly.transport()
    try:
        delivery = carry(transport, Parcel(kind=ParcelKind.MY_DATA_LINK, token=identity.token))
    finally:
        transport.close()
    return _checked(delivery, assembly.settings.server.url)


def _checked(delivery: Delivery, server: str) -> str:
    """Return the link in *delivery*, which must lead to a web page."""
    if delivery.status == NOT_FOUND:
        text = _("{server} does not offer such links yet. Ask your company for your data.")
        raise DisplayError(text.format(server=server))
    if delivery.status is None or delivery.status >= 300:  # noqa: PLR2004 -- success, in HTTP's words
        text = _("{server} gave no link: {detail} {code}")
        raise DisplayError(
            text.format(server=server, detail=delivery.detail, code=delivery.code).rstrip()
        )
    url = urljoin(f"{server}/", str(delivery.body.get("url", "")))
    secure = urlsplit(url).scheme == "https" or url.startswith(f"{server}/")
    if not delivery.body.get("url") or not secure:
        text = _("{server} gave a link that is not a web address. Tell IT.")
        raise DisplayError(text.format(server=server))
    return url
