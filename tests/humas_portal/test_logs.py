import logging

import pytest

from humas_portal.logs import SecretPaths


@pytest.mark.parametrize(
    ("logged", "kept"),
    [
        ("Not Found: /u/Wzc5LDExMiwxXQ:O1GnnbUT/", "Not Found: /u/…/"),
        ("Forbidden: /u/abc:def/daftar/?satker=7", "Forbidden: /u/…/daftar/?satker=7"),
        ("Gone: /n/Wzc5LDExMl0:O1GnnbUT/foto/", "Gone: /n/…/foto/"),
        ("Not Found: /akun/kata-sandi/baru/1a-c3rsd/", "Not Found: /akun/kata-sandi/baru/…/"),
        ("Not Found: /kalender/ics/abc.def_-g/", "Not Found: /kalender/ics/…/"),
        ("Not Found: /undangan/7/", "Not Found: /undangan/7/"),
    ],
)
def test_keys_of_links_are_cut_out(logged: str, kept: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s", (logged,), None)
    assert SecretPaths().filter(record)
    assert record.getMessage() == kept
