"""Which languages the user prefers: the environment, else the settings of Windows or macOS."""

import ctypes
import os
import sys
from collections.abc import Iterator, Mapping

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def preferred_languages() -> list[str]:
    """Return names such as `de_AT` and `de`, the best first; empty means English."""
    names = languages_of(os.environ)
    return list(_with_general([*_of_system()] if names is None else names))


def languages_of(environment: Mapping[str, str]) -> list[str] | None:
    """Return what *environment* names, as gettext reads it; None when it names nothing."""
    locale = next((environment[key] for key in _LOCALE_VARIABLES if environment.get(key)), None)
    if locale is not None and locale.partition(".")[0] in {"C", "POSIX"}:
        return []
    listed = environment.get("LANGUAGE", "")
    if listed:
        return [name for name in listed.split(":") if name]
    return None if locale is None else [locale]


def _with_general(names: list[str]) -> Iterator[str]:
    """Yield each name without its encoding, and then the language alone."""
    for name in names:
        plain = name.partition(".")[0].partition("@")[0].replace("-", "_")
        # It becomes the name of a folder.
        if plain.replace("_", "").isalnum():
            language = plain.partition("_")[0]
            yield from dict.fromkeys((language,) if language == "en" else (plain, language))


if sys.platform == "win32":
    _BY_NAME = 8  # MUI_LANGUAGE_NAME

    def _of_system() -> Iterator[str]:
        """Yield the languages of the user's Windows (GetUserPreferredUILanguages)."""
        ask = ctypes.WinDLL("kernel32").GetUserPreferredUILanguages
        count, size = ctypes.c_ulong(), ctypes.c_ulong()
        if not ask(_BY_NAME, ctypes.byref(count), None, ctypes.byref(size)):
            return
        names = ctypes.create_unicode_buffer(size.value)
        if ask(_BY_NAME, ctypes.byref(count), names, ctypes.byref(size)):
            yield from (name for name in "".join(names).split("\0") if name)

elif sys.platform == "darwin":
    _FOUNDATION = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation"
    _UTF8 = 0x08000100  # kCFStringEncodingUTF8

    def _of_system() -> Iterator[str]:
        """Yield the languages of System Settings (CFLocaleCopyPreferredLanguages).

        What launchd starts has no LANG.
        """
        try:
            library = ctypes.CDLL(_FOUNDATION)
        except OSError:
            return
        pointer, length = ctypes.c_void_p, ctypes.c_long
        library.CFLocaleCopyPreferredLanguages.restype = pointer
        library.CFArrayGetCount.argtypes, library.CFArrayGetCount.restype = [pointer], length
        library.CFArrayGetValueAtIndex.argtypes = [pointer, length]
        library.CFArrayGetValueAtIndex.restype = pointer
        library.CFStringGetCString.argtypes = [pointer, ctypes.c_char_p, length, ctypes.c_uint32]
        library.CFStringGetCString.restype = ctypes.c_bool
        library.CFRelease.argtypes, library.CFRelease.restype = [pointer], None
        names = library.CFLocaleCopyPreferredLanguages()
        if not names:
            return
        for place in range(library.CFArrayGetCount(names)):
            name = ctypes.create_string_buffer(64)
            text = library.CFArrayGetValueAtIndex(names, place)
            if library.CFStringGetCString(text, name, len(name), _UTF8):
                yield name.value.decode()
        library.CFRelease(names)

else:

    def _of_system() -> Iterator[str]:
        """Yield nothing: the environment says it all."""
        yield from ()
