"""The names come from the system, not from what a user may set."""

import os
import pwd
import socket

import pytest

from wfhagent.plugin import Config, Occasion
from wfhagent.testing import check_collector, make_context
from wfhagent_identity import Identity


def test_its_declarations_are_in_order():
    assert check_collector(Identity) == []


@pytest.mark.parametrize("occasion", list(Occasion))
def test_it_gives_login_name_and_host_name_on_every_occasion(occasion: Occasion):
    assert occasion in Identity.occasions
    assert Identity(Config()).collect(make_context(occasion)) == {
        "username": pwd.getpwuid(os.getuid()).pw_name,
        "hostname": socket.gethostname(),
    }


def test_environment_variables_cannot_change_the_name(monkeypatch: pytest.MonkeyPatch):
    for variable in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(variable, "mallory")

    assert Identity(Config()).collect(make_context())["username"] != "mallory"


def test_a_user_whom_the_directory_does_not_know_has_a_number(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_001)

    assert Identity(Config()).collect(make_context())["username"] == "uid-4000000001"
