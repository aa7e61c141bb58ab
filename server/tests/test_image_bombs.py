"""Images built to be expensive cost little, once, and nobody else anything."""

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from PIL import Image
from server.tests.test_pictures import claiming

from wfhserver.errors import Code, Refusal
from wfhserver.screenshots.folder import FolderStore
from wfhserver.screenshots.image_check import pixels_of
from wfhserver.screenshots.image_decoder import DecoderLimits, ImageDecoder
from wfhserver.screenshots.image_pool import ImagePool
from wfhserver.screenshots.image_thumbnail import THUMBNAIL_PIXELS
from wfhserver.testing import TestServer, bearer, log_request, screenshot_bytes

USUAL = DecoderLimits(pixels=16_000_000, cpu_seconds=10, niceness=5)


def bomb(size: tuple[int, int]) -> bytes:
    """Return some kilobytes that decode to *size* pixels."""
    return screenshot_bytes("WEBP", size, lossless=True, method=0)


def decoded(limits: DecoderLimits, *contents: bytes) -> list[bytes | Refusal]:
    """Return what one process answered to each."""

    async def main() -> list[bytes | Refusal]:
        found: list[bytes | Refusal] = []
        decoder = ImageDecoder(limits)
        for content in contents:
            try:
                found.append(await decoder.thumbnail(content))
            except Refusal as refusal:
                found.append(refusal)
        await decoder.close()
        return found

    return asyncio.run(main())


@pytest.mark.parametrize(
    "size",
    [
        (3 * 5120, 2880),
        (5120, 3 * 2880),
        (2 * 5120 + 7680, 4320),
        (7680, 2 * 2880 + 4320),
        (3 * 5120 + 7680, 4320),
    ],
)
def test_desktops_of_three_5k_monitors_are_within_the_limits(size: tuple[int, int]) -> None:
    assert pixels_of(claiming(size)()) == size[0] * size[1]


@pytest.mark.parametrize(
    ("kind", "size"), [("WEBP", (15360, 2880)), ("WEBP", (7680, 10080)), ("JPEG", (23040, 4320))]
)
def test_a_screenshot_of_a_very_large_desktop_is_decoded_within_the_limits_of_its_process(
    kind: str, size: tuple[int, int]
) -> None:
    async def main() -> bytes:
        image_pool = ImagePool()
        try:
            return await image_pool.thumbnail(screenshot_bytes(kind, size))
        finally:
            await image_pool.close()

    with Image.open(io.BytesIO(asyncio.run(main()))) as small:
        assert max(small.size) == THUMBNAIL_PIXELS


@pytest.mark.parametrize("size", [(1, 99_999_999), (99_999_999, 1), (24_001, 10)])
def test_a_side_beyond_every_desktop_is_refused_before_it_is_decoded(
    size: tuple[int, int],
) -> None:
    with pytest.raises(Refusal, match="24000 pixels wide or high"):
        pixels_of(claiming(size)())


def test_an_image_that_needs_too_much_memory_is_refused_and_the_next_one_is_decoded() -> None:
    first, second = decoded(USUAL, bomb((10_000, 10_000)), screenshot_bytes())

    assert isinstance(first, Refusal)
    assert first.code == Code.SCREENSHOT_INVALID
    assert isinstance(second, bytes)


def test_an_image_that_takes_too_long_ends_its_process_and_is_refused() -> None:
    limits = DecoderLimits(pixels=100_000_000, cpu_seconds=0, niceness=5)

    (found,) = decoded(limits, bomb((10_000, 10_000)))

    assert isinstance(found, Refusal)
    assert (found.code, found.detail) == (
        Code.SCREENSHOT_INVALID,
        "The part screenshot takes more than 0 s to decode.",
    )


def test_a_decoder_that_something_else_ends_makes_the_agent_try_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = ImageDecoder._start

    async def main() -> tuple[Refusal, bytes]:
        begun = asyncio.Event()

        async def started(decoder: ImageDecoder) -> asyncio.subprocess.Process:
            process = await start(decoder)
            begun.set()
            return process

        monkeypatch.setattr(ImageDecoder, "_start", started)
        decoder = ImageDecoder(USUAL)
        task = asyncio.create_task(decoder.thumbnail(bomb((4000, 4000))))
        await begun.wait()
        assert decoder._process is not None
        os.kill(decoder._process.pid, signal.SIGKILL)
        with pytest.raises(Refusal) as refused:
            await task
        assert not decoder.is_usable
        fresh = ImageDecoder(USUAL)
        found = await fresh.thumbnail(screenshot_bytes())
        await fresh.close()
        return refused.value, found

    refused, found = asyncio.run(main())

    assert refused.code == Code.TOO_MANY_REQUESTS
    assert found[8:12] == b"WEBP"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the environment of a process")
def test_the_process_that_decodes_knows_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WFHSERVER_DATABASE_URL", "postgresql://wfh:secret@nowhere/wfh")

    async def main() -> bytes:
        decoder = ImageDecoder(USUAL)
        await decoder.thumbnail(screenshot_bytes())
        assert decoder._process is not None
        environment = Path(f"/proc/{decoder._process.pid}/environ")
        content = await asyncio.to_thread(environment.read_bytes)
        await decoder.close()
        return content

    assert b"WFHSERVER" not in asyncio.run(main())


def test_one_log_of_a_device_is_stored_at_a_time_together_with_those_of_others(
    memory_server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now: list[bytes] = []
    seen: list[list[bytes]] = []
    mine, other = memory_server.agent_token(), memory_server.agent_token(hostname="laptop-8")
    theirs = screenshot_bytes(size=(9, 9))
    other_begun = asyncio.Event()

    async def put(_: FolderStore, __: str, content: bytes) -> None:
        now.append(content)
        seen.append(list(now))
        if content == theirs:
            other_begun.set()
        await other_begun.wait()
        now.remove(content)

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        sent = [log_request(mine, screenshot_bytes(), slot=slot) for slot in (0, 1, 2)]
        sent.append(log_request(other, theirs, hostname="laptop-8"))
        answers = await asyncio.gather(*(client.post("/api/log", **each) for each in sent))
        return [answer.status_code for answer in answers]

    monkeypatch.setattr(FolderStore, "put", put)

    assert memory_server.run(scenario) == [201, 201, 201, 201]
    assert max(len(each) - each.count(theirs) for each in seen) == 1
    assert any(theirs in each and len(each) == 2 for each in seen)


@pytest.mark.usefixtures("answers_at_once")
def test_a_device_holds_eight_uploads_open_and_a_ninth_is_refused_before_its_body_comes(
    memory_server: TestServer,
) -> None:
    token = memory_server.agent_token()
    go_on, begun = asyncio.Event(), asyncio.Semaphore(0)

    async def body() -> AsyncIterator[bytes]:
        begun.release()
        await go_on.wait()
        yield b"--x--"

    async def scenario(client: httpx.AsyncClient) -> tuple[httpx.Response, list[int]]:
        async def send() -> httpx.Response:
            headers = {**bearer(token), "Content-Type": "multipart/form-data; boundary=x"}
            return await client.post("/api/log", content=body(), headers=headers)

        waiting = [asyncio.create_task(send()) for _ in range(8)]
        for _ in waiting:
            await begun.acquire()
        refused = await send()
        go_on.set()
        return refused, [answer.status_code for answer in await asyncio.gather(*waiting)]

    refused, others = memory_server.run(scenario)

    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert int(refused.headers["retry-after"]) > 0
    assert begun.locked()
    assert others == [422] * 8


def test_a_bomb_is_refused_over_http_and_the_agents_next_log_is_stored(server: TestServer) -> None:
    token = server.agent_token()

    refused = server.request("POST", "/api/log", **log_request(token, claiming((1, 99_999_999))()))
    stored = server.request("POST", "/api/log", **log_request(token, screenshot_bytes()))

    assert (refused.status_code, refused.json()["code"]) == (422, "screenshot_invalid")
    assert stored.status_code == 201
