"""Holds each answer of a test to what the document promises of it, and lets nothing further by."""

import re
from functools import cache
from typing import Any

import httpx
import jsonschema_rs
from hypothesis import HealthCheck, Phase, settings

from wfhserver.api.openapi import Document
from wfhserver.app import create_app
from wfhserver.settings import Settings

# What schemathesis generates: the same cases in every run, and none of them made smaller.
GENERATED = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


async def hold_to_document(answer: httpx.Response) -> None:
    """Fail when the JSON of *answer* is not what its call promises; all else is let through."""
    request = answer.request
    promised = _promise(request.method.lower(), request.url.path, str(answer.status_code))
    kind = answer.headers.get("content-type", "")
    if promised is None or "json" not in kind or "ndjson" in kind:
        return
    await answer.aread()
    for mistake in promised.iter_errors(answer.json()):
        where = "/".join(map(str, mistake.instance_path))
        raise AssertionError(f"{request.method} {request.url.path}: {where}: {mistake.message}")


@cache
def _promise(method: str, path: str, status: str) -> Any:
    """Return the validator of such an answer, or None where the document does not describe it."""
    for pattern, operations in _calls():
        if pattern.fullmatch(path):
            response = operations.get(method, {}).get("responses", {}).get(status, {})
            contents = list(response.get("content", {}).values())
            return _validator(contents[0]["schema"]) if contents else None
    return None


@cache
def _calls() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    calls = sorted(_document()["paths"].items(), key=lambda call: call[0].count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), call) for path, call in calls]


@cache
def _document() -> dict[str, Any]:
    # Nothing of it is opened for this.
    app = create_app(Settings(database_url="postgresql://nowhere/nothing"))
    document: dict[str, Any] = Document(app).build()
    return document


def _validator(schema: dict[str, Any]) -> Any:
    return jsonschema_rs.Draft202012Validator(_plain(schema), validate_formats=True)


def _plain(schema: Any) -> Any:
    """Return *schema* of OpenAPI 3.0 as JSON Schema that lets no further property through."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _plain(_document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if schema.get("nullable"):
        rest = {key: value for key, value in schema.items() if key != "nullable"}
        return {"anyOf": [_plain(rest), {"type": "null"}]}
    if "allOf" in schema:
        return _together([_plain(each) for each in schema["allOf"]])
    plain = {key: _plain(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        plain.setdefault("additionalProperties", False)
    return plain


def _together(parts: list[dict[str, Any]]) -> dict[str, Any]:
    if len(parts) == 1:
        return parts[0]
    properties = {name: schema for part in parts for name, schema in part["properties"].items()}
    required = [name for part in parts for name in part.get("required", [])]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
