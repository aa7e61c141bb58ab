"""Whether the settings, and the files that they name, can be changed by nobody else."""

from collections.abc import Iterator
from pathlib import Path

from wfhagent.assembly import Assembly
from wfhagent.doctor.finding import Finding
from wfhagent.system.ownership import HOW_TO_FIX, mistrusted

ADVICE = (
    f"For each, {HOW_TO_FIX}: whoever can change it decides where your data goes, or runs code as "
    "you."
)


def check_configuration(assembly: Assembly) -> Finding:
    """Return where the settings are, or what of them somebody else can change."""
    found = dict.fromkeys(_untrusted(assembly))
    if found:
        return Finding("configuration", ok=False, detail="; ".join(found), advice=ADVICE)
    return Finding("configuration", ok=True, detail=str(assembly.settings.file))


def _untrusted(assembly: Assembly) -> Iterator[str]:
    server, file = assembly.settings.server, assembly.settings.file
    named = (server.ca_file, server.client_certificate, server.client_key)
    places = (file, *(Path(each) for each in named if each))
    for path in (*places, assembly.paths.directory, assembly.drop_ins):
        try:
            yield from (f"{each}: {why}" for each, why in mistrusted(path))
        except FileNotFoundError:
            # What must be there is missed by others.
            continue
        except OSError as error:
            yield f"{path}: cannot be looked at: {error.strerror}"
