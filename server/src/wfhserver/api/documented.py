"""Parts of the OpenAPI document that several routes have: bodies, answers and refusals."""

import inspect
from collections.abc import Iterable
from typing import Any

import msgspec

from wfhserver.api.problem import PROBLEM_TYPE, STATUS
from wfhserver.errors import Code

REF = "#/components/schemas/{name}"
_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}


def ref(name: str) -> dict[str, Any]:
    """Return a reference to the schema *name*."""
    return {"$ref": REF.format(name=name)}


def json_body(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a body of JSON that must be there."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def json_answer(answer: type[msgspec.Struct]) -> dict[str, Any]:
    """Return an answer that is *answer*, whose docstring describes it, and the server's time."""
    description = inspect.cleandoc(answer.__doc__ or "").partition("\n\n")[0]
    time = {"type": "object", "properties": {"server_time": _MOMENT}, "required": ["server_time"]}
    schema = {"allOf": [ref(answer.__name__), time]}
    content = {"application/json": {"schema": schema}}
    return {"description": " ".join(description.split()).rstrip("."), "content": content}


def problems(codes: Iterable[Code]) -> dict[str, Any]:
    """Return the answers that carry *codes*, by status."""
    by_status: dict[str, list[str]] = {}
    for code in codes:
        by_status.setdefault(str(STATUS[code][0]), []).append(code)
    content = {PROBLEM_TYPE: {"schema": ref("Problem")}}
    return {
        status: {"description": ", ".join(f"`{code}`" for code in named), "content": content}
        for status, named in sorted(by_status.items())
    }


def problem_schema() -> dict[str, Any]:
    """Return the schema of every error."""
    required: dict[str, Any] = {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "code": {"type": "string", "enum": [str(code) for code in Code]},
    }
    return {
        "type": "object",
        "properties": {**required, "field": _TEXT, "server_time": _MOMENT},
        "required": list(required),
    }
