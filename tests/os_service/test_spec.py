"""What the service runs, and values that no format can hold."""

import pytest

from wfhagent.os_service.unit import ServiceError, ServiceSpec


def test_without_a_file_the_agent_looks_where_it_always_looks():
    assert ServiceSpec(program=["/opt/wfhagent"]).command == ("/opt/wfhagent", "run", "--quiet")


def test_a_given_file_is_named(spec: ServiceSpec):
    assert spec.command[1:] == ("run", "--quiet", "--config", "/etc/wfh agent/agent.toml")


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "\x7f", "\uffff", "\udcff"])
def test_what_would_break_a_line_or_is_no_text_is_refused(name: str):
    with pytest.raises(ServiceError, match="Rename the file"):
        ServiceSpec(program=[name])
