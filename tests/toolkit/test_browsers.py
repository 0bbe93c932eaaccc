"""Browsers by the names people know."""

import pytest

from toolkit.browsers import browser_name

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME, "Chrome di Windows"),
        (f"{CHROME} Edg/126.0", "Edge di Windows"),
        (SAFARI, "Safari di iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox di Linux"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Peramban tidak dikenal"),
    ],
)
def test_a_browser_is_named(agent: str, name: str) -> None:
    assert browser_name(agent) == name
