"""Takes out of sysconfig's data what only says how and where this Python was built.

950 variables, loaded by whoever asks for a time zone: flags of a compiler that is not in the
program, and paths of the machine that built it.
"""

import ast

PREFIX = "_sysconfigdata"
VARIABLES = "build_time_vars"
KEPT = frozenset(
    {
        *("ABIFLAGS", "EXT_SUFFIX", "SHLIB_SUFFIX", "SOABI", "VERSION", "Py_DEBUG"),
        *("MACHDEP", "MACOSX_DEPLOYMENT_TARGET", "MULTIARCH", "SIZEOF_VOID_P", "TZPATH"),
    }
)
"""What the standard library asks for at run time, and what names an extension module."""


def without_build_machine(source: str) -> str:
    """Return the *source* of a module `_sysconfigdata…` with the variables in KEPT alone."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == VARIABLES:
            variables = ast.literal_eval(node.value)
            kept = {name: value for name, value in variables.items() if name in KEPT}
            return f"{VARIABLES} = {kept!r}\n"
    raise ValueError(f"sysconfig's data has no {VARIABLES} in it")
