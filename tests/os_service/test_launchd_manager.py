"""Commands to launchd, which is slow."""

import pytest
from tests.os_service.fake_system import GONE, Completed, FakeSystem, answered

from wfhagent.os_service.launchd import Launchd
from wfhagent.os_service.unit import ServiceError, ServiceSpec, State


def test_launchd_lets_the_old_agent_go_before_it_takes_the_new_one(
    launchd: Launchd, system: FakeSystem, spec: ServiceSpec
):
    def goes_on_the_third_question(command: list[str]) -> Completed:
        line = " ".join(command)
        done = system(command)
        count = system.commands.count("launchctl print gui/501/wfhagent")
        return GONE if line == "launchctl print gui/501/wfhagent" and count > 2 else done

    slow = Launchd(
        home=launchd.home,
        uid=501,
        run=lambda command: goes_on_the_third_question(list(command)),
        pause=launchd.pause,
    )

    assert "It is running" in slow.install(spec)
    verbs = ("bootout", "enable", "bootstrap")
    assert system.verbs(*verbs) == list(verbs)


def test_launchd_that_keeps_the_old_agent_is_reported(
    launchd: Launchd, system: FakeSystem, spec: ServiceSpec
):
    with pytest.raises(ServiceError, match="Sign out and in again"):
        launchd.install(spec)


def test_before_the_first_log_in_launchd_is_not_asked_to_load(
    launchd: Launchd, system: FakeSystem, spec: ServiceSpec
):
    system.answers["launchctl print gui/501"] = GONE

    assert "starts at the next sign-in" in launchd.install(spec)
    assert system.verbs("bootstrap") == []


@pytest.mark.parametrize(
    ("job", "disabled", "state"),
    [
        (
            answered(out="\tstate = running\n"),
            "",
            State(installed=True, enabled=True, running=True),
        ),
        (answered(out="\tstate = not running\n"), "", State(installed=True, enabled=True)),
        (GONE, '"wfhagent" => disabled', State(installed=True)),
        (GONE, '"wfhagent" => enabled', State(installed=True, enabled=True)),
    ],
)
def test_the_state_comes_from_launchd(
    job: Completed,
    disabled: str,
    state: State,
    launchd: Launchd,
    system: FakeSystem,
    spec: ServiceSpec,
):
    system.answers["launchctl print gui/501"] = GONE
    launchd.install(spec)
    system.answers = {"print gui/501/": job, "print-disabled": answered(out=disabled)}

    assert launchd.state() == state


def test_launchd_starts_what_is_loaded_and_loads_what_is_not(
    launchd: Launchd, system: FakeSystem, spec: ServiceSpec
):
    system.answers["launchctl print gui/501"] = GONE
    launchd.install(spec)

    launchd.start()
    system.answers.clear()
    launchd.start()

    assert system.verbs("bootstrap", "kickstart") == ["bootstrap", "kickstart"]
