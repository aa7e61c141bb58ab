"""What surrounds the server's image keeps its promises: compose, Kubernetes and Ansible.

`make test-image` builds the image and runs it.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

import image

from wfhserver.settings import from_environment

SERVER = image.SERVER
ANSIBLE = image.ROOT / "packaging" / "ansible"
CONTAINERFILE = (SERVER / "Containerfile").read_text()
START = (SERVER / "container-start").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((SERVER / "compose.yaml").read_text())
MANIFESTS: list[dict[str, Any]] = [
    part
    for file in sorted((SERVER / "kubernetes").glob("*.yaml"))
    for part in yaml.safe_load_all(file.read_text())
]
VERBS = {"serve", "migrate", "check", "backup-nightly", "backup"}


def of_kind(*kinds: str) -> list[dict[str, Any]]:
    return [part for part in MANIFESTS if part["kind"] in kinds]


def pods() -> Iterator[dict[str, Any]]:
    for part in of_kind("Deployment", "Job", "CronJob"):
        job = part["spec"]["jobTemplate"] if part["kind"] == "CronJob" else part
        yield job["spec"]["template"]


def test_the_image_is_built_of_locked_packages_and_runs_as_nobody_in_particular():
    stages = CONTAINERFILE.split("\nFROM ")
    assert len(stages) == 4
    assert "--require-hashes" in CONTAINERFILE
    assert re.search(r"^USER 10001:10001$", stages[-1], re.MULTILINE)
    assert "HEALTHCHECK" in stages[-1]
    assert re.findall(r"^VOLUME (.+)$", CONTAINERFILE, re.MULTILINE) == ["/data"]
    assert set(re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)) == {
        "debian:trixie-slim",
        "packages",
    }
    assert not re.search(r"(PASSWORD|TOKEN|SECRET)=", CONTAINERFILE)


def test_the_server_and_its_jobs_are_hardened_in_compose():
    services = COMPOSE["services"]

    assert set(services) == {"database", "migrate", "server", "backup", "restore", "caddy"}
    for name in ("migrate", "server", "backup", "restore", "caddy"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]
    published = [name for name, service in services.items() if "ports" in service]
    assert published == ["caddy"]


def test_the_server_starts_after_the_migration_and_its_proxy_is_believed():
    server = COMPOSE["services"]["server"]

    assert server["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    (network,) = COMPOSE["networks"]["default"]["ipam"]["config"]
    assert server["environment"]["WFHSERVER_TRUSTED_PROXIES"] == network["subnet"]


def test_compose_has_no_password_and_the_server_not_that_of_the_administrator():
    values = [
        (name, key, value)
        for name, service in COMPOSE["services"].items()
        for key, value in service.get("environment", {}).items()
    ]

    assert all(value.startswith("/run/secrets/") for _, key, value in values if "PASSWORD" in key)
    assert COMPOSE["services"]["server"]["secrets"] == ["wfhserver"]
    assert all(
        f"{key.removesuffix('_FILE')}" in START
        for _, key, _ in values
        if "_FILE" in key and "POSTGRES" not in key
    )


def test_the_settings_are_those_that_the_server_knows():
    for service in ("server", "migrate", "backup", "restore"):
        given = COMPOSE["services"][service]["environment"]
        settings = {
            key: re.sub(r"\$\{\w+(?::-([^}]*)|[^}]*)\}", r"\1", value)
            for key, value in given.items()
            if key.startswith("WFHSERVER_")
        }
        if service == "server":
            settings["WFHSERVER_PUBLIC_URL"] += "wfh.example.com"
        from_environment(settings)
    for part in of_kind("ConfigMap"):
        from_environment({k: v for k, v in part["data"].items() if k.startswith("WFHSERVER_")})


@pytest.mark.parametrize("pod", list(pods()), ids=lambda pod: pod["spec"]["containers"][0]["name"])
def test_pods_have_no_right_that_they_do_not_need(pod: dict[str, Any]):
    spec = pod["spec"]
    (container,) = spec["containers"]

    assert (
        spec["securityContext"].items()
        >= {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        }.items()
    )
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert spec["automountServiceAccountToken"] is False
    # Otherwise Kubernetes sets WFHSERVER_PORT, and an unknown setting stops the server.
    assert spec["enableServiceLinks"] is False
    assert container["resources"]["limits"]["memory"]
    for entry in container["env"]:
        if "PASSWORD" in entry["name"]:
            assert "secretKeyRef" in entry["valueFrom"]
    assert container.get("args", ["serve"])[0] in VERBS
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in spec["volumes"]}
    claims = {part["metadata"]["name"] for part in of_kind("PersistentVolumeClaim")}
    for volume in spec["volumes"]:
        if "persistentVolumeClaim" in volume:
            assert volume["persistentVolumeClaim"]["claimName"] in claims


def test_kubernetes_asks_the_server_how_it_is_and_finds_it():
    (deployment,), (service,), (ingress,) = map(of_kind, ("Deployment", "Service", "Ingress"))
    (container,) = deployment["spec"]["template"]["spec"]["containers"]

    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()
    (rule,) = ingress["spec"]["rules"]
    backend = rule["http"]["paths"][0]["backend"]["service"]
    assert backend["name"] == service["metadata"]["name"]
    assert backend["port"]["name"] == service["spec"]["ports"][0]["name"]
    # The server's selector must not find pods of jobs.
    others = [pod["metadata"]["labels"] for pod in pods() if pod["metadata"]["labels"] != labels]
    assert len(others) == 2
    assert all(not service["spec"]["selector"].items() <= found.items() for found in others)


def test_versions_of_the_manifests_are_that_of_the_server():
    images = {pod["spec"]["containers"][0]["image"] for pod in pods()}

    assert images == {f"wfhserver:{image.server_version()}"}


def test_the_roles_of_ansible_use_files_variables_and_modules_that_exist():
    for role in ("wfhagent", "wfhserver"):
        folder = ANSIBLE / "roles" / role
        defaults = yaml.safe_load((folder / "defaults/main.yml").read_text())
        files = [*folder.rglob("tasks/*.yml"), *folder.rglob("templates/*")]
        text = "".join(file.read_text() for file in files)
        registered = set(re.findall(r"register: (\w+)", text))
        used = set(re.findall(rf"\b{role}_\w+", text))
        assert used <= set(defaults) | registered
        for name in re.findall(r"include_tasks: (\S+)|src: (\w+\.\w+\.?j2|\w+\.j2)", text):
            found = "".join(name)
            assert list(folder.rglob(found)), found
        tasks = [yaml.safe_load(file.read_text()) for file in folder.rglob("tasks/*.yml")]
        modules = {key for file in tasks for task in file for key in task if "." in key}
        assert modules
        assert all(module.startswith("ansible.builtin.") for module in modules)
        assert (folder / "meta/main.yml").is_file()


def test_the_role_of_the_server_copies_what_is_there():
    text = (ANSIBLE / "roles/wfhserver/tasks/main.yml").read_text()

    copied = re.findall(r"role_path \}\}/\.\./\.\./\.\./server/(\S+)\"", text)
    assert sorted(copied) == ["Caddyfile", "compose.yaml"]
    assert all((SERVER / name).is_file() for name in copied)
    names = set(
        re.findall(
            r"^(\w+)=", (ANSIBLE / "roles/wfhserver/templates/env.j2").read_text(), re.MULTILINE
        )
    )
    used = set(re.findall(r"\$\{(\w+)", (SERVER / "compose.yaml").read_text()))
    assert names <= used
