"""Facts that two plugins give, and of which one counts."""

from collections.abc import Iterator

from wfhagent.messages import _
from wfhagent.plugin import KNOWN_FACTS
from wfhagent.plugins.catalog import Catalog


def claimed_twice(catalog: Catalog, plugin: str) -> Iterator[str]:
    """Yield a sentence for each known fact of *plugin* that another one gives as well.

    Further facts are under the name of their collector, which only one plugin can have.
    """
    givers: dict[str, str] = {}
    ours = {name for name, source in catalog.sources.items() if source.name == plugin}
    for name, one in catalog.collectors.items():
        for fact in one.facts:
            first = givers.setdefault(fact.name, name)
            if fact.name in KNOWN_FACTS and first != name and ours & {first, name}:
                text = _(
                    "{fact} is given by {first} and by {second}, and the first one counts. Put "
                    "one of them into [plugins] disabled."
                )
                yield text.format(fact=fact.name, first=first, second=name)
