"""Bytes to values; whatever is wrong is a Refusal that names the field."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from pydantic import ValidationError

from wfhserver.api.known_query import unknown_key
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Input, names_of

T = TypeVar("T")
M = TypeVar("M", bound=Input)

# How msgspec says where: "Expected `int`, got `str` - at `$[3].slot`".
_WHERE = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?\Z", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>[^`]*)`\Z")
# How pydantic names the members of an enum: "'any', 'taken' or 'none'".
_QUOTED = re.compile("'([^']*)'")
_UNKNOWN = "extra_forbidden"
_SURROGATES = re.compile(r"[\x00\ud800-\udfff]")


def decode(decoder: msgspec.json.Decoder[T], body: bytes, *, inside: str = "") -> T:
    """Return *body* as the decoder's type.

    *inside* is put before the names of fields, for a body that is itself a part of another.
    """
    try:
        value = decoder.decode(body)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), inside) from None
    except RecursionError:
        raise Refusal(Code.BODY_NOT_JSON, "The JSON is nested too deeply.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _refuse_bad_text(body, inside)
        raise Refusal(Code.BODY_NOT_JSON, f"The body is not JSON: {error}.") from None
    if b"\\u0000" in body:
        _refuse_bad_text(body, inside)
    return value


def decode_input(model: type[M], body: bytes) -> M:
    """Return *body* as *model*."""
    try:
        value = model.model_validate_json(body, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False)
        if found[0]["type"] != "json_invalid":
            # A name that is misspelled is missing as well, and the spelling is what helps.
            first = next((each for each in found if each["type"] == _UNKNOWN), found[0])
            raise refusal_of(first, first["loc"], names_of(model)) from None
        _refuse_bad_text(body, "")
        raise Refusal(Code.BODY_NOT_JSON, f"{found[0]['msg']}.") from None
    if b"\\u0000" in body:
        _refuse_bad_text(body, "")
    return value


def refusal_of(
    error: Mapping[str, Any], where: Sequence[str | int], known: Collection[str] = ()
) -> Refusal:
    """Return what pydantic says of the value at *where*, in an input whose names are *known*."""
    if error["type"] == _UNKNOWN:
        return unknown_key(str(where[-1]), known)
    sentence = error["msg"]
    if error["type"] == "value_error":
        sentence = str(error["ctx"]["error"])
    elif error["type"] == "enum":
        sentence = f"Must be one of {', '.join(_QUOTED.findall(error['ctx']['expected']))}"
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in where]
    field = "".join(steps).removeprefix(".")
    return Refusal(Code.INVALID_FIELD, f"{sentence}.", field=field or None)


def _invalid(message: str, inside: str) -> Refusal:
    where = _WHERE.match(message)
    what, path = (message, "") if where is None else (where["what"], where["path"] or "")
    missing = _MISSING.match(what)
    if missing is not None:
        what = "This field is required"
        path = f"{path}.{missing['name']}" if path else missing["name"]
    return Refusal(Code.INVALID_FIELD, f"{what}.", field=(inside + path) or None)


def _refuse_bad_text(body: bytes, inside: str) -> None:
    """Refuse what JSON can spell but no database can keep: NUL and half surrogate pairs."""
    try:
        # A number of more digits than Python takes for an integer may stand in an unknown field.
        value = json.loads(body, parse_int=float)
    except RecursionError:
        raise Refusal(Code.BODY_NOT_JSON, "The JSON is nested too deeply.") from None
    except ValueError as error:
        raise Refusal(Code.BODY_NOT_JSON, f"The body is not JSON: {error}.") from None
    path = _path_of_bad_text(value)
    if path is not None:
        raise Refusal(
            Code.INVALID_FIELD,
            "Must not contain NUL characters or half surrogate pairs.",
            field=inside + path.removeprefix("."),
        )


def _path_of_bad_text(value: Any) -> str | None:
    # No recursion: a body may be as deep as it likes, and long at its deepest place.
    steps = [""]
    levels = [iter([("", value)])]
    while levels:
        found = next(levels[-1], None)
        if found is None:
            steps.pop()
            levels.pop()
            continue
        steps[-1], member = found
        if isinstance(member, str) and _SURROGATES.search(member):
            return "".join(steps)
        if isinstance(member, dict | list):
            steps.append("")
            levels.append(_members(member))
    return None


def _members(container: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    """Yield everything in *container*, keys too, with the step that leads to it."""
    if isinstance(container, list):
        for index, member in enumerate(container):
            yield f"[{index}]", member
        return
    for key, member in container.items():
        yield "", key
        yield "." + _SURROGATES.sub("?", key), member
