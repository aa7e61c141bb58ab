"""The compiled program: the one place where agent and first-party plugins are put together."""

import importlib
from collections.abc import Iterator, Mapping
from types import ModuleType

# Written for each build by build_binary.py, from the entry points of plugins/*.
from built_in_plugins import PACKAGES

from wfhagent.cli import main


class LatePlugins(Mapping[str, ModuleType]):
    """Imports a plugin when it is asked for: a collecting child needs one, `--version` none."""

    def __getitem__(self, name: str) -> ModuleType:
        return importlib.import_module(PACKAGES[name])

    def __iter__(self) -> Iterator[str]:
        return iter(PACKAGES)

    def __len__(self) -> int:
        return len(PACKAGES)


main(built_in=LatePlugins())
