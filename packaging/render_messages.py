"""Writes the message catalogs: the templates, and what is made of them for each language.

usage: render_messages.py [--check]   With --check nothing is written; exits 1 if one has changed.
"""

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from wfhagent.assembly import load_catalog
from wfhagent.plugin import Fact
from wfhagent.plugins.declared import CollectorDeclaration, collector_of, transport_of
from wfhagent.plugins.first_party import OFF_BY_DEFAULT
from wfhagent.privacy import core
from wfhagent.settings import PluginsSettings

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {"_": 1, "N_": 1, "ngettext": 2}
"""How many texts each takes."""
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""A date of now would make each run a change."""


@dataclass(frozen=True, slots=True)
class Domain:
    """One catalog: its name, the folders with its texts, and where the catalog is."""

    name: str
    sources: tuple[str, ...]
    locales: Path

    @property
    def template(self) -> Path:
        """The file that translators start from."""
        return self.locales / f"{self.name}.pot"


AGENT = Domain(
    "wfhagent",
    ("src/wfhagent", *(f"plugins/{name.name}/src" for name in sorted(ROOT.glob("plugins/*")))),
    ROOT / "src" / "wfhagent" / "locales",
)
SERVER = Domain(
    "wfhserver", ("server/src/wfhserver",), ROOT / "server" / "src" / "wfhserver" / "locales"
)
DOMAINS = (AGENT, SERVER)


def read_template(domain: Domain) -> Catalog:
    """Return the messages that the code of *domain* has now."""
    catalog = Catalog(
        project=domain.name,
        version="1",
        domain=domain.name,
        creation_date=_NO_DATE,
        header_comment="# Written by `make messages` from the texts in the code.",
        fuzzy=False,
    )
    for folder in domain.sources:
        for file in sorted((ROOT / folder).rglob("*.py")):
            place = file.relative_to(ROOT).as_posix()
            for message in marked_texts(file.read_text(encoding="utf-8")):
                catalog.add(message, locations=[(place, 0)])
    if domain is AGENT:
        for place, text in declared_texts():
            catalog.add(text, locations=[(place, 0)])
    return catalog


def marked_texts(source: str) -> Iterator[str | tuple[str, str]]:
    """Yield the arguments of `_`, `N_` and `ngettext` in *source*.

    Babel's own extractor reads tokens, and before Python 3.12 an f-string is a single one.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        count = KEYWORDS.get(node.func.id, 0)
        texts = [str(each.value) for each in node.args[:count] if isinstance(each, ast.Constant)]
        if count and len(texts) == count:
            yield texts[0] if count == 1 else (texts[0], texts[1])


def declared_texts() -> Iterator[tuple[str, str]]:
    """Yield what agent and first-party plugins declare: the place, and the text.

    Plugins declare plain English; the privacy page translates what it shows.
    """
    groups = (core.ENROLLMENT, core.HEARTBEAT, core.HEALTH, core.DETAILED_LOG)
    core_file = Path(core.__file__).relative_to(ROOT).as_posix()
    for fact in (fact for group in groups for fact in group):
        for text in _texts_of_fact(fact):
            yield core_file, text
    settings = PluginsSettings(enabled=tuple(OFF_BY_DEFAULT))
    found = load_catalog({}, settings, Path("no-drop-ins"))
    for name, transport in sorted(found.transports.items()):
        yield f"plugins/{name}", transport_of(transport).about
    for name, collector in sorted(found.collectors.items()):
        for text in _texts_of(collector_of(collector)):
            yield f"plugins/{name}", text


def _texts_of(collector: CollectorDeclaration) -> Iterator[str]:
    yield collector.about
    for fact in collector.facts:
        yield from _texts_of_fact(fact)


def _texts_of_fact(fact: Fact) -> Iterator[str]:
    yield from (text for text in (fact.what, fact.why, fact.risk, fact.guard) if text)


def as_text(catalog: Catalog) -> bytes:
    """Return *catalog* as a PO file, the same for the same messages."""
    stream = BytesIO()
    write_po(stream, catalog, width=96, sort_output=True, include_lineno=False)
    return stream.getvalue()


def wrong_placeholders(catalog: Catalog) -> Iterator[str]:
    """Yield the messages whose translation would fail, or lose what the code puts into it."""
    for message in catalog:
        originals = _forms(message.id)
        fields = set().union(*map(_fields, originals))
        for text in filter(None, _forms(message.string)):
            # "1 log" needs no number; what the code does not give, no translation may ask for.
            missing = fields - _fields(text) if len(originals) == 1 else set()
            if missing or _fields(text) - fields:
                yield originals[0]


def _forms(value: str | Sequence[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def rendered(domain: Domain) -> Mapping[Path, bytes]:
    """Return the content of each file of *domain*: template, and PO and MO of each language."""
    template = read_template(domain)
    files = {domain.template: as_text(template)}
    for file in sorted(domain.locales.glob(f"*/LC_MESSAGES/{domain.name}.po")):
        with file.open("rb") as stream:
            catalog = read_po(stream, locale=file.parts[-3], domain=domain.name)
        catalog.update(template)
        wrong = list(wrong_placeholders(catalog))
        if wrong:
            sys.exit(f"{file}: the translation has other placeholders: {'; '.join(wrong)}")
        files[file] = as_text(catalog)
        compiled = BytesIO()
        write_mo(compiled, catalog)
        files[file.with_suffix(".mo")] = compiled.getvalue()
    return files


def main() -> None:
    """Write what has changed, or name it."""
    check = sys.argv[1:] == ["--check"]
    files = {file: content for domain in DOMAINS for file, content in rendered(domain).items()}
    changed = [
        file for file, content in files.items() if not file.exists() or file.read_bytes() != content
    ]
    if check and changed:
        names = ", ".join(str(file.relative_to(ROOT)) for file in changed)
        sys.exit(f"{names}: the texts in the code have changed. Run: make messages")
    for file in changed:
        file.write_bytes(files[file])


if __name__ == "__main__":
    main()
