"""What `doctor` found, as a page. Pure."""

from collections.abc import Iterator, Sequence

from wfhagent.checkup.finding import Finding
from wfhagent.markup import Html, element, page
from wfhagent.privacy.web import inline
from wfhagent.style import STYLE


def as_page(findings: Sequence[Finding], summary: str) -> Html:
    """Return the page, faults first."""
    ordered = sorted(findings, key=lambda finding: finding.ok)
    return page(
        "Check of wfhagent",
        STYLE,
        element(
            "main",
            element("h1", "How wfhagent stands on this machine"),
            element("p", inline(summary)),
            *(part for finding in ordered for part in _shown(finding)),
        ),
    )


def _shown(finding: Finding) -> Iterator[Html]:
    if finding.ok:
        yield element("p", element("strong", finding.what), ": ", inline(finding.detail))
        return
    yield element(
        "section",
        element("h2", f"Fault: {finding.what}"),
        element("p", inline(finding.detail)),
        element("p", inline(finding.advice)),
        class_="problem",
    )
