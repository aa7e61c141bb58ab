"""The findings of `doctor`, as a page. Pure."""

from collections.abc import Iterator, Sequence

from wfhagent.doctor.finding import Finding
from wfhagent.html.elements import Html, element, page
from wfhagent.html.prose import inline
from wfhagent.html.style import STYLE
from wfhagent.messages import _


def as_page(findings: Sequence[Finding], summary: str) -> Html:
    """Return the page, faults first."""
    ordered = sorted(findings, key=lambda finding: finding.ok)
    return page(
        _("Diagnostics of wfhagent"),
        STYLE,
        element(
            "main",
            element("h1", _("Diagnostics of wfhagent on this device")),
            element("p", inline(summary)),
            *(part for finding in ordered for part in _shown(finding)),
        ),
    )


def _shown(finding: Finding) -> Iterator[Html]:
    if finding.ok:
        yield element("p", element("strong", _(finding.what)), ": ", inline(finding.detail))
        return
    yield element(
        "section",
        element("h2", _("Fault: {what}").format(what=_(finding.what))),
        element("p", inline(finding.detail)),
        element("p", inline(finding.advice)),
        class_="problem",
    )
