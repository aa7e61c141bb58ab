"""The platforms that packages of a plugin can be for, as pip and as markers name them."""

import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugins.vendored import platform_name, this_system

OLDEST_GLIBC = 28
"""2.28 is in every Linux that the compiled agent is for; wheels for older ones fit, too."""
_FIRST_MANYLINUX = 5
_OLD_MANYLINUX = {"manylinux2014": ("x86_64", "aarch64"), "manylinux2010": ("x86_64",)}


class For(StrEnum):
    """What `--for` takes; without a machine it is the usual one."""

    LINUX = "linux"
    LINUX_ARM64 = "linux-arm64"
    WINDOWS = "windows"
    WINDOWS_ARM64 = "windows-arm64"
    MACOS = "macos"
    MACOS_X86_64 = "macos-x86_64"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One platform: *name* is that of its folder, *tags* are pip's, *markers* what PEP 508 asks."""

    name: str
    python: str
    tags: Sequence[str]
    markers: Mapping[str, str]


_DEFAULT_MACHINES = {"linux": "x86_64", "windows": "x86_64", "macos": "arm64"}
_SYS_PLATFORMS = {"linux": "linux", "windows": "win32", "macos": "darwin"}
_PLATFORM_SYSTEMS = {"linux": "Linux", "windows": "Windows", "macos": "Darwin"}


def targets(wanted: Sequence[For], python: str) -> list[Target]:
    """Return the targets of *wanted*, this platform when it is empty, for Python such as `3.11`.

    Raises:
        PluginError: *python* is no version, or this platform is none of `For`.
    """
    version = python or f"{sys.version_info.major}.{sys.version_info.minor}"
    major, _dot, minor = version.partition(".")
    if not (major == "3" and minor.isascii() and minor.isdecimal()):
        raise PluginError(
            _("--python takes a version such as 3.12, and not {version!r}.").format(version=version)
        )
    pairs = [_pair(one) for one in wanted] or [this_system()]
    return [_target(*pair, version) for pair in dict.fromkeys(pairs)]


def _pair(wanted: For) -> tuple[str, str]:
    system, _dash, machine = wanted.partition("-")
    return system, machine or _DEFAULT_MACHINES[system]


def _target(system: str, machine: str, python: str) -> Target:
    if system not in _SYS_PLATFORMS:
        text = _("There are no packages for {system}. Name one or more systems with --for.")
        raise PluginError(text.format(system=system))
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    full = platform.python_version() if python == running else f"{python}.0"
    return Target(
        name=platform_name(system, machine, python),
        python=python,
        tags=tuple(_tags(system, machine)),
        markers={
            "implementation_name": "cpython",
            "implementation_version": full,
            "os_name": "nt" if system == "windows" else "posix",
            "platform_machine": _machine(system, machine),
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": _PLATFORM_SYSTEMS[system],
            "platform_version": "",
            "python_full_version": full,
            "python_version": python,
            "sys_platform": _SYS_PLATFORMS[system],
        },
    )


def _machine(system: str, machine: str) -> str:
    """Return what `platform.machine()` gives there."""
    return {
        ("linux", "arm64"): "aarch64",
        ("windows", "x86_64"): "AMD64",
        ("windows", "arm64"): "ARM64",
    }.get((system, machine), machine)


def _tags(system: str, machine: str) -> Iterator[str]:
    if system == "windows":
        yield "win_amd64" if machine == "x86_64" else "win_arm64"
    elif system == "macos":
        # pip takes wheels for older ones, and universal ones.
        yield f"macosx_12_0_{machine}"
    else:
        arch = _machine(system, machine)
        for minor in range(OLDEST_GLIBC, _FIRST_MANYLINUX - 1, -1):
            yield f"manylinux_2_{minor}_{arch}"
        for old, machines in _OLD_MANYLINUX.items():
            if arch in machines:
                yield f"{old}_{arch}"
        yield f"linux_{arch}"
