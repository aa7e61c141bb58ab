"""Makes the folder of a new plugin."""

from pathlib import Path

from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugin_tools.names import check_name
from wfhagent.plugin_tools.scaffold import Kind, files_of
from wfhagent.system.probe import is_folder


def make_plugin(name: str, into: Path, kind: Kind = Kind.COLLECTOR) -> Path:
    """Make the folder *name* of a working plugin in *into*, and return it.

    Raises:
        PluginError: the name cannot be used, the folder is there already or cannot be made.
    """
    check_name(name)
    folder = into / name
    try:
        into.mkdir(parents=True, exist_ok=True)
        _make_folder(folder)
        for place, text in files_of(kind, name).items():
            file = folder / place
            for parent in reversed(file.relative_to(folder).parents[:-1]):
                if not is_folder(folder / parent):
                    _make_folder(folder / parent)
            file.write_text(text, encoding="utf-8")
            file.chmod(0o644)
    except FileExistsError as error:
        message = _("{folder}: is there already. Take another name, or remove it first.")
        raise PluginError(message.format(folder=folder)) from error
    except OSError as error:
        message = _("{folder}: cannot be made: {reason}.")
        raise PluginError(message.format(folder=folder, reason=error.strerror)) from error
    return folder


def _make_folder(folder: Path) -> None:
    folder.mkdir()
    # Whatever the umask lets others do: what they may write the agent refuses.
    folder.chmod(0o755)
