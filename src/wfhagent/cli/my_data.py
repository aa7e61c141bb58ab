"""`wfhagent my-data`: what the server holds of you, opened by a link that works once."""

from typing import Annotated, Any
from urllib.parse import urljoin, urlsplit

import typer

from wfhagent.assembly import Assembly
from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.deliver.carry import carry
from wfhagent.errors import DisplayError, KeyringError
from wfhagent.html.elements import Html, element, page, single
from wfhagent.html.files import open_page, write_page
from wfhagent.html.style import STYLE
from wfhagent.plugin import Delivery, Parcel, ParcelKind, Transport

NOT_FOUND = 404


def my_data(
    context: typer.Context,
    config: ConfigOption = None,
    *,
    opened: Annotated[
        bool, typer.Option("--open/--print", help="Open the link, or print it.")
    ] = True,
) -> None:
    """Open what the server holds of you, and who looked at it. The link works once."""
    assembly = assembled(context, config)
    url = _link(assembly)
    if not opened:
        typer.echo(url)
        return
    # Everybody at this machine may read the command line of a browser; this file only you.
    file = assembly.paths.pages["my-data"]
    write_page(file, _page(url))
    if not open_page(file):
        raise DisplayError(
            "No browser could be started; `wfhagent my-data --print` shows the link."
        )


def _link(assembly: Assembly) -> str:
    try:
        identity = assembly.keeper().load()
    except KeyringError as error:
        raise DisplayError(f"This machine's token cannot be read now: {error}.") from error
    if identity is None:
        raise DisplayError("This machine is not enrolled yet, so the server holds nothing of it.")
    transport: Transport[Any] = assembly.transport()
    try:
        delivery = carry(transport, Parcel(kind=ParcelKind.MY_DATA_LINK, token=identity.token))
    finally:
        transport.close()
    return _checked(delivery, assembly.settings.server.url)


def _checked(delivery: Delivery, server: str) -> str:
    """Return the link in *delivery*, which must lead to a web page."""
    if delivery.status == NOT_FOUND:
        raise DisplayError(f"{server} gives no such links yet; ask your company for your data.")
    if delivery.status is None or delivery.status >= 300:  # noqa: PLR2004 -- success, in HTTP's words
        raise DisplayError(f"{server} gave no link: {delivery.detail} {delivery.code}".rstrip())
    url = urljoin(f"{server}/", str(delivery.body.get("url", "")))
    secure = urlsplit(url).scheme == "https" or url.startswith(f"{server}/")
    if not delivery.body.get("url") or not secure:
        raise DisplayError(f"{server} gave a link that is none of the web's; tell IT.")
    return url


def _page(url: str) -> Html:
    return page(
        "My data on the server",
        STYLE,
        element("main", element("p", element("a", "My data on the server", href=url))),
        head=(single("meta", http_equiv="refresh", content=f"0; url={url}"),),
    )
