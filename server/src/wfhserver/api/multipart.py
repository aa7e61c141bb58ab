"""Reads multipart/form-data within a limit for each part; nothing goes to temporary files."""

from collections.abc import AsyncIterable, Mapping
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from wfhserver.errors import Code, Refusal

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_HEADERS_PER_PART = 10


def boundary_of(content_type: str) -> bytes:
    """Return the boundary that the Content-Type names."""
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise Refusal(Code.UNSUPPORTED_MEDIA_TYPE, "The Content-Type names no boundary.")
    return boundary


async def read_parts(
    chunks: AsyncIterable[bytes], boundary: bytes, limits_bytes: Mapping[str, int]
) -> dict[str, bytes]:
    """Return the parts that *limits_bytes* names; others are read over, as unknown fields are.

    Refusal when a part is too large, comes twice, or the body ends too early.
    """
    collector = _Collector(limits_bytes)
    try:
        parser = MultipartParser(
            boundary, collector.callbacks(), max_header_count=_HEADERS_PER_PART
        )
        async for chunk in chunks:
            parser.write(chunk)
    except FormParserError as error:
        raise Refusal(
            Code.BODY_INCOMPLETE, f"The body is no multipart/form-data: {error}."
        ) from None
    if not collector.is_complete:
        raise Refusal(Code.BODY_INCOMPLETE, "The last boundary is missing.")
    return {name: bytes(content) for name, content in collector.parts.items()}


class _Collector:
    def __init__(self, limits_bytes: Mapping[str, int]) -> None:
        self._limits_bytes = limits_bytes
        self.parts: dict[str, bytearray] = {}
        self.is_complete = False
        self._header = b""
        self._value = b""
        self._name = ""

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._take_header,
            "on_header_value": self._take_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._take_data,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._name = ""
        self._header = self._value = b""

    def _take_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _take_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._header = self._value = b""

    def _end_headers(self) -> None:
        if self._name in self.parts:
            raise Refusal(Code.INVALID_FIELD, "This part must come once only.", field=self._name)
        if self._name in self._limits_bytes:
            self.parts[self._name] = bytearray()

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        part = self.parts.get(self._name)
        if part is None:
            return
        part += data[start:end]
        if len(part) > self._limits_bytes[self._name]:
            raise Refusal(
                Code.BODY_TOO_LARGE,
                f"This part must be at most {self._limits_bytes[self._name]} bytes.",
                field=self._name,
            )

    def _end(self) -> None:
        self.is_complete = True
