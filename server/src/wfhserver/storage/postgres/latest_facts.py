"""The columns of agent_presence for `LatestFacts`, each with its type in SQL."""

from typing import Final

from msgspec import inspect

from wfhserver.payload import LatestFacts

_SQL_TYPES: dict[type[inspect.Type], str] = {
    inspect.BoolType: "boolean",
    inspect.FloatType: "float8",
    inspect.IntType: "bigint",
    inspect.StrType: "text",
}


def _sql_type(declared: inspect.Type) -> str:
    if isinstance(declared, inspect.Metadata):
        declared = declared.type
    if isinstance(declared, inspect.UnionType):
        (declared,) = (each for each in declared.types if not isinstance(each, inspect.NoneType))
        return _sql_type(declared)
    return _SQL_TYPES[type(declared)]


_FIELDS = inspect.type_info(LatestFacts).fields  # type: ignore[attr-defined]
LATEST_FACTS: Final[dict[str, str]] = {field.name: _sql_type(field.type) for field in _FIELDS}
