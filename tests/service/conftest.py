"""What the tests of the service share."""

from pathlib import Path

import pytest
from tests.service.fake_system import FakeSystem

from wfhagent.service.unit import ServiceSpec


@pytest.fixture
def system() -> FakeSystem:
    return FakeSystem()


@pytest.fixture
def spec() -> ServiceSpec:
    return ServiceSpec(program=["/opt/wfhagent/wfhagent"], config=Path("/etc/wfh agent/agent.toml"))
