"""Routes that are declared once: by path, function name, signature and docstring of an endpoint.

    @router.post("", status_code=201)
    @refuses(Code.CONFLICT)
    async def add_team(admin: Admin, new: NewTeam, services: Dashboard) -> TeamName:
        \"\"\"Add a team.\"\"\"

The name is the `operationId`, the docstring the summary. A parameter whose type is an Input, or a
Struct of the protocol of agents, is the body; it is read when the parameters before it are there,
so rights come first. A query is `Annotated[LogQuery, Query()]`. The answer is a msgspec Struct,
which is encoded with the server's time, or None, or a Response. The OpenAPI document has all of
this, and every code of a refusal: those that `refuses` names, and those of the dependencies.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

import msgspec
from fastapi import Depends, params
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.body import read_body, require_json
from wfhserver.api.decode import decode, decode_input
from wfhserver.api.documented import json_answer, json_body, problems, ref
from wfhserver.api.known_query import check_query
from wfhserver.api.problem import answer_of
from wfhserver.clock import Clock
from wfhserver.errors import Code
from wfhserver.inputs import Input, lists_of, names_of

BODY_CODES = (
    Code.BODY_NOT_JSON,
    Code.BODY_INCOMPLETE,
    Code.REQUEST_TIMEOUT,
    Code.BODY_TOO_LARGE,
    Code.UNSUPPORTED_MEDIA_TYPE,
)
F = TypeVar("F", bound=Callable[..., Any])


def refuses(*codes: Code) -> Callable[[F], F]:
    """Name what a dependency or an endpoint refuses, besides what follows from its parameters."""

    def named(function: F) -> F:
        function.codes = codes  # type: ignore[attr-defined]
        return function

    return named


async def clock_of(request: Request) -> Clock:
    """Return the clock of the app; the dependency of every answer."""
    clock: Clock = request.app.state.clock
    return clock


class DeclaredRoute(APIRoute):
    """A route that is declared as this module says; *answers*, *query* and *body* are its types."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        hints = get_type_hints(endpoint, include_extras=True)
        answer = options["response_model"] or hints.pop("return")
        hints.pop("return", None)
        status = options.get("status_code") or 200
        declared = {status: {"model": answer}, **(options.get("responses") or {})}
        self.body = next((hint for hint in hints.values() if _is_body(hint)), None)
        self.query = next(filter(None, map(_query_of, hints.values())), None)
        self.answers = [
            each["model"] for each in declared.values() if _is_struct(each.get("model"))
        ]
        needed = [each for hint in hints.values() for each in _dependencies_of(hint)]
        codes = [Code.INVALID_FIELD, *([Code.NOT_FOUND] if "{" in path else [])]
        for each in (*needed, endpoint):
            codes += getattr(each, "codes", ())
        summary, _, description = inspect.cleandoc(endpoint.__doc__ or "").partition("\n\n")
        responses = {number: _documented(**each) for number, each in declared.items()}
        options |= {
            "operation_id": endpoint.__name__,
            "summary": summary.rstrip("."),
            "response_model": None,
            "response_class": Response,
            "responses": {**responses, **problems(codes)},
            "openapi_extra": self._extra(needed, options["methods"])
            | (options["openapi_extra"] or {}),
        }
        super().__init__(path, _encoding(endpoint, hints, status, description), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers; before everything else it refuses an unknown key of the query."""
        handler = super().get_route_handler()
        known: Collection[str] = () if self.query is None else names_of(self.query)
        lists = () if self.query is None else lists_of(self.query)
        if self.query is not None and self.query.model_config.get("extra") != "forbid":
            return handler

        async def checked(request: Request) -> Response:
            check_query(request.scope["query_string"], known, lists)
            return await handler(request)

        return checked

    def _extra(self, needed: list[Any], methods: Collection[str]) -> dict[str, Any]:
        """Return what FastAPI does not document by itself: the body, the header of a change."""
        extra: dict[str, Any] = {}
        if self.body is not None:
            extra["requestBody"] = json_body(ref(self.body.__name__))
        headers = [name for each in needed if (name := getattr(each, "change_header", None))]
        if headers and not {"GET"} & set(methods):
            # Not required in the document: clients set it from GET /api/session.
            extra["parameters"] = [
                {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
                for name in headers
            ]
        return extra


class _BodyReader:
    """A dependency that reads the body within its limit and checks it."""

    codes = BODY_CODES

    def __init__(self, model: Any) -> None:
        self._limit = getattr(model, "limit_bytes", Input.limit_bytes)
        if _is_struct(model):
            self._decode = functools.partial(decode, msgspec.json.Decoder(model))
        else:
            self._decode = functools.partial(decode_input, model)

    async def __call__(self, request: Request) -> Any:
        require_json(request.headers)
        body = await read_body(request.receive, request.headers, limit_bytes=self._limit)
        return self._decode(body)


def _is_struct(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)


def _is_body(hint: Any) -> bool:
    return _is_struct(hint) or (isinstance(hint, type) and issubclass(hint, Input))


def _query_of(hint: Any) -> type[Input] | None:
    model, *metadata = get_args(hint) or (None,)
    return model if any(isinstance(each, params.Query) for each in metadata) else None


def _dependencies_of(hint: Any) -> list[Any]:
    if _is_body(hint):
        return [_BodyReader]
    return [each.dependency for each in get_args(hint)[1:] if isinstance(each, params.Depends)]


def _documented(model: Any = None, **declared: Any) -> dict[str, Any]:
    """Return what the document says of an answer; FastAPI has no schema of a Struct."""
    if not _is_struct(model):
        return declared
    return {**json_answer(model), **declared}


def _encoding(
    endpoint: Callable[..., Awaitable[Any]], hints: dict[str, Any], status: int, description: str
) -> Callable[..., Awaitable[Response]]:
    """Return *endpoint* for FastAPI: with a reader for its body, and an encoder of its answer."""

    async def encoded(*, clock_of_answer: Clock, **given: Any) -> Response:
        found = await endpoint(**given)
        if isinstance(found, Response):
            return found
        if found is None:
            return Response(status_code=status)
        return answer_of(clock_of_answer, found, status=status)

    given = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=Annotated[hint, Depends(_BodyReader(hint))] if _is_body(hint) else hint,
        )
        for name, hint in hints.items()
    ]
    clock = inspect.Parameter(
        "clock_of_answer",
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[Clock, Depends(clock_of)],
    )
    encoded.__signature__ = inspect.Signature([*given, clock])  # type: ignore[attr-defined]
    encoded.__name__, encoded.__doc__ = endpoint.__name__, description
    return encoded
