"""The files of the dashboard, as `make dashboard` built them, and its page at every address.

The addresses of the dashboard's pages are known in the browser only, so whatever is no file and
no call of the API is answered with the one page, which finds out the rest.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Container
from mimetypes import guess_type
from pathlib import Path, PurePosixPath
from typing import Final, Self, TypeAlias

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from wfhserver.api.dashboard.guard import SESSION_COOKIE
from wfhserver.api.encodings import accepted
from wfhserver.errors import Code, Refusal

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

FOLDER: Final = Path(__file__).parents[2] / "dashboard_files"
_PAGE: Final = "index.html"
# Where no page of the dashboard can be.
_RESERVED: Final = ("/api/", "/assets/", "/docs/")
_NONCE: Final = "CSP_NONCE"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}';"
    " img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)
# The browser requests it before early.js, which asks for it, has arrived.
_FIRST_ANSWER: Final = "</api/presence>; rel=preload; as=fetch; crossorigin"
# Names of assets carry a hash of their content; other names keep theirs.
_FOREVER: Final = "public, max-age=31536000, immutable"
_AN_HOUR: Final = "public, max-age=3600"
# Best first; `make dashboard` writes these files next to the plain one where they are smaller.
_ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}


class Dashboard:
    """What a browser loads. The files are known from the start, so no path leads out of them."""

    def __init__(self, folder: Path) -> None:
        names = [each for each in folder.rglob("*") if each.is_file()]
        self._files = {f"/{each.relative_to(folder).as_posix()}": each for each in names}
        self._contents: dict[Path, bytes] = {}
        self._page = self._files.pop(f"/{_PAGE}").read_text(encoding="utf-8")

    @classmethod
    def built_in(cls, folder: Path) -> Self | None:
        """Return the dashboard in *folder*, or None when it was not built."""
        return cls(folder) if (folder / _PAGE).is_file() else None

    def routes(self) -> list[BaseRoute]:
        """Return the routes; the last answers at any address, so nothing may come after it."""
        any_path = "/{path:path}"
        return [_AnyFile(any_path, self.file, self._files), AnyPage(any_path, self.page)]

    async def page(self, request: Request) -> Response:
        """Return the page, whose styles carry a nonce that nobody can know beforehand."""
        nonce = secrets.token_urlsafe(16)
        headers = {
            "Content-Security-Policy": _POLICY.format(nonce=nonce),
            "Cache-Control": "no-store",
        }
        if request.url.path == "/" and SESSION_COOKIE in request.cookies:
            headers["Link"] = _FIRST_ANSWER
        return HTMLResponse(self._page.replace(_NONCE, nonce), headers=headers)

    async def file(self, request: Request) -> Response:
        """Return a file in the smallest form that the browser takes."""
        path = request.url.path
        found = self._files.get(path)
        if found is None:
            raise Refusal(Code.NOT_FOUND, "File not found.")
        taken = accepted(request.headers)
        encodings = {name: path + suffix for name, suffix in _ENCODINGS.items() if name in taken}
        best = next((name for name, at in encodings.items() if at in self._files), None)
        headers = {
            "Cache-Control": _FOREVER if path.startswith("/assets/") else _AN_HOUR,
            "Vary": "Accept-Encoding",
        }
        if best is not None:
            headers["Content-Encoding"] = best
            found = self._files[encodings[best]]
        media_type = guess_type(path)[0] or "application/octet-stream"
        if headers["Cache-Control"] != _FOREVER:
            return FileResponse(found, headers=headers, media_type=media_type)
        return Response(await self._content(found), headers=headers, media_type=media_type)

    async def _content(self, file: Path) -> bytes:
        """Return what is in *file*, which never changes. It is read once: reading takes threads."""
        known = self._contents.get(file)
        if known is None:
            known = self._contents[file] = await asyncio.to_thread(file.read_bytes)
        return known


class _AnyFile(Route):
    """Answers at the address of each file: one look, however many files there are."""

    def __init__(self, path: str, endpoint: Endpoint, files: Container[str]) -> None:
        super().__init__(path, endpoint)
        self._files = files

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope.get("path") not in self._files:
            return Match.NONE, {}
        return super().matches(scope)


class AnyPage(Route):
    """Answers every GET that may mean a page; the rest stays an error of the API."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = scope.get("path", "")
        is_page = not path.startswith(_RESERVED) and not PurePosixPath(path).suffix
        if not is_page or scope.get("method") not in ("GET", "HEAD"):
            return Match.NONE, {}
        return super().matches(scope)
