"""Whether other users can change the settings, or files that they name."""

from collections.abc import Iterator
from pathlib import Path

from wfhagent.assembly import Assembly
from wfhagent.doctor.finding import Finding
from wfhagent.messages import N_, _
from wfhagent.system.ownership import HOW_TO_FIX, mistrusted

_ADVICE = N_(
    "For each file: {remedy}. Whoever can change it decides where your data goes, or runs code as "
    "you."
)


def check_configuration(assembly: Assembly) -> Finding:
    """Return where the settings are, or what of them somebody else can change."""
    found = dict.fromkeys(_untrusted(assembly))
    if found:
        advice = _(_ADVICE).format(remedy=_(HOW_TO_FIX))
        return Finding("configuration", ok=False, detail="; ".join(found), advice=advice)
    return Finding("configuration", ok=True, detail=str(assembly.settings.file))


def _untrusted(assembly: Assembly) -> Iterator[str]:
    server, file = assembly.settings.server, assembly.settings.file
    named = (server.ca_file, server.client_certificate, server.client_key)
    places = (file, *(Path(each) for each in named if each))
    for path in (*places, assembly.paths.directory, assembly.drop_ins):
        try:
            yield from (f"{each}: {_(why)}" for each, why in mistrusted(path))
        except FileNotFoundError:
            # What must be there is missed by others.
            continue
        except OSError as error:
            yield _("{path} cannot be read: {error}").format(path=path, error=error.strerror)
