"""Looks at paths without an error: a closed folder and a lost network share are answers, too.

The methods of `Path` raise what is neither "there" nor "not there", and nobody expects it of them.
"""

import os


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Tell whether *path* is a folder that can be looked at."""
    return os.path.isdir(path)  # noqa: PTH112 -- raises nothing


def is_file(path: str | os.PathLike[str]) -> bool:
    """Tell whether *path* is a file that can be looked at."""
    return os.path.isfile(path)  # noqa: PTH113 -- raises nothing


def may_be_there(path: str | os.PathLike[str]) -> bool:
    """Tell whether *path* is there or cannot be looked at: whoever opens it then says why."""
    try:
        os.stat(path)  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
