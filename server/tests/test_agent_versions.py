"""Which agents are outdated: the order of versions is that of PEP 440."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from packaging.version import Version as Reference

from wfhserver.agent_versions import is_outdated, read_version, version_of
from wfhserver.errors import SettingsError
from wfhserver.models.users import Role
from wfhserver.settings import from_environment
from wfhserver.testing import TestServer, bearer, heartbeat_body

VERSIONS = (
    *("1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2"),
    *("1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0", "1.0.0"),
    *("1.0+abc.5", "1.0.post456.dev34", "1.0.post456", "1.0-3", "1.1.dev1", "1.1", "v1.10", "1.9"),
    *("2", "2.0.1", "1!0.1", "1.0-alpha.2", "1.0_Beta", "1.0.r4", "1.0preview3", "1.0.rev"),
)


@pytest.mark.parametrize("one", VERSIONS)
def test_versions_are_ordered_as_packaging_orders_them(one: str) -> None:
    for other in VERSIONS:
        expected = Reference(one).public, Reference(other).public
        assert (version_of(one) < version_of(other)) == (  # type: ignore[operator]
            Reference(expected[0]) < Reference(expected[1])
        ), (one, other)


@pytest.mark.parametrize("text", ["", "latest", "1.x", "1..2", "1.0 beta", "1.0+", "٣.0", "1" * 99])
def test_what_is_no_version_is_never_outdated_and_never_a_minimum(text: str) -> None:
    assert version_of(text) is None
    assert not is_outdated(text, version_of("9.0"))
    if text:
        with pytest.raises(SettingsError, match=r"not a version such as 1\.4\.0"):
            from_environment({"WFHSERVER_MINIMUM_AGENT_VERSION": text})


def test_an_empty_setting_asks_for_no_version() -> None:
    found = from_environment({"WFHSERVER_MINIMUM_AGENT_VERSION": ""}).minimum_agent_version

    assert found is None
    assert not is_outdated("0.0.1", found)


def test_an_outdated_agent_needs_attention_until_it_reports_a_newer_version(
    server: TestServer, enroll: Callable[..., dict[str, str]]
) -> None:
    token = enroll("alice")["alice"]
    headers = server.signed_in(Role.ADMIN)
    server.settings["minimum_agent_version"] = read_version("1.4")

    async def scenario(client: httpx.AsyncClient) -> list[list[str]]:
        found = []
        for version in ("1.3.9", "1.4rc1", "1.4.0", "unknown"):
            body = heartbeat_body(
                username="alice",
                hostname="alice-pc",
                agent_version=version,
                seq=len(found) // 2 + 1,
            )
            sent = await client.post("/api/heartbeat", json=body, headers=bearer(token))
            assert sent.status_code == 200
            for path in ("/api/presence", "/api/agents"):
                answer: dict[str, Any] = (await client.get(path, headers=headers)).json()
                found.append(answer["rows"][0]["attention"])
        return found

    def sentence(version: str) -> list[str]:
        return [f"Its agent is outdated: {version} is older than 1.4. Update the agent."]

    assert server.run(scenario) == [
        *[sentence("1.3.9")] * 2,
        *[sentence("1.4rc1")] * 2,
        *[[]] * 4,
    ]
