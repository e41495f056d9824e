"""An authority of our own: what is there is kept, what ends soon is made anew, what is the city's is left alone."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from services.cli.certificates import NAMES, certify
from services.cli.deploying import make_secrets, with_tls
from services.cli.places import DataDir
from shared.process.declaring import SettingsWrong
from shared.process.tls import Tls, WithTls

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_the_certificate_bears_every_name_and_its_authority_vouches_for_it(tmp_path: Path) -> None:
    assert certify(tmp_path / "tls", tmp_path / "authority.key", NOW)
    tls = Tls(tmp_path / "tls")
    found = x509.load_pem_x509_certificate(tls.certificate.read_bytes())
    authority = x509.load_pem_x509_certificate(tls.authority.read_bytes())
    found.verify_directly_issued_by(authority)
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {
        *names.get_values_for_type(x509.DNSName),
        *map(str, names.get_values_for_type(x509.IPAddress)),
    } == set(NAMES)
    assert not (tmp_path / "tls" / "authority.key").exists()


def test_what_is_there_is_kept_and_what_ends_soon_is_made_anew_by_the_same_authority(tmp_path: Path) -> None:
    directory, key = tmp_path / "tls", tmp_path / "authority.key"
    certify(directory, key, NOW)
    before = contents(directory)
    assert not certify(directory, key, NOW + timedelta(days=600))
    assert contents(directory) == before
    assert certify(directory, key, NOW + timedelta(days=645))
    after = contents(directory)
    assert after["ca.crt"] == before["ca.crt"]
    assert after["tls.crt"] != before["tls.crt"]
    assert after["mongo.pem"] == after["tls.key"] + after["tls.crt"]


def test_a_certificate_of_the_citys_is_left_alone_and_handed_to_mongodb(tmp_path: Path) -> None:
    directory, key = tmp_path / "tls", tmp_path / "authority.key"
    certify(directory, key, NOW)
    key.unlink()
    before = contents(directory)
    (directory / "mongo.pem").unlink()
    assert not certify(directory, key, NOW + timedelta(days=5000))
    assert contents(directory) == before


def test_secrets_with_tls_has_the_compose_file_take_it_once(tmp_path: Path) -> None:
    place = DataDir(tmp_path)
    make_secrets(place, "dvk.example")
    assert with_tls(place, NOW) == ["tls"]
    assert with_tls(place, NOW) == []
    lines = (place.secrets / "compose.env").read_text("utf-8").splitlines()
    assert lines.count("COMPOSE_FILE=docker-compose.yml:deploy/tls.yml") == 1
    assert place.authority is not None


@pytest.mark.parametrize("missing", ["ca.crt", "tls.crt", "tls.key"])
def test_a_file_that_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    certify(tmp_path, tmp_path / "authority.key", NOW)
    (tmp_path / missing).unlink()
    with pytest.raises(SettingsWrong, match=rf"DVK_TLS_DIR .*{missing} is missing"):
        WithTls.read({"DVK_TLS_DIR": str(tmp_path)})


def test_a_key_that_belongs_to_another_certificate_is_no_start(tmp_path: Path) -> None:
    certify(tmp_path / "one", tmp_path / "authority.key", NOW)
    certify(tmp_path / "two", tmp_path / "authority.key", NOW)
    (tmp_path / "one" / "tls.key").write_bytes((tmp_path / "two" / "tls.key").read_bytes())
    with pytest.raises(SettingsWrong, match="DVK_TLS_DIR"):
        WithTls.read({"DVK_TLS_DIR": str(tmp_path / "one")})


def test_without_the_setting_there_is_no_tls_and_with_it_no_address_goes_around_it(tmp_path: Path) -> None:
    assert WithTls.read({}).tls is None
    certify(tmp_path, tmp_path / "authority.key", NOW)
    tls = WithTls.read({"DVK_TLS_DIR": str(tmp_path)}).tls
    assert tls is not None
    assert tls.address("http://registry:8000/a") == "https://registry:8000/a"
    assert tls.address("nats://nats:4222") == "tls://nats:4222"
    assert tls.address("https://registry") == "https://registry"
    asked = f"tls=true&tlsCAFile={str(tls.authority).replace('/', '%2F')}"
    assert tls.store("mongodb://u:p@mongo") == f"mongodb://u:p@mongo/?{asked}"
    assert tls.store("mongodb://u:p@mongo/") == f"mongodb://u:p@mongo/?{asked}"
    assert tls.store("mongodb://mongo/?w=majority") == f"mongodb://mongo/?w=majority&{asked}"
    assert tls.store("mongodb://mongo/?tls=false") == "mongodb://mongo/?tls=false"
    assert tls.asking().verify_mode == ssl.CERT_REQUIRED
