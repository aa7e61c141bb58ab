"""The OpenAPI document: FastAPI makes it of the routes; here are the types that it cannot read.

Version 3.0, because the Swagger UI that can be served without a content delivery network reads
no newer one.
"""

from importlib import metadata
from typing import Any, Literal

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.agents.heartbeat import ARRAY_LIMIT, HEARTBEAT_PATH, StoredHeartbeats
from wfhserver.api.agents.token import AGENT_CODES
from wfhserver.api.declared import BODY_CODES, DeclaredRoute
from wfhserver.api.documented import REF, json_body, problem_schema, problems, ref
from wfhserver.errors import Code
from wfhserver.inputs import Input
from wfhserver.payload import DetailedLog, Heartbeat

_OPENAPI_VERSION = "3.0.3"


class Document:
    """Serves the document, made at the first request."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def get(self, _: Request) -> Response:
        """Return the document."""
        return Response(msgspec.json.encode(self.build()), media_type="application/json")

    def build(self) -> dict[str, Any]:
        """Return the document as a mapping."""
        document = get_openapi(
            title=self._app.title,
            version=metadata.version("wfhserver"),
            description=self._app.description,
            openapi_version=_OPENAPI_VERSION,
            routes=self._app.routes,
        )
        # The route of the heartbeats is outside the framework.
        document["paths"][HEARTBEAT_PATH] = {"post": _heartbeat()}
        components = document.setdefault("components", {})
        components["schemas"] = components.get("schemas", {}) | _schemas(self._app)
        made: dict[str, Any] = _as_3_0(document)
        for operations in made["paths"].values():
            for operation in operations.values():
                for parameter in operation.get("parameters", ()):
                    # It is left out, and never null.
                    parameter["schema"].pop("nullable", None)
        return made


def _heartbeat() -> dict[str, Any]:
    """Return what POST /api/heartbeat takes and answers."""
    one = ref("Heartbeat")
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": ARRAY_LIMIT}
    stored = {"application/json": {"schema": ref(StoredHeartbeats.__name__)}}
    further = (Code.INVALID_FIELD, Code.IDENTITY_CONFLICT, Code.TOO_MANY_REQUESTS)
    return {
        "summary": "Store one heartbeat, or an array of them",
        "description": "Answers after the commit. An array is stored as a whole or not at all.",
        "operationId": "heartbeat",
        "tags": ["agents"],
        "security": [{"token": []}],
        "requestBody": json_body({"anyOf": [one, many]}),
        "responses": {
            "200": {"description": "Committed", "content": stored},
            **problems((*BODY_CODES, *AGENT_CODES, *further)),
        },
    }


def _schemas(app: FastAPI) -> dict[str, Any]:
    """Return the schemas of what comes in with a body, and of what goes out."""
    routes = [route for route in app.routes if isinstance(route, DeclaredRoute)]
    bodies = [route.body for route in routes if route.body is not None]
    structs = [
        Heartbeat,
        StoredHeartbeats,
        DetailedLog,
        *(body for body in bodies if not issubclass(body, Input)),
    ]
    structs += [answer for route in routes for answer in route.answers]
    inputs: list[tuple[type[Input], Literal["validation"]]] = [
        (body, "validation") for body in bodies if issubclass(body, Input)
    ]
    _, out = msgspec.json.schema_components(structs, ref_template=REF)
    _, coming = models_json_schema(inputs, ref_template=REF.format(name="{model}"))
    return {**coming.get("$defs", {}), **out, "Problem": problem_schema()}


def _as_3_0(schema: Any) -> Any:
    """Spell "or null" as OpenAPI 3.0 does, and leave out titles, which repeat the name."""
    if isinstance(schema, list):
        return [_as_3_0(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _as_3_0(value) for key, value in schema.items() if not _is_title(key, value)}
    if plain.get("type") == "object" and "properties" not in plain:
        # What msgspec leaves out goes without saying, but not for makers of types.
        plain.setdefault("additionalProperties", True)
    choices = plain.get("anyOf", [])
    others = [each for each in choices if each != {"type": "null"}]
    if len(others) == len(choices):
        reference = {"$ref": plain.pop("$ref")} if len(plain) > 1 and "$ref" in plain else None
        return plain if reference is None else {**plain, "allOf": [reference]}
    del plain["anyOf"]
    if plain.get("default", ...) is None:
        del plain["default"]
    # OpenAPI 3.0 ignores what is next to a reference.
    one = {"allOf": others} if "$ref" in others[0] else others[0]
    return {**plain, **one, "nullable": True}


def _is_title(key: str, value: Any) -> bool:
    return key == "title" and isinstance(value, str)
