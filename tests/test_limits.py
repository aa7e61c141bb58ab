"""A child survives when the system refuses a limit."""

import resource
import subprocess
import sys

import pytest

from wfhagent.process.child import limits


@pytest.mark.parametrize("refusal", [ValueError("not allowed"), OSError(22, "Invalid argument")])
def test_a_refused_limit_ends_nothing(refusal: Exception, monkeypatch: pytest.MonkeyPatch):
    def refuse(_limit: int, _values: tuple[int, int]) -> None:
        raise refusal

    monkeypatch.setattr(resource, "setrlimit", refuse)

    limits.limit_this_process()


def test_on_macos_only_the_core_file_is_limited(monkeypatch: pytest.MonkeyPatch):
    lowered: list[int] = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(resource, "setrlimit", lambda limit, _values: lowered.append(limit))

    limits.limit_this_process()

    assert lowered == [resource.RLIMIT_CORE]


def test_a_child_has_its_limits():
    code = (
        "from wfhagent.process.child.limits import limit_this_process as limit; limit();"
        "import resource;"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0],"
        "resource.getrlimit(resource.RLIMIT_DATA)[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["0", str(limits.MOST_MEMORY_BYTES)]
