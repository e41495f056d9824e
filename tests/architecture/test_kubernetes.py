"""What stands in deploy/k8s is what Kubernetes takes, what the services need, and what `dvk secrets` makes."""

from __future__ import annotations

import argparse
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.cli.backing.backup import arguments as arguments_of_backup
from services.cli.certificates import NAMES
from services.cli.deploying import make_secrets
from services.cli.places import DataDir
from services.console.settings import Settings as OfConsole
from shared import SERVICES
from shared.process.declaring import strangers
from shared.process.settings import Settings, from_environment
from tests.support.kustomized import Resource, labels, of_kind, pod, rendered

ROOT = Path(__file__).parents[2]
K8S = ROOT / "deploy" / "k8s"
OVERLAYS = ("one-node", "cluster")
OURS = (*SERVICES, "console")
VERSIONS = ("1.31", "1.37")
"""Of Kubernetes: the oldest that is still looked after somewhere, and the newest that is known."""
OWN = "dvk-own"
"""What the city says of settings itself, and need not."""
OF_OTHERS = {"MongoDBCommunity"}
"""Kinds that an operator brings, with schemas of its own."""


@pytest.fixture(scope="module")
def overlays() -> dict[str, list[Resource]]:
    return {name: rendered(K8S / name) for name in OVERLAYS}


def of_a_city(directory: Path, overlay: str, **more: Any) -> list[Resource]:
    """What a city's own overlay of one of ours comes to."""
    directory.mkdir()
    said = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [os.path.relpath(K8S / overlay, directory.resolve())],
        **more,
    }
    (directory / "kustomization.yaml").write_text(yaml.safe_dump(said), "utf-8")
    return rendered(directory)


@pytest.fixture(scope="module")
def with_tls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Resource]]:
    directory = tmp_path_factory.mktemp("tls")
    component = os.path.relpath(K8S / "tls", directory.resolve() / "any")
    return {name: of_a_city(directory / name, name, components=[component]) for name in OVERLAYS}


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Resource]:
    directory = tmp_path_factory.mktemp("made") / "secrets"
    make_secrets(DataDir(directory.parent), "dvk.example")
    shutil.copy(K8S / "secrets" / "kustomization.yaml", directory)
    return of_kind(rendered(directory), "Secret")


@pytest.mark.thorough
@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_would_take_every_resource(
    overlays: dict[str, list[Resource]], overlay: str, version: str
) -> None:
    import kubernetes_validate  # two seconds of grammars, for these two tests alone

    taken = 0
    for resource in overlays[overlay]:
        if resource["kind"] not in OF_OTHERS:
            kubernetes_validate.validate(resource, version, strict=True)
            taken += 1
    assert taken > 30


@pytest.mark.thorough
def test_a_resource_that_is_misspelt_would_be_found(overlays: dict[str, list[Resource]]) -> None:
    import kubernetes_validate

    [registry] = [
        r for r in overlays["cluster"] if (r["kind"], r["metadata"]["name"]) == ("Deployment", "registry")
    ]
    wrong = json.loads(json.dumps(registry))
    wrong["spec"]["template"]["spec"]["containers"][0]["readinesProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


@pytest.mark.thorough
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_with_one_line_every_part_speaks_tls_and_is_asked_with_it(
    with_tls: dict[str, list[Resource]], overlay: str
) -> None:
    import kubernetes_validate

    resources = with_tls[overlay]
    for resource in resources:
        if resource["kind"] not in OF_OTHERS:
            kubernetes_validate.validate(resource, VERSIONS[-1], strict=True)
    for name in OURS:
        [container] = pod(of_kind(resources, "Deployment")[name])["containers"]
        assert told(resources, name, {})["DVK_TLS_DIR"] == "/run/tls"
        assert {
            container[f"{each}Probe"]["httpGet"]["scheme"] for each in ("startup", "liveness", "readiness")
        } == {"HTTPS"}
        assert {each["path"] for each in tls_files(pod(of_kind(resources, "Deployment")[name]))} == {
            "ca.crt", "tls.crt", "tls.key",
        }  # fmt: skip
    front = of_kind(resources, "Deployment")["front"]
    [asks] = [
        each["value"]
        for each in pod(front)["containers"][0]["env"]
        if each["name"] == "DVK_FRONT_TO_SERVICES"
    ]
    assert "tls_server_name dvk" in asks and "/run/tls/ca.crt" in asks and "dvk" in NAMES
    upkeep = [of_kind(resources, "Job")["mongo-users"], of_kind(resources, "CronJob")["backup"]]
    assert [[arg for arg in pod(each)["containers"][0]["args"] if "/run/tls" in arg] for each in upkeep] == [
        ["--ca-file=/run/tls/ca.crt"],
        ["--tls-dir=/run/tls"],
    ]
    for each in (front, *upkeep):
        assert [file["path"] for file in tls_files(pod(each))] == ["ca.crt"], (
            "none but servers has the private key"
        )
    if overlay == "cluster":
        assert of_kind(resources, "MongoDBCommunity")["rs0"]["spec"]["security"]["tls"]["enabled"] is True
        values = yaml.safe_load((K8S / "cluster" / "nats.tls.values.yaml").read_text("utf-8"))
        assert all(values["config"][each]["tls"]["secretName"] == "dvk-tls" for each in ("nats", "cluster"))
    else:
        stores = {
            name: pod(each)["containers"][0] for name, each in of_kind(resources, "StatefulSet").items()
        }
        assert "--tlsMode requireTLS" in " ".join(stores["mongo"]["args"][0].split())
        assert stores["nats"]["command"][-1] == "/etc/nats/tls.conf"
        [settings] = [
            each for name, each in of_kind(resources, "ConfigMap").items() if name.startswith("nats")
        ]
        assert "handshake_first: auto" in settings["data"]["tls.conf"]


def test_a_certificate_of_cert_managers_has_the_names_of_our_own() -> None:
    certificate = yaml.safe_load((K8S / "tls" / "certificate.yaml").read_text("utf-8"))
    assert {*certificate["spec"]["dnsNames"], "localhost", "127.0.0.1"} == set(NAMES)
    assert certificate["spec"]["secretName"] == "dvk-tls"


@pytest.mark.thorough
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_image_can_be_named_by_its_digest(tmp_path: Path, overlay: str) -> None:
    images = ("caddy", "mongo", "nats", "dvk/tools", *(f"dvk/{name}" for name in OURS))
    pinned = [{"name": name, "digest": f"sha256:{'0' * 64}"} for name in images]
    resources = of_a_city(tmp_path / "own", overlay, images=pinned)
    named = {
        container["image"]
        for resource in of_kind(resources, "Deployment", "StatefulSet", "Job", "CronJob").values()
        for container in pod(resource)["containers"]
    }
    assert len(named) >= 7 and [image for image in named if "@sha256:" not in image] == []


def tls_files(spec: Resource) -> list[dict[str, str]]:
    """What a pod is handed of the certificate."""
    [volume] = [each for each in spec["volumes"] if each["name"] == "tls"]
    assert volume["secret"]["secretName"] == "dvk-tls"
    return volume["secret"]["items"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_deployment_is_asked_bounded_and_may_do_little(
    overlays: dict[str, list[Resource]], overlay: str
) -> None:
    for name, resource in of_kind(overlays[overlay], "Deployment", "StatefulSet", "Job", "CronJob").items():
        spec = pod(resource)
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        for container in spec["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] is True, name
            assert context["capabilities"]["drop"] == ["ALL"], name
            assert set(context["capabilities"].get("add", ())) <= {"NET_BIND_SERVICE"}, name
            assert "memory" in container["resources"]["limits"], name
            if resource["kind"] in ("Deployment", "StatefulSet"):
                assert "readinessProbe" in container, name
        for volume in spec["volumes"]:
            assert "sizeLimit" in volume.get("emptyDir", {"sizeLimit": ""}), (name, volume)
    for name in OURS:
        [container] = pod(of_kind(overlays[overlay], "Deployment")[name])["containers"]
        assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
        assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"


def test_a_cluster_has_two_of_each_apart_and_loses_one_at_a_time(
    overlays: dict[str, list[Resource]],
) -> None:
    resources = overlays["cluster"]
    budgets = {
        frozenset(each["spec"]["selector"]["matchLabels"].items()): each["spec"]["maxUnavailable"]
        for each in of_kind(resources, "PodDisruptionBudget").values()
    }
    deployments = of_kind(resources, "Deployment")
    assert set(deployments) == {*OURS, "front"}
    for name, resource in deployments.items():
        assert resource["spec"]["replicas"] >= 2, name
        assert budgets[frozenset(resource["spec"]["selector"]["matchLabels"].items())] == 1
        [apart, *_] = pod(resource)["topologySpreadConstraints"]
        assert (apart["topologyKey"], apart["whenUnsatisfiable"]) == (
            "kubernetes.io/hostname",
            "DoNotSchedule",
        )
    assert of_kind(resources, "MongoDBCommunity")["rs0"]["spec"]["members"] == 3
    values = yaml.safe_load((K8S / "cluster" / "nats.values.yaml").read_text("utf-8"))
    assert values["config"]["cluster"]["replicas"] == 3
    assert told(resources, "registry", {})["DVK_NATS_REPLICAS"] == "3"


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("name", OURS)
def test_each_is_told_all_it_needs_and_finds_every_secret_it_is_told_of(
    overlays: dict[str, list[Resource]], secrets: dict[str, Resource], overlay: str, name: str
) -> None:
    environment = told(overlays[overlay], name, secrets)
    settings = OfConsole.read(environment) if name == "console" else from_environment(name, environment)
    assert settings.http_port == 8000
    assert not strangers(type(settings).names() | Settings.names(), environment)
    if name != "console":
        assert environment["DVK_NATS_USER"] == name


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("name", OURS)
def test_every_setting_can_be_said_by_the_city_but_what_is_true_of_a_container(
    overlays: dict[str, list[Resource]], overlay: str, name: str
) -> None:
    spec = pod(of_kind(overlays[overlay], "Deployment")[name])
    [container] = spec["containers"]
    *_, first, last = container["envFrom"]
    optional = {"name": OWN, "optional": True}
    assert (first, last) == ({"configMapRef": optional}, {"secretRef": optional}), "the last one wins"
    # What stands in `env` wins over both.
    assert {each["name"] for each in container.get("env", ())} <= {"DVK_NATS_USER", "DVK_WITNESS_KEY_FILE"}
    files = [each["mountPath"] for each in container["volumeMounts"] if each["name"] == "files"]
    assert files == (["/run/files"] if name == "reporting" else [])


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_who_is_asked_for_is_there(overlays: dict[str, list[Resource]], overlay: str) -> None:
    resources = overlays[overlay]
    named = set(of_kind(resources, "Service"))
    if overlay == "cluster":
        named.add("nats")  # its chart makes it
    assert {*OURS, "front", "mongo", "nats"} <= named
    who = [labels(each) for each in of_kind(resources, "Deployment", "StatefulSet").values()]
    who += [{"dvk/store": "mongo"}] * (overlay == "cluster")
    for name, service in of_kind(resources, "Service").items():
        wanted = service["spec"]["selector"].items()
        assert any(wanted <= each.items() for each in who), name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_secrets_are_named_and_never_held(
    overlays: dict[str, list[Resource]], secrets: dict[str, Resource], overlay: str
) -> None:
    assert not of_kind(overlays[overlay], "Secret")
    text = json.dumps(overlays[overlay])
    for secret in secrets.values():
        for value in secret["data"].values():
            assert value not in text
    wanted = set(_secrets_named(overlays[overlay]))
    known = {(name, key) for name, secret in secrets.items() for key in secret["data"]}
    assert wanted - known == {
        ("dvk-backup", "recipient")
    }  # made from the backups' own key, which lies elsewhere


def test_nobody_reaches_the_stores_but_services_and_upkeep(overlays: dict[str, list[Resource]]) -> None:
    for resources in overlays.values():
        policies = of_kind(resources, "NetworkPolicy")
        assert policies["nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
        [rule] = policies["mongo"]["spec"]["ingress"]
        allowed = [each["podSelector"] for each in rule["from"]]
        assert allowed[0]["matchExpressions"][0]["values"] == ["service", "upkeep"]
        of_console = policies["console"]["spec"]["egress"]
        assert [port["port"] for row in of_console for port in row["ports"]] == [8000, 443]
        covered = [each["spec"]["podSelector"].get("matchLabels") for each in policies.values()]
        for name, each in of_kind(resources, "Deployment", "StatefulSet").items():
            assert any(one and one.items() <= labels(each).items() for one in covered), name


def test_the_nightly_backup_is_a_verb_as_it_is_typed(overlays: dict[str, list[Resource]]) -> None:
    for resources in overlays.values():
        [container] = pod(of_kind(resources, "CronJob")["backup"])["containers"]
        parser = argparse.ArgumentParser()
        arguments_of_backup(parser)
        verb, *rest = container["args"]
        assert verb == "backup"
        asked = parser.parse_args(rest)
        assert (str(asked.directory), str(asked.secrets)) == ("/backups", "/run/secrets/keys")
        assert of_kind(resources, "CronJob")["backup"]["spec"]["concurrencyPolicy"] == "Forbid"


@pytest.mark.thorough
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_with_one_line_the_nightly_backup_goes_into_a_bucket(overlay: str, tmp_path: Path) -> None:
    import kubernetes_validate

    within = [os.path.relpath(K8S / each, (tmp_path / "city").resolve()) for each in ("bucket", "tls")]
    resources = of_a_city(tmp_path / "city", overlay, components=within)
    job = of_kind(resources, "CronJob")["backup"]
    kubernetes_validate.validate(job, VERSIONS[-1], strict=True)
    [container] = pod(job)["containers"]
    parser = argparse.ArgumentParser()
    arguments_of_backup(parser)
    asked = parser.parse_args(container["args"][1:])
    assert (asked.directory, str(asked.keys_to)) == ("$(BACKUP_PLACE)", "/keys-copy")
    assert container["envFrom"] == [{"secretRef": {"name": "dvk-bucket"}}]
    mounted = {each["name"] for each in container["volumeMounts"]}
    assert mounted == {each["name"] for each in pod(job)["volumes"]} and "backups" not in mounted
    assert "backups" not in of_kind(resources, "PersistentVolumeClaim")
    way = of_kind(resources, "NetworkPolicy")["bucket"]["spec"]
    assert way["podSelector"]["matchLabels"].items() <= labels(job["spec"]["jobTemplate"]).items()
    assert way["egress"] == [{"ports": [{"port": 443}]}]


def _secrets_named(resources: list[Resource]) -> list[tuple[str, str]]:
    """Every (Secret, key) that some container finds in its files or its environment."""
    found: list[tuple[str, str]] = []
    for resource in of_kind(resources, "Deployment", "StatefulSet", "Job", "CronJob").values():
        spec = pod(resource)
        for volume in spec["volumes"]:
            sources = [each["secret"] for each in volume.get("projected", {}).get("sources", ())]
            sources += (
                [{**volume["secret"], "name": volume["secret"]["secretName"]}] if "secret" in volume else []
            )
            for source in sources:
                found += [(source["name"], item["key"]) for item in source.get("items", ())]
        for container in spec["containers"]:
            refs = [each.get("valueFrom", {}).get("secretKeyRef") for each in container.get("env", ())]
            found += [(ref["name"], ref["key"]) for ref in refs if ref]
    return found


def told(resources: list[Resource], name: str, secrets: dict[str, Resource]) -> dict[str, str]:
    """The environment of a service, its secrets being files of ours."""
    spec = pod(of_kind(resources, "Deployment")[name])
    [container] = spec["containers"]
    maps = of_kind(resources, "ConfigMap")
    found: dict[str, str] = {"DVK_HTTP_PORT": "8000"}  # in the image
    for each in container["envFrom"]:
        if (source := each.get("configMapRef", {"name": OWN}))["name"] != OWN:
            found |= maps[source["name"]]["data"]
    found |= {each["name"]: each["value"] for each in container.get("env", ())}
    [mounted] = [each for each in spec["volumes"] if each["name"] == "secrets"]
    there: set[str] = set()
    for source in mounted["projected"]["sources"]:
        there |= set(secrets.get(source["secret"]["name"], {"data": {}})["data"])
    if secrets:
        files = {value.rpartition("/")[2] for key, value in found.items() if key.endswith("_FILE") and value}
        assert files == there, name
        found = _with_contents(found)
    return found


def _with_contents(environment: dict[str, Any]) -> dict[str, str]:
    given = {key: value for key, value in environment.items() if value}
    for key in ("DVK_MONGO_URL", "DVK_NATS_PASSWORD"):
        if given.pop(f"{key}_FILE", None):
            given[key] = "mongodb://user:password@mongo:27017/?replicaSet=rs0"
    return given
