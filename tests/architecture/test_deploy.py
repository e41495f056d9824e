"""What is deployed is what was written: settings, secrets, images and rights fit one another."""

from __future__ import annotations

import importlib.util
import json
import re
import stat
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from services.cli.deploying import handed_over, make_secrets
from services.cli.embedded import ON_NATS
from services.cli.main import VERBS
from services.cli.permissions import permissions
from services.cli.places import DataDir
from services.console.settings import Settings as OfConsole
from services.reporting.store.generation import NUMBER, Book
from services.reporting.store.readmodels import CURRENT
from shared import SERVICES
from shared.evidence.named import takes_files
from shared.evidence.namings import namings
from shared.evidence.withdrawing import withdrawals
from shared.following.projections import collection_name
from shared.process.declaring import SettingsWrong, strangers
from shared.process.revoking import PROJECTION as REVOKED
from shared.process.settings import Settings as OfServices
from shared.process.settings import from_environment

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
TABLE = json.loads((ROOT / "deploy" / "mongo" / "collections.json").read_text("utf-8"))
NEVER = {
    "update",
    "remove",
    "dropCollection",
    "dropDatabase",
    "collMod",
    "convertToCapped",
    "renameCollection",
}


def users() -> ModuleType:
    spec = importlib.util.spec_from_file_location("users", ROOT / "deploy" / "mongo" / "users.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lock(path: str) -> dict[str, str]:
    text = (ROOT / path).read_text("utf-8")
    entries = re.finditer(r"^([a-z0-9-]+)==.*?(?=^\S|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    return {entry[1]: entry[0].strip() for entry in entries}


def test_what_runs_is_locked_as_in_the_whole_lock() -> None:
    runs, whole = lock("deploy/requirements.lock"), lock("requirements.lock")
    assert runs and all(whole[name] == entry for name, entry in runs.items())
    assert not {"pytest", "ruff", "pyright", "testcontainers"} & set(runs)


def test_what_speaks_to_object_stores_is_with_the_operators_and_in_no_service() -> None:
    runs, tools = lock("deploy/requirements.lock"), lock("deploy/requirements.tools.lock")
    assert set(tools) - set(runs) == {"obstore"}
    assert all(tools[name] == entry for name, entry in runs.items())
    assert tools["obstore"] == lock("requirements.lock")["obstore"]
    image = (ROOT / "deploy" / "Dockerfile.tools").read_text("utf-8")
    assert "COPY deploy/requirements.tools.lock " in image and "--require-hashes" in image


def given(value: str) -> str:
    """A value of the compose file with its variables filled in: the default, or anything where one is required."""
    value = re.sub(r"\$\{[A-Z_]+:?-([^}]*)\}", r"\1", value)
    return re.sub(r"\$\{([A-Z_]+)(:\?[^}]*)?\}", "given", value)


@pytest.mark.parametrize("service", SERVICES)
def test_compose_tells_a_service_all_it_needs_and_nothing_it_does_not_know(
    service: str, tmp_path: Path
) -> None:
    told = {name: given(str(value)) for name, value in COMPOSE["services"][service]["environment"].items()}
    _are_known_and_handed_over(service, told, OfServices.names())
    for name in ("DVK_MONGO_URL_FILE", "DVK_NATS_PASSWORD_FILE"):
        (tmp_path / name).write_text("mongodb://user:password@mongo\n")
        told[name] = str(tmp_path / name)
    told |= {"DVK_HTTP_PORT": "8000"}  # in the image
    settings = from_environment(service, told)
    assert settings.nats_user == service
    assert settings.mongo_url == "mongodb://user:password@mongo"


def _are_known_and_handed_over(service: str, told: dict[str, str], known: set[str]) -> None:
    assert set(told) <= known and not strangers(known, told)
    secrets = {
        each if isinstance(each, str) else each["target"] for each in COMPOSE["services"][service]["secrets"]
    }
    files = {value for name, value in told.items() if name.endswith("_FILE") and value}
    assert files == {f"/run/secrets/{name}" for name in secrets}


def test_compose_tells_the_console_all_it_needs_and_gives_it_no_way_to_the_stores() -> None:
    of_console = COMPOSE["services"]["console"]
    told = {name: given(str(value)) for name, value in of_console["environment"].items()}
    _are_known_and_handed_over("console", told, OfConsole.names())
    settings = OfConsole.read({**told, "DVK_HTTP_PORT": "8000"})
    assert settings.provider is None and set(settings.peers) == set(SERVICES)
    assert of_console["networks"] == ["outside"]
    with_provider = {
        **told,
        "DVK_HTTP_PORT": "8000",
        "DVK_OIDC_ISSUER": "https://id",
        "DVK_OIDC_CLIENT_ID": "dvk",
    }
    with pytest.raises(SettingsWrong, match="DVK_CONSOLE_URL"):
        OfConsole.read(with_provider)


def test_every_secret_of_compose_is_one_that_is_made(tmp_path: Path) -> None:
    place = DataDir(tmp_path)
    made = make_secrets(place, "dvk.example")
    wanted = {Path(each["file"]).name for each in COMPOSE["secrets"].values()}
    assert wanted <= set(made)
    assert stat.S_IMODE(place.secrets.stat().st_mode) == 0o700
    for path in place.secrets.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == (0o444 if path.name in wanted else 0o600), path.name
    before = {path.name: path.read_text("utf-8") for path in place.secrets.iterdir()}
    assert make_secrets(place, "dvk.elsewhere") == []
    assert {path.name: path.read_text("utf-8") for path in place.secrets.iterdir()} == before


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert "DVK_SECRETS:-" not in text
    assert not re.search(
        r"(?i)(password|secret|key)\w*: *['\"]?[a-z0-9]{6,}['\"]?$", text, flags=re.MULTILINE
    )


def test_only_loopback_is_published() -> None:
    published = {name: given_ports(each) for name, each in COMPOSE["services"].items() if "ports" in each}
    assert set(published) == {"nats", "front"}, "a service with a port of its own cannot be there twice"
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


@pytest.mark.parametrize("name", [*SERVICES, "console"])
def test_there_can_be_several_of_what_is_ours(name: str) -> None:
    container = COMPOSE["services"][name]
    assert not {"container_name", "hostname", "ports"} & container.keys(), (
        "of each there is only one on a machine"
    )
    front = (ROOT / "deploy" / "caddy" / "Caddyfile").read_text("utf-8")
    assert "dynamic a {args[0]}" in front, "the front asks who there is, again and again"
    assert container["depends_on"] and "volumes" in container, "what they keep is a volume of all of them"


def given_ports(container: dict[str, Any]) -> list[str]:
    return [re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", port) for port in container["ports"]]


@pytest.mark.parametrize("container", COMPOSE["services"])
def test_no_container_fills_the_disk_with_what_it_says_or_the_memory_with_temporary_files(
    container: str,
) -> None:
    of_container = COMPOSE["services"][container]
    assert {"max-size", "max-file"} <= set(of_container["logging"]["options"])
    assert all(":size=" in place for place in of_container.get("tmpfs", ()))


def test_what_the_operator_is_told_to_type_exists() -> None:
    told = (ROOT / "deploy" / "README.md").read_text("utf-8")
    typed = " ".join(re.findall(r"^```sh\n(.*?)^```", told, flags=re.MULTILINE | re.DOTALL))
    verbs = set(re.findall(r"\.venv/bin/dvk ([a-z-]+)", typed))
    assert {"secrets", "import", "restore-log", "verify"} <= verbs <= {row.name for row in VERBS}
    files = re.findall(r"services/[a-z_./]+", typed)
    assert files and all((ROOT / file).is_file() for file in files)
    of_secrets = set(re.findall(r"deploy/secrets/([a-z.-]+)", typed))
    assert of_secrets <= {*handed_over(), "compose.env", "operator.nats-password"}
    run = set(re.findall(r"dc (?:run|exec) [^|<>]*? (?=mongo|nats)([a-z]+)", typed))
    assert run and run <= set(COMPOSE["services"])


def test_nobody_is_let_into_nats_without_a_name_and_each_account_has_users_of_its_own() -> None:
    found = permissions({name: name for name in ON_NATS}, {"so-noi-vu": "U"})
    assert found.keys() == {"accounts"}, "no anonymous user, no default"
    users = {
        name: [u.get("user") or u.get("nkey") for u in a["users"]] for name, a in found["accounts"].items()
    }
    assert users == {"DVK": list(SERVICES), "OPERATORS": ["operator"], "AGENCY_so-noi-vu": ["U"]}


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_may_change_what_it_has_recorded(service: str) -> None:
    rights: dict[str, set[str]] = {}
    for right in users().privileges(service, "dvk", TABLE):
        resource = right["resource"]
        if right["actions"] == ["dbStats"]:
            continue  # how full the disk is: nothing of any document
        assert resource["collection"], "a right over a whole database holds for its log too"
        assert resource["db"] in (f"dvk_{service}", "dvk_keys")
        if resource["db"] == f"dvk_{service}":
            rights[resource["collection"]] = set(right["actions"])
    append_only = [*TABLE["every"]["append"], *TABLE[service]["append"]]
    assert {"log", "tiles", "signed"} <= set(append_only)
    for name in append_only:
        assert {"find", "insert"} <= rights[name]
        assert not NEVER & rights[name]


@pytest.mark.parametrize("service", SERVICES)
def test_every_collection_that_the_code_names_has_its_rights(service: str) -> None:
    table: dict[str, Any] = TABLE[service]
    known = {*TABLE["every"]["append"], *TABLE["every"]["change"], *table["append"], *table["change"]}
    described = import_module(f"services.{service}.app").SERVICE
    takes = any(takes_files(row.command) for row in described.commands)
    projections = [
        *described.projections,
        REVOKED,
        *([namings(service), withdrawals(service)] if takes else []),
    ]
    kept, granted = {collection_name(each) for each in projections}, {n for n in known if n.startswith("p_")}
    assert kept == granted, f"deploy/mongo/collections.json, {service}: change"
    named: set[str] = set()
    for file in [*(ROOT / "shared").rglob("*.py"), *(ROOT / "services" / service).rglob("*.py")]:
        if "people" not in file.parts:  # their keys are in a database of their own
            named |= set(re.findall(r"database\[\"([a-z_.]+)\"\]", file.read_text("utf-8")))
    assert named - (set() if takes else {"evidence.chunks", "evidence.files", "evidence.brought"}) <= known


def test_the_read_models_of_every_generation_have_their_rights() -> None:
    class Named(dict[str, str]):
        def __missing__(self, name: str) -> str:
            return self.setdefault(name, name)

    database = Named()
    Book(None, database, 7)
    generations = {name.format(7) for name in TABLE["reporting"]["generations"]}
    assert set(database) == {"readmodels", "sessions", *generations}  # every service ends its dead sessions


def test_the_rights_follow_the_rebuilds_of_reporting() -> None:
    class Kept(dict[str, dict[str, Any]]):
        def find_one(self, where: dict[str, str]) -> dict[str, Any] | None:
            return self.get(where["_id"])

    kept, of_reporting = Kept(), TABLE["reporting"]
    assert users().generation_in_use({"readmodels": kept}, of_reporting) == 1
    kept[CURRENT] = {"_id": CURRENT, "generation": 60}
    assert users().generation_in_use({"readmodels": kept}, of_reporting) == 60
    assert users().generation_in_use({"readmodels": kept}, TABLE["registry"]) == 1
    rights = users().privileges("reporting", "dvk", TABLE, 60)
    named = {right["resource"]["collection"] for right in rights}
    assert {f"rm{NUMBER}x{generation}_model" for generation in (59, 60, 61)} <= named


def test_an_image_holds_one_service() -> None:
    text = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    copied = re.findall(r"^COPY (?!--from)(\S+)", text, flags=re.MULTILINE)
    code = ["shared", "services/__init__.py", "services/$SERVICE"]
    assert copied == ["deploy/requirements.lock", *code, "deploy/runbook.md"]
    assert "\nUSER dvk\n" in text and "--require-hashes" in text


def test_every_page_style_and_table_that_a_service_reads_goes_into_its_image() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    left_out = [line for line in lines if line and not line.startswith(("#", "!"))]
    assert left_out == ["*", "**/__pycache__", "**/*.pyc"]
    brought = {line for line in lines if line.startswith("!")}
    assert brought == {
        "!shared",
        "!services",
        "!deploy/requirements.lock",
        "!deploy/requirements.tools.lock",
        "!deploy/mongo",
        "!deploy/runbook.md",
        "!deploy/runbook.vi.md",
    }


def test_a_service_that_is_not_ready_does_not_shut_the_way_by_which_it_is_mended() -> None:
    for name in ("console", "front"):
        assert isinstance(COMPOSE["services"][name]["depends_on"], list), "started, whether healthy or not"


TRUE_OF_CONTAINERS = {
    "DVK_APPRAISAL_URL", "DVK_AWARDS_URL", "DVK_CONSOLE_KEY_FILE", "DVK_KEY_ENCRYPTION_KEY_FILE", "DVK_KEY_STORE",
    "DVK_LOG_KEY_FILE", "DVK_MONGO_AUTHORISATION", "DVK_MONGO_URL_FILE", "DVK_NATS_PASSWORD_FILE", "DVK_NATS_URL",
    "DVK_NATS_USER", "DVK_PEER_KEYS_FILE", "DVK_REGISTRY_URL", "DVK_REPORTING_URL", "DVK_SECURITY_LOG_DIR",
    "DVK_TRUSTED_PROXIES", "DVK_WITNESS_KEY_FILE",
}  # fmt: skip
"""Where things are inside: names of containers, mounted secrets and volumes. `compose.env` does not change them."""


@pytest.mark.parametrize("name", [*SERVICES, "console"])
def test_every_other_setting_is_a_line_of_the_file_that_compose_is_given(name: str) -> None:
    of_container = COMPOSE["services"][name]
    assert of_container["env_file"] == ["${DVK_SECRETS}/compose.env"]
    said = {key: str(value) for key, value in of_container["environment"].items()}
    fixed = {key for key, value in said.items() if f"${{{key}" not in value}
    assert fixed <= TRUE_OF_CONTAINERS
    assert ("${DVK_SECRETS}/files:/run/files:ro" in of_container["volumes"]) == (name == "reporting")
