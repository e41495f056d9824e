"""Whose certificates are believed: the machine's list is read once in a process, and not where nobody speaks TLS."""

from __future__ import annotations

import ssl

from shared.authorities import believed


def test_where_an_address_speaks_tls_those_whom_the_machine_believes() -> None:
    context = believed("http://registry:8001", None, "HTTPS://sso.danang.gov.vn")

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.get_ca_certs()
    assert believed("https://elsewhere") is context


def test_where_none_does_nobody() -> None:
    context = believed("http://registry:8001", None)

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.get_ca_certs() == []
