"""Icons and the components that all pages share."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.views import defaults

from toolkit.templatetags.components import badge, seats
from toolkit.templatetags.icons import UnknownIcon, icon

ICON_IN_TEMPLATE = re.compile(r"""\{% icon "([^"]+)"|icon_name="([^"]+)"|icon\("([^"]+)"\)""")


def test_icon_is_a_drawing_hidden_from_screen_readers() -> None:
    drawn = icon("house")

    assert drawn.startswith('<svg class="icon" viewBox="0 0 16 16"')
    assert 'aria-hidden="true"' in drawn
    assert "<path" in drawn


@pytest.mark.parametrize("name", ["no-such-icon", "../house", "house.svg", "", "house\x00"])
def test_icon_refuses_a_name_that_is_not_installed(name: str) -> None:
    with pytest.raises(UnknownIcon):
        icon(name)


def test_every_icon_named_in_a_template_is_installed() -> None:
    names = {
        name
        for file in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for pair in ICON_IN_TEMPLATE.findall(file.read_text())
        for name in pair
        if name
    }

    assert len(names) > 20
    for name in names:
        icon(name)


@pytest.mark.parametrize(
    ("taken", "total", "tone"), [(0, 4, "gold"), (3, 4, "gold"), (4, 4, "teal"), (5, 4, "teal"), (0, 0, "teal")]
)
def test_seats_show_the_number_beside_the_bar(taken: int, total: int, tone: str) -> None:
    shown = seats(taken=taken, total=total)

    assert f'class="bar {tone}"' in shown
    assert f"{taken}/{total}" in shown
    assert "style=" not in shown


def test_seats_of_thousands_keep_their_numbers_plain_in_attributes() -> None:
    shown = seats(taken=1200, total=3000)

    assert 'max="3000"' in shown
    assert 'value="1200"' in shown
    assert "1.200/3.000" in shown


def test_what_stands_in_a_row_is_escaped() -> None:
    nasty = '<b>"&'

    for shown in (
        badge(tone="teal", label=nasty),
        seats(taken=1, total=2, label=nasty),
    ):
        assert "&lt;b&gt;&quot;&amp;" in shown
        assert nasty not in shown


@pytest.mark.parametrize("status", [400, 500])
def test_error_pages_need_no_request_no_person_and_no_database(status: int) -> None:
    request = RequestFactory().get("/")

    response = defaults.server_error(request) if status == 500 else defaults.bad_request(request, Exception())

    page = response.content.decode()
    assert response.status_code == status
    assert f"Galat {status}" in page
    assert "<form" not in page
    assert "<script" not in page
