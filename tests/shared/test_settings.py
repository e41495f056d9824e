"""What is wrong with the settings is said at once, in words; and the example says what is declared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.cli.main import main
from services.cli.settings import Settings as OfCli
from services.console.settings import Settings as OfConsole
from services.registry.app import SERVICE
from shared import SERVICES
from shared.process.declaring import OF_OTHERS, Declared, SettingsWrong, strangers
from shared.process.kinds import SENTENCES, kind_of
from shared.process.main import run
from shared.process.settings import Settings, from_environment

EXAMPLE = (Path(__file__).parents[2] / ".env.example").read_text("utf-8")
OF_SERVICES, _, OF_DEVELOPERS = EXAMPLE.partition("# --- for developers")
FULL = {
    "DVK_HTTP_PORT": "8001",
    "DVK_MONGO_URL": "mongodb://u:geheim@mongo",
    "DVK_NATS_URL": "nats://nats:4222",
    "DVK_LOG_KEY_FILE": "log.key",
    "DVK_KEY_ENCRYPTION_KEY_FILE": "keys",
    "DVK_KEY_STORE": "store",
    "DVK_JWKS_FILE": "jwks.json",
    "DVK_TOKEN_ISSUER": "id",
    "DVK_TOKEN_AUDIENCE": "dvk",
    **{f"DVK_{name.upper()}_URL": f"http://{name}/" for name in SERVICES},
}
"""All that has no default."""
CONSOLE = {name: FULL[name] for name in FULL.keys() & OfConsole.names()} | {
    "DVK_CONSOLE_KEY_FILE": "console.key"
}


def wrong(given: dict[str, str], declared: type[Declared] = Settings) -> dict[str, str]:
    """The code by variable."""
    known = {"service": "registry"} if declared is Settings else {}
    with pytest.raises(SettingsWrong) as caught:
        declared.read(given, **known)
    assert len(caught.value.wrong) == len({each.name for each in caught.value.wrong})
    return {each.name: each.code for each in caught.value.wrong}


def set_in(text: str) -> dict[str, str]:
    return dict(re.findall(r"^(DVK_[A-Z_]+)=(.*)$", text, flags=re.MULTILINE))


def test_what_has_no_default_is_all_that_is_needed() -> None:
    settings = from_environment("registry", FULL)
    assert settings.peers["awards"] == "http://awards"
    assert (settings.mongo_database, settings.keys_database) == ("dvk_registry", "dvk_keys")
    assert settings.keys_mongo_url == settings.mongo_url == FULL["DVK_MONGO_URL"]
    assert settings.origin == "dvk.danang.gov.vn/registry"
    assert OfConsole.read(CONSOLE).provider is None


def test_everything_that_is_missing_is_said_at_once() -> None:
    missing = {name for name in FULL if name != "DVK_JWKS_FILE"} | {"DVK_JWKS_URL"}
    assert wrong({}) == dict.fromkeys(missing, "setting.missing")
    blank = dict.fromkeys(FULL, "  ")
    assert wrong(blank) == wrong({})


ODD = {
    "DVK_HTTP_PORT": ("0", "65536", "8001.0", "+8001", "8_001", "٣", "9" * 30),
    "DVK_HTTP_CONNECTIONS": ("9", "-1"),
    "DVK_LIMIT_ADDRESS": ("many",),
    "DVK_TOKEN_LONGEST_SECONDS": ("0",),
    "DVK_CLOCK_TRUSTED_ON": ("4/1/2027", "2027-02-30", "20270104", "1700000000", "2027-01-04T00:00:00"),
    "DVK_MONGO_DRIVER": ("Motor",),
    "DVK_MONGO_AUTHORISATION": ("no",),
    "DVK_LOG_LEVEL": ("info", "LOUD"),
    "DVK_MONGO_URL": ("mongo:27017", "postgresql://u:geheim@db", "mongodb://"),
    "DVK_NATS_URL": ("nats:4222", "http://nats"),
    "DVK_REGISTRY_URL": ("registry:8000",),
    "DVK_JWKS_URL": ("ftp://id",),
}


@pytest.mark.parametrize("name", ODD)
def test_what_means_nothing_is_said_with_what_is_wanted(name: str) -> None:
    for value in ODD[name]:
        assert wrong({**FULL, name: value}) == {name: "setting.invalid"}


def test_wrong_and_missing_ones_are_said_together_a_line_each_in_both_languages(tmp_path: Path) -> None:
    given = {
        **FULL,
        "DVK_HTTP_PORT": "x",
        "DVK_NATS_PASSWORD_FILE": str(tmp_path / "none"),
        "DVK_TLS_DIR": str(tmp_path),
    }
    del given["DVK_TOKEN_AUDIENCE"], given["DVK_JWKS_FILE"]
    with pytest.raises(SettingsWrong) as caught:
        from_environment("registry", given)
    lines = caught.value.of("registry").splitlines()
    assert {each.name: each.code for each in caught.value.wrong} == {
        "DVK_HTTP_PORT": "setting.invalid",
        "DVK_NATS_PASSWORD_FILE": "setting.file-unreadable",
        "DVK_TLS_DIR": "setting.certificates-missing",
        "DVK_TOKEN_AUDIENCE": "setting.missing",
        "DVK_JWKS_URL": "setting.missing",
    }
    assert len(lines) == 5
    [port] = [line for line in lines if "DVK_HTTP_PORT" in line]
    assert port == (
        "registry: DVK_HTTP_PORT: đang là “x”; cần một số nguyên từ 1 đến 65535 · "
        "DVK_HTTP_PORT is 'x'; it is a whole number from 1 to 65535 [setting.invalid]"
    )


def test_a_secret_is_never_shown() -> None:
    with pytest.raises(SettingsWrong) as caught:
        from_environment("registry", {**FULL, "DVK_MONGO_URL": "postgresql://u:geheim@db"})
    assert "geheim" not in str(caught.value)
    assert "geheim" not in repr(from_environment("registry", {**FULL, "DVK_NATS_PASSWORD": "geheim"}))


def test_a_secret_may_stand_in_a_file_and_the_file_wins(tmp_path: Path) -> None:
    for name in ("DVK_MONGO_URL", "DVK_KEYS_MONGO_URL", "DVK_NATS_PASSWORD", "DVK_METRICS_TOKEN"):
        (tmp_path / name).write_text(f"mongodb://{name}\n", "utf-8")
    given = {**FULL, **{f"{path.name}_FILE": str(path) for path in tmp_path.iterdir()}}
    settings = from_environment("registry", given)
    assert settings.mongo_url == "mongodb://DVK_MONGO_URL"
    assert settings.keys_mongo_url == "mongodb://DVK_KEYS_MONGO_URL"
    assert settings.nats_password == "mongodb://DVK_NATS_PASSWORD"
    assert settings.measures("Bearer mongodb://DVK_METRICS_TOKEN")
    (tmp_path / "DVK_NATS_PASSWORD").write_text(" \n", "utf-8")
    (tmp_path / "DVK_MONGO_URL").unlink()
    assert wrong(given) == {
        "DVK_MONGO_URL_FILE": "setting.file-unreadable",
        "DVK_NATS_PASSWORD_FILE": "setting.file-empty",
    }


def test_a_provider_needs_the_consoles_address_and_name() -> None:
    given = {**CONSOLE, "DVK_OIDC_ISSUER": "https://id/"}
    assert wrong(given, OfConsole) == dict.fromkeys(
        ("DVK_CONSOLE_URL", "DVK_OIDC_CLIENT_ID"), "setting.missing"
    )
    provider = OfConsole.read({**given, "DVK_CONSOLE_URL": "https://c", "DVK_OIDC_CLIENT_ID": "dvk"}).provider
    assert provider is not None and provider.issuer == "https://id"


def test_a_process_that_starts_says_it_of_its_files_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "keys").write_text("", "utf-8")
    for name, value in {
        **FULL,
        "DVK_KEY_ENCRYPTION_KEY_FILE": str(tmp_path / "keys"),
        "DVK_HTTP_PORT": "",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DVK_LOG_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(SystemExit) as ended:
        run(SERVICE)
    assert [
        re.findall(r"^registry: (\w+): .* \[(.*)\]$", line) for line in str(ended.value).splitlines()
    ] == [
        [("DVK_JWKS_FILE", "setting.file-unreadable")],
        [("DVK_LOG_KEY_FILE", "setting.file-unreadable")],
        [("DVK_KEY_ENCRYPTION_KEY_FILE", "setting.file-empty")],
        [("DVK_HTTP_PORT", "setting.missing")],
    ]


def test_a_variable_that_nothing_reads_is_named_with_what_it_resembles() -> None:
    given = {
        **FULL,
        "DVK_HTTP_PROT": "1",
        "DVK_XYZ": "1",
        "PATH": "/bin",
        "DVK_OIDC_ISSUER": "x",
        "DVK_MONGO_URL_FILE": "x",
    }
    found = {each.name: each for each in strangers(Settings.names(), given)}
    assert set(found) == {"DVK_HTTP_PROT", "DVK_XYZ"}
    assert "DVK_HTTP_PORT?" in found["DVK_HTTP_PROT"].vi and "DVK_HTTP_PORT?" in found["DVK_HTTP_PROT"].en


def test_the_command_line_names_it_too_and_does_its_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DVK_MONGDO", "x")
    assert main(["completion", "bash"]) == 0
    said = capsys.readouterr()
    assert "complete" in said.out and "DVK_MONGD" not in said.out
    assert "DVK_MONGOD?" in said.err and "[setting.unknown]" in said.err


def test_the_command_line_says_a_wrong_address_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DVK_REGISTRY_URL", "registry:8000")
    assert main(["status"]) == 1
    assert "dvk: DVK_REGISTRY_URL: đang là “registry:8000”" in capsys.readouterr().err


def test_a_service_knows_how_the_variables_of_others_begin() -> None:
    others = set(set_in(EXAMPLE)) | OfCli.names() | OfConsole.names()
    assert all(name.startswith(OF_OTHERS) for name in others - Settings.names())
    assert not any(name.startswith(OF_OTHERS) for name in Settings.names())


def test_the_example_and_the_declarations_name_the_same_variables() -> None:
    bases = {name for name in Settings.names() | OfConsole.names()}
    files = {name for name in bases if name.removesuffix("_FILE") in bases - {name}}
    assert set(set_in(OF_SERVICES)) == bases - files
    assert OfCli.names() - bases <= set(set_in(OF_DEVELOPERS))
    assert all(name in OF_SERVICES for name in files), "a secret's file is explained"


@pytest.mark.parametrize("declared", [Settings, OfConsole])
def test_the_example_shows_the_defaults_and_says_what_is_needed(declared: type[Declared]) -> None:
    shown = set_in(OF_SERVICES)
    said = {name: block.lower() for block in OF_SERVICES.split("\n\n") for name in set_in(block)}
    for member, field in declared.model_fields.items():
        if (name := f"DVK_{member.upper()}") not in shown:
            continue
        if field.is_required():
            assert "needed" in said[name], name
        elif field.default not in (None, "") and shown[name]:
            assert shown[name] == str(field.default), name
        elif not shown[name]:
            assert not field.default, name


def test_the_example_can_be_read_as_it_stands() -> None:
    given = set_in(OF_SERVICES)
    needed = {"DVK_JWKS_FILE": "jwks.json", "DVK_TOKEN_ISSUER": "id", "DVK_TOKEN_AUDIENCE": "dvk"}
    assert wrong(given) == dict.fromkeys(
        ["DVK_JWKS_URL", "DVK_TOKEN_ISSUER", "DVK_TOKEN_AUDIENCE"], "setting.missing"
    )
    assert from_environment("registry", given | needed).mongo_url == given["DVK_MONGO_URL"]
    assert OfConsole.read(given | needed).http_port == 8001


def test_every_kind_and_sentence_is_said_in_both_languages() -> None:
    for declared in (Settings, OfConsole, OfCli):
        for name, field in declared.model_fields.items():
            if name != "service":
                assert kind_of(field).vi and kind_of(field).en, name
    assert all(vi and en and vi != en for vi, en in SENTENCES.values())
