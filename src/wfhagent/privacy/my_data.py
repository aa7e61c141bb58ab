"""The page that leads to what the server holds of the employee. Pure."""

from wfhagent.html.elements import Html, element, page, single
from wfhagent.html.style import STYLE
from wfhagent.messages import _


def link_page(url: str) -> Html:
    """Return a page that opens *url*, a link that works once, by itself."""
    title = _("My data on the server")
    return page(
        title,
        STYLE,
        element("main", element("p", element("a", title, href=url))),
        head=(single("meta", http_equiv="refresh", content=f"0; url={url}"),),
    )
