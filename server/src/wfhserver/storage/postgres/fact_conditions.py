"""Conditions on facts as SQL: a path of jsonpath for each, so that nothing of it is our text.

A value of another type than is asked for, from an older version of a plugin, matches nothing.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from wfhserver.models.facts import Condition, Operator

_OPERATORS: Final = {
    Operator.IS: "==",
    Operator.IS_NOT: "!=",
    Operator.AT_LEAST: ">=",
    Operator.AT_MOST: "<=",
    Operator.ABOVE: ">",
    Operator.BELOW: "<",
}


class Parameters:
    """The parameters of a statement, in the order of their placeholders."""

    def __init__(self, *first: Any) -> None:
        self.values: list[Any] = list(first)

    def add(self, value: Any) -> str:
        """Return the placeholder of *value*."""
        self.values.append(value)
        return f"${len(self.values)}"


def path_in_document(conditions: Sequence[Condition]) -> str:
    """Return the jsonpath that finds something in the facts of all plugins where all hold."""
    return f"$ ? ({' && '.join(map(_predicate, conditions))})"


def holds_for(condition: Condition, value: str, parameters: Parameters) -> str:
    """Return the SQL of whether *condition* holds for *value*, SQL of type jsonb."""
    if condition.operator is Operator.MISSING:
        return f"{value} IS NULL"
    if condition.operator is Operator.KNOWN:
        return f"{value} IS NOT NULL"
    path = parameters.add(f"$ ? ({_comparison(condition, '@')})")
    return f"{value} @? {path}::text::jsonpath"


def _predicate(condition: Condition) -> str:
    fact = f"@.{_quoted(condition.plugin)}.{_quoted(condition.name)}"
    if condition.operator is Operator.MISSING:
        return f"(!(exists({fact})) || {fact} == null)"
    if condition.operator is Operator.KNOWN:
        return f"(exists({fact}) && {fact} != null)"
    return _comparison(condition, fact)


def _comparison(condition: Condition, fact: str) -> str:
    if condition.operator is Operator.CONTAINS:
        return f'{fact} like_regex {_quoted(str(condition.value))} flag "iq"'
    return f"{fact} {_OPERATORS[condition.operator]} {_quoted(condition.value)}"


def _quoted(value: Any) -> str:
    """Return *value* as jsonpath writes it, which is as JSON does."""
    return msgspec.json.encode(value).decode()
