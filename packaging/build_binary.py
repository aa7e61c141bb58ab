"""`make binary`: compiles the agent with Nuitka, as a folder and as one file.

build/standalone/wfhagent/   the folder that installers carry; wfhagent in it is the program, on
                             Windows with wfhagentw.exe, the same without a console window
build/onefile/wfhagent       the download: the same folder, packed; unpacks into the user's cache
build/standalone/wfhagent.app    on macOS instead of both: an application bundle, signed ad hoc

usage: build_binary.py [OPTION...]   more options for Nuitka
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from contents import (
    LEFT_OUT,
    ROOT,
    SOURCES_READ,
    distributions,
    first_party,
    not_needed,
    third_party,
)
from macos_bundle import AD_HOC, relocate_data, sign
from promised import promised

from wfhagent.os_service.windowless_copy import write_windowless_copy
from wfhagent.system.compiled import (
    BUNDLE,
    BUNDLE_IDENTIFIER,
    PACKED_PROGRAM,
    PROGRAM,
    WINDOWLESS_PROGRAM,
)

WORK = ROOT / "build" / "nuitka"
COMPILER = ROOT / "build" / "compiler"
STANDALONE = ROOT / "build" / "standalone" / "wfhagent"
ONEFILE = ROOT / "build" / "onefile"
HERE = Path(__file__).parent
BYTECODE_VARIABLE = "WFHAGENT_BYTECODE"
"""How bytecode.py learns which packages are not to become C."""
ACCELERATORS = ("_bisect", "_heapq", "_json")
"""C parts that standard modules do without when they are missing, slowly."""
LOCAL_NETWORK_USAGE = (
    "wfhagent reports to your company's server. macOS asks because that server is in your network."
)
"""What macOS 15 and newer show with their question about the local network."""
KEYRINGS = {
    # pywin32-ctypes looks for cffi first, and names the modules of the other way as it runs.
    "win32": ("keyring.backends.Windows", "win32ctypes.core.ctypes"),
    "darwin": ("keyring.backends.macOS",),
}
"""Modules of the system's keyring that are found by their names only, by system."""


def main() -> None:
    """Build both, or end with Nuitka's own exit code."""
    WORK.mkdir(parents=True, exist_ok=True)
    (WORK / "built_in_plugins.py").write_text(composition(), encoding="utf-8")
    environment = {
        **os.environ,
        BYTECODE_VARIABLE: ",".join(third_party()),
        "PYTHONPATH": os.pathsep.join([str(WORK), str(COMPILER)]),
        # Nuitka asks for the same hashes to give the same C, which ccache then knows.
        "PYTHONHASHSEED": "0",
        # Lines without columns are enough for a traceback: 0.2 MiB of a waiting agent.
        "PYTHONNODEBUGRANGES": "1",
    }
    if os.name == "posix":
        # Small before fast: it waits for most of its life, and every page of code is memory.
        environment.setdefault("CFLAGS", "-Os")
    done = subprocess.run(command(), cwd=WORK, env=environment, check=False)  # noqa: S603
    if done.returncode != 0:
        sys.exit(done.returncode)
    lay_out()


def composition() -> str:
    """Return the module that names the first-party plugins."""
    pairs = "".join(f"    {name!r}: {package!r},\n" for name, package in first_party().items())
    return f"PACKAGES = {{\n{pairs}}}\n"


def command() -> list[str]:
    """Return the command line of Nuitka."""
    return [
        sys.executable,
        "-m",
        "nuitka",
        *shape(sys.platform, _project()["version"]),
        f"--output-dir={WORK}",
        f"--output-filename={PROGRAM}",
        f"--user-plugin={HERE / 'bytecode.py'}",
        *included(),
        *sources(),
        *translations(),
        *(f"--nofollow-import-to={name}" for name in [*sorted(LEFT_OUT), *not_needed()]),
        *resources(),
        "--deployment",
        "--assume-yes-for-downloads",
        "--update-check=never",
        "--lto=no",
        f"--jobs={os.cpu_count() or 1}",
        f"--report={WORK / 'report.xml'}",
        *sys.argv[1:],
        str(HERE / "binary_main.py"),
    ]


def shape(platform: str, version: str) -> list[str]:
    """Return the options for what comes out on *platform*, as `sys.platform` names it."""
    if platform == "darwin":
        # AppKit and notifications need a bundle; its identifier is what permissions belong to.
        return [
            "--mode=app",
            "--macos-app-mode=ui-element",
            f"--macos-signed-app-name={BUNDLE_IDENTIFIER}",
            "--macos-app-name=wfhagent",
            f"--macos-app-version={version}",
            "--macos-app-icon=none",
            f"--macos-app-protected-resource=NSLocalNetworkUsageDescription:{LOCAL_NETWORK_USAGE}",
        ]
    return [
        "--mode=onefile",
        # Where a download unpacks to, once for each version: never the folder for temporary files.
        "--onefile-tempdir-spec={CACHE_DIR}/wfhagent/{VERSION}",
        "--onefile-cache-mode=cached",
        # Each file by itself: one that is there already is compared, and not unpacked again.
        "--onefile-as-archive",
        "--onefile-no-dll",
        "--onefile-child-grace-time=infinity",
    ]


def included() -> list[str]:
    """Return the options for what goes in, though nothing in the program imports it."""
    names = ["wfhagent", *first_party().values(), *promised(), *ACCELERATORS]
    names += KEYRINGS.get(sys.platform, ())
    return [
        *(option for name in names for option in _inclusion(name)),
        *(
            f"--include-distribution-metadata={name}"
            for name in distributions()
            # Built-in plugins are found by built_in_plugins, and have the program's version.
            if not name.startswith("wfhagent-")
        ),
    ]


def _inclusion(name: str) -> list[str]:
    """Return the option that brings in a module, or a package with everything in it."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        sys.exit(f"{name} belongs into the program and is not installed here.")
    if spec.origin == "built-in":
        return []
    kind = "module" if spec.submodule_search_locations is None else "package"
    return [f"--include-{kind}={name}"]


def sources() -> list[str]:
    """Return the options for modules that read their own source."""
    found = {name: importlib.util.find_spec(name) for name in SOURCES_READ}
    return [
        f"--include-data-files={spec.origin}={name.replace('.', '/')}/__init__.py"
        for name, spec in found.items()
        if spec is not None
    ]


def translations() -> list[str]:
    """Return the options for the compiled message catalogs; English needs none."""
    source = ROOT / "src"
    found = sorted((source / "wfhagent" / "locales").rglob("*.mo"))
    return [f"--include-data-files={file}={file.relative_to(source).as_posix()}" for file in found]


def resources() -> list[str]:
    """Return the options for what the system shows of the file; unnamed programs are suspected."""
    project = _project()
    return [
        "--company-name=wfhagent",
        "--product-name=wfhagent",
        f"--product-version={project['version']}",
        f"--file-version={project['version']}",
        f"--file-description={project['description']}",
        "--copyright=Apache License 2.0",
    ]


def _project() -> dict[str, Any]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return project


def lay_out() -> None:
    """Put what Nuitka made into its places."""
    if sys.platform == "darwin":
        lay_out_bundle(WORK / "binary_main.app", STANDALONE.parent / BUNDLE)
        return
    shutil.rmtree(STANDALONE, ignore_errors=True)
    STANDALONE.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(WORK / "binary_main.dist", STANDALONE, symlinks=True)
    packed = STANDALONE / PACKED_PROGRAM
    if packed.exists():
        packed.rename(STANDALONE / PROGRAM)
    if sys.platform == "win32":
        write_windowless_copy(STANDALONE / PROGRAM, STANDALONE / WINDOWLESS_PROGRAM)
    ONEFILE.mkdir(parents=True, exist_ok=True)
    shutil.copy2(WORK / PROGRAM, ONEFILE / PROGRAM)


def lay_out_bundle(built: Path, app: Path) -> None:
    """Put the bundle that Nuitka *built* into its place, in a form that can be signed."""
    shutil.rmtree(app, ignore_errors=True)
    app.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(built, app, symlinks=True)
    relocate_data(app)
    sign(app, AD_HOC)


if __name__ == "__main__":
    main()
