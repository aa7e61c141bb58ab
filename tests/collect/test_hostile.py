"""Third-party plugins that misbehave while they collect, in the real child processes."""

import logging
import os
from pathlib import Path

import pytest
from tests.collect.conftest import MakeRunner, every_way
from tests.drop_ins import ABORTED, CRASHED, SHORT_LIMIT_SECONDS, collector, daemon, ends
from tests.linux_only import linux_only
from tests.wine import memory_limits

from wfhagent.collect import runner as runner_module
from wfhagent.collect.cooldown import COOLDOWN_SECONDS
from wfhagent.plugin import Occasion
from wfhagent.system.paths import program
from wfhagent.testing import StaticClock

HOSTILE = {
    "aborts": ("import os; os.abort()", ABORTED),
    "closes_files": ("import os; os.closerange(0, 100)", "before it answered"),
    "crashes": ("import ctypes; ctypes.string_at(0)", CRASHED),
    "exits": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "exits_hard": ("import os; os._exit(0)", "ended with 0 before it answered"),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "patches": ("import msgspec; msgspec.msgpack.encode = None", "before it answered"),
    "gives_too_much": ("return {'percent': 'x' * 40_000_000}", "at most 16,384 travel"),
}
OCCASIONS = list(Occasion)


@every_way
@pytest.mark.parametrize("occasion", OCCASIONS)
def test_each_failure_has_a_reason_and_the_other_collectors_still_run(
    runner_of: MakeRunner, occasion: Occasion
):
    sources = {name: collector(name, body=body) for name, (body, _) in HOSTILE.items()}
    runner = runner_of(**sources, zz_last=collector("zz_last"))

    facts = runner.run(occasion)

    assert facts.extra == {"zz_last": {"percent": 80}}
    assert set(facts.failures) == set(HOSTILE)
    for name, (_, reason) in HOSTILE.items():
        assert reason in facts.failures[name]


@every_way
@memory_limits
@pytest.mark.parametrize("occasion", OCCASIONS)
def test_one_that_leaks_gets_no_more_memory(runner_of: MakeRunner, occasion: Occasion):
    body = "bag = [bytearray(10**6) for _ in range(1000)]"
    runner = runner_of(leaks=collector("leaks", body=body), other=collector("other"))

    facts = runner.run(occasion)

    assert "MemoryError" in facts.failures["leaks"]
    assert facts.extra == {"other": {"percent": 80}}


@every_way
@pytest.mark.parametrize("occasion", OCCASIONS)
def test_one_that_never_ends_is_ended_at_its_limit(
    runner_of: MakeRunner, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("wfhagent.collect.runner.HEARTBEAT_LIMIT_SECONDS", SHORT_LIMIT_SECONDS)
    runner = runner_of(
        floods=collector(
            "floods", body="while True: print('x' * 100_000)", limit=SHORT_LIMIT_SECONDS
        ),
        loops=collector("loops", body="while True: pass", limit=SHORT_LIMIT_SECONDS),
        other=collector("other"),
    )

    facts = runner.run(occasion)

    late = f"gave nothing within {SHORT_LIMIT_SECONDS} s"
    assert facts.failures == dict.fromkeys(("floods", "loops"), late)
    assert facts.extra == {"other": {"percent": 80}}


def test_in_a_hurry_only_what_has_a_field_of_its_own_is_waited_for(
    runner_of: MakeRunner, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runner_module, "HURRY_SECONDS", 0.01)
    address = collector("address", body="return {'local_ip': '192.0.2.7'}")
    runner = runner_of(
        address=address.replace('Fact("percent"', 'Fact("local_ip"'), gauge=collector("gauge")
    )

    facts = runner.run(Occasion.DETAILED_LOG, hurry=True)

    assert facts.known == {"local_ip": "192.0.2.7"}
    assert facts.failures == {"gauge": "gave nothing within 0.01 s"}
    assert runner.run(Occasion.DETAILED_LOG).extra == {"gauge": {"percent": 80}}


@every_way
def test_one_that_had_to_be_ended_rests_for_an_hour_of_heartbeats(
    runner_of: MakeRunner, clock: StaticClock, tmp_path: Path
):
    trace = tmp_path / "asked"
    dies = f"open({str(trace)!r}, 'a').write('.'); import os; os.abort()"
    runner = runner_of(dies=collector("dies", body=dies))

    for _ in range(5):
        facts = runner.run(Occasion.HEARTBEAT)
        clock.advance(300)
    assert ABORTED in facts.failures["dies"]
    assert "asked again within the hour" in facts.failures["dies"]
    assert trace.read_text() == "."

    clock.advance(COOLDOWN_SECONDS)
    runner.run(Occasion.HEARTBEAT)

    assert trace.read_text() == ".."


@every_way
@pytest.mark.parametrize("occasion", OCCASIONS)
def test_working_directory_and_environment_are_its_own(
    runner_of: MakeRunner, occasion: Occasion, capfd: pytest.CaptureFixture[str]
):
    changes = "import os; os.chdir('/'); os.environ.clear(); print('out'); input() if 0 else None"
    looks = "import os; return {'percent': [os.getcwd(), 'PATH' in os.environ]}"
    before = (Path.cwd(), dict(os.environ))
    runner = runner_of(
        changes=collector("changes", body=changes), looks=collector("looks", body=looks)
    )

    facts = runner.run(occasion)

    assert facts.extra["looks"] == {"percent": [str(Path(program()[0]).parent), True]}
    assert (Path.cwd(), dict(os.environ)) == before
    assert capfd.readouterr().out == ""


def test_one_that_waits_for_input_gets_none(runner_of: MakeRunner):
    runner = runner_of(asks=collector("asks", body="input()"))

    assert "EOFError" in runner.run(Occasion.DETAILED_LOG).failures["asks"]


@every_way
def test_a_process_that_it_leaves_behind_is_ended(runner_of: MakeRunner, tmp_path: Path):
    pid = tmp_path / "pid"
    leaves = (
        "import subprocess, sys; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
        f"open({str(pid)!r}, 'w').write(str(child.pid))"
    )
    runner = runner_of(leaves=collector("leaves", body=leaves))

    facts = runner.run(Occasion.DETAILED_LOG)

    assert facts.extra == {"leaves": {"percent": 80}}
    assert ends(int(pid.read_text()))


@every_way
@linux_only("the keeper; a job does it on Windows")
@pytest.mark.parametrize("ends_by", ["pass", "import os; os._exit(0)", "while True: pass"])
def test_a_daemon_that_it_leaves_behind_in_another_session_is_ended(
    runner_of: MakeRunner, tmp_path: Path, ends_by: str
):
    pid = tmp_path / "pid"
    limit = SHORT_LIMIT_SECONDS
    runner = runner_of(
        leaves=collector("leaves", body=f"{daemon(pid)}; exec({ends_by!r})", limit=limit)
    )

    runner.run(Occasion.DETAILED_LOG)

    assert ends(int(pid.read_text()))


def test_what_it_logs_is_in_the_agents_log(runner_of: MakeRunner, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG, "wfhagent.plugins")
    body = "context.log.debug('the gauge %s', 'sticks'); print('at', 80); print(80, end=' %')"
    runner = runner_of(warns=collector("warns", body=body))

    runner.run(Occasion.DETAILED_LOG)

    assert [record[1:] for record in caplog.record_tuples if record[0].endswith(".warns")] == [
        (logging.DEBUG, "the gauge sticks"),
        (logging.INFO, "printed: at 80"),
        (logging.INFO, "printed: 80 %"),
    ]


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_undeclared_fields_are_dropped_and_reported(
    runner_of: MakeRunner, occasion: Occasion, caplog: pytest.LogCaptureFixture
):
    body = "return {'percent': 1, 'history': ['x']}"
    runner = runner_of(tells=collector("tells", body=body))

    facts = runner.run(occasion)

    assert facts.extra == {"tells": {"percent": 1}}
    assert facts.undeclared == {"tells": ("'history'",)}
    assert "'history'" in caplog.text


@every_way
def test_its_process_does_not_have_the_token_of_the_machine(runner_of: MakeRunner):
    # The request, the environment and all strings of the process are looked through.
    looks = (
        "import gc, os, sys; "
        "bag = [str(gc.get_objects()), str(os.environ), str(sys.orig_argv)]; "
        "return {'percent': any(''.join(['wfha', '_', 'secret']) in text for text in bag)}"
    )
    runner = runner_of(looks=collector("looks", body=looks))

    assert runner.run(Occasion.DETAILED_LOG).extra == {"looks": {"percent": False}}


def test_it_learns_where_the_server_sees_this_machine_from_the_agent(runner_of: MakeRunner):
    body = "return {'percent': dict(context.whereami().absent)}"
    runner = runner_of(asks=collector("asks", body=body), asks_too=collector("too", body=body))

    for_log = runner.run(Occasion.DETAILED_LOG).extra
    for_heartbeat = runner.run(Occasion.HEARTBEAT).extra

    assert "the server did not say" in for_log["asks"]["percent"]["public_ip"]
    assert for_log["too"] == for_log["asks"]
    assert for_heartbeat["asks"]["percent"]["location"] == "the server is not asked for a heartbeat"


def test_a_drop_in_that_was_changed_while_the_agent_runs_is_not_asked(
    runner_of: MakeRunner, tmp_path: Path
):
    runner = runner_of(battery=collector())
    (tmp_path / "plugins" / "battery.py").write_text(collector(body="return {'percent': 1}"))

    failure = runner.run(Occasion.DETAILED_LOG).failures["battery"]

    assert "was changed since the agent looked at it" in failure
