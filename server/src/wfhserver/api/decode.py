"""Bytes to values; whatever is wrong is a Refusal that names the field."""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from wfhserver.errors import Code, Refusal

T = TypeVar("T")

# How msgspec says where: "Expected `int`, got `str` - at `$[3].slot`".
_WHERE = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?\Z", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>[^`]*)`\Z")
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
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    for path, text in _texts(value, ""):
        if _SURROGATES.search(text):
            raise Refusal(
                Code.INVALID_FIELD,
                "Must not contain NUL characters or half surrogate pairs.",
                field=inside + path.removeprefix("."),
            )


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _texts(member, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, member in value.items():
            yield path, key
            yield from _texts(member, path + "." + _SURROGATES.sub("?", key))
