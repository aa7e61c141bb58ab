"""Which imports of a module another system reaches, found without running anything. Pure."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class Import(NamedTuple):
    """A module that is imported in *line*; *late* is true when that is not at the import."""

    module: str
    line: int
    late: bool


def reachable_imports(tree: ast.Module, markers: Mapping[str, str]) -> Iterator[Import]:
    """Yield what a system with *markers*, those of PEP 508, imports without expecting a failure.

    Conditions on `sys.platform`, `os.name` and `platform.system()` are decided, all others may be
    either. What is caught as ImportError is left out.
    """
    yield from _in(tree.body, markers, late=False)


def _in(
    statements: Sequence[ast.stmt], markers: Mapping[str, str], *, late: bool
) -> Iterator[Import]:
    for statement in statements:
        if isinstance(statement, ast.If):
            holds = _decide(statement.test, markers)
            if holds is not False:
                yield from _in(statement.body, markers, late=late)
            if holds is not True:
                yield from _in(statement.orelse, markers, late=late)
            taken = statement.body if holds else statement.orelse
            if holds is not None and taken and isinstance(taken[-1], _ENDS):
                return
        else:
            yield from _of(statement, markers, late=late)


def _of(statement: ast.stmt, markers: Mapping[str, str], *, late: bool) -> Iterator[Import]:
    match statement:
        case ast.Import(names=names):
            yield from (Import(each.name, statement.lineno, late) for each in names)
        case ast.ImportFrom(module=str(module), level=0):
            yield Import(module, statement.lineno, late)
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            yield from _in(body, markers, late=True)
        case ast.Try() | ast.TryStar():
            yield from _of_try(statement, markers, late=late)
        case ast.With(items=items, body=body) if not any(map(_suppresses, items)):
            yield from _in(body, markers, late=late)
        case ast.Match(cases=cases):
            for each in cases:
                yield from _in(each.body, markers, late=late)
        case ast.ClassDef(body=body) | ast.AsyncWith(body=body):
            yield from _in(body, markers, late=late)
        case ast.For() | ast.AsyncFor() | ast.While():
            yield from _in([*statement.body, *statement.orelse], markers, late=late)


def _of_try(
    statement: ast.Try | ast.TryStar, markers: Mapping[str, str], *, late: bool
) -> Iterator[Import]:
    if not any(_catches(each.type) for each in statement.handlers):
        yield from _in(statement.body, markers, late=late)
    for handler in statement.handlers:
        # It may never run.
        yield from _in(handler.body, markers, late=True)
    yield from _in([*statement.orelse, *statement.finalbody], markers, late=late)


def _catches(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(each is None or _name_of(each) in _IMPORT_ERRORS for each in kinds)


def _suppresses(item: ast.withitem) -> bool:
    call = item.context_expr
    if not isinstance(call, ast.Call) or not _name_of(call.func).endswith("suppress"):
        return False
    return any(_name_of(each) in _IMPORT_ERRORS for each in call.args)


def _decide(test: ast.expr, markers: Mapping[str, str]) -> bool | None:
    """Return whether *test* holds; None when that is not known."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            holds = _decide(operand, markers)
            return None if holds is None else not holds
        case ast.BoolOp(op=op, values=values):
            return _decide_all([_decide(each, markers) for each in values], isinstance(op, ast.And))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compare(_known(left, markers), op, right)
        case ast.Call(
            func=ast.Attribute(value=value, attr="startswith"),
            args=[ast.Constant(value=str(start))],
        ):
            known = _known(value, markers)
            return None if known is None else known.startswith(start)
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return False
    return None


def _decide_all(found: Sequence[bool | None], is_and: bool) -> bool | None:  # noqa: FBT001 -- the operator
    if (not is_and) in found:
        return not is_and
    return None if None in found else is_and


def _compare(known: str | None, op: ast.cmpop, right: ast.expr) -> bool | None:
    try:
        value = ast.literal_eval(right)
    except ValueError:
        return None
    if known is None:
        return None
    if isinstance(op, ast.In | ast.NotIn):
        return (known in value) is isinstance(op, ast.In)
    if isinstance(op, ast.Eq | ast.NotEq):
        return (known == value) is isinstance(op, ast.Eq)
    return None


def _known(expression: ast.expr, markers: Mapping[str, str]) -> str | None:
    """Return what *expression* is on that system; None when that is not known."""
    if isinstance(expression, ast.Call) and _name_of(expression.func) == "platform.system":
        return markers["platform_system"]
    name = {"sys.platform": "sys_platform", "os.name": "os_name"}.get(_name_of(expression))
    return None if name is None else markers[name]


def _name_of(expression: ast.expr) -> str:
    try:
        return ast.unparse(expression)
    except (AttributeError, RecursionError):
        return ""
