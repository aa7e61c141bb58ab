"""The release workflow uses only what exists, and the bill of materials is valid."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"
JOBS: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]
STEPS = [(name, step) for name, job in JOBS.items() for step in job["steps"]]


def test_every_target_that_the_workflow_makes_is_in_the_makefile():
    targets = set(re.findall(r"^\.PHONY: (\S+)", (ROOT / "Makefile").read_text(), re.MULTILINE))

    typed = [
        word
        for _, step in STEPS
        for words in re.findall(r"^\s*make (.+)$", step.get("run", ""), re.MULTILINE)
        for word in words.split()
        if re.fullmatch(r"[a-z-]+", word)
    ]

    assert {"binary", "smoke", "deb", "rpm", "msi", "pkg", "sbom"} <= set(typed) <= targets


def test_actions_are_pinned_by_their_major_version_and_jobs_wait_for_jobs():
    used = [step["uses"] for _, step in STEPS if "uses" in step]

    assert used
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", name) for name in used)
    for job in JOBS.values():
        assert set([needs] if isinstance(needs := job.get("needs", []), str) else needs) <= set(
            JOBS
        )


def test_what_signs_runs_only_with_its_key():
    signing = [
        s for _, s in STEPS if re.search(r"macos_bundle\.py|notarize\.py|gpg |-pkcs12", str(s))
    ]

    assert len(signing) == 6
    for step in signing:
        assert re.match(r"env\.\w+ != ''", step["if"]), step["name"]


def test_the_bill_of_materials_is_valid_and_names_what_is_built_in(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    monkeypatch.delitem(sys.modules, "contents", raising=False)
    import contents  # noqa: PLC0415
    import sbom  # noqa: PLC0415

    text = sbom.bill()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    named = {part["name"] for part in bill["components"]}
    assert named | {"wfhagent"} == {*contents.distributions(), "cpython"}
    needs = {row["ref"]: row.get("dependsOn", []) for row in bill["dependencies"]}
    agent = needs[bill["metadata"]["component"]["bom-ref"]]
    assert {"cpython"} < set(agent)
    assert any(ref.startswith("httpx@") for ref in agent)


def test_what_laptops_run_is_built_only_after_the_tests_on_their_systems():
    assert JOBS["tests"]["strategy"]["matrix"]["runner"] == ["macos-15", "windows-latest"]
    assert [step["run"] for step in JOBS["tests"]["steps"] if "run" in step] == [
        "make test-agent PYTHON=python"
    ]
    for job in ("linux", "debian", "macos", "windows"):
        assert JOBS[job]["needs"] == "tests"


def test_macs_of_both_processors_get_a_download():
    rows = JOBS["macos"]["strategy"]["matrix"]["include"]

    assert {row["architecture"] for row in rows} == {"arm64", "x86_64"}


def test_nothing_waits_for_somebody_who_allows_the_use_of_a_key():
    (signing,) = [step for job, step in STEPS if job == "macos" and step.get("name") == "Sign"]

    assert "-T /usr/bin/codesign -T /usr/bin/productbuild" in signing["run"]
    assert not [step for _, step in STEPS if "notarytool" in step.get("run", "")], (
        "it ends with 0 whatever Apple says; packaging/notarize.py reads the status"
    )
