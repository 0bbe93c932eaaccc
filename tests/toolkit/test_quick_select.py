import re

import pytest
from django import forms

from toolkit.quick_select import QuickSelect

CHOICES = [("", "Semua"), ("a", "Satu & <dua>"), ("b", 'Tiga "empat"')]


def options(html: str) -> list[str]:
    return [" ".join(option.split()) for option in re.findall(r"<option[^>]*>[^<]*</option>", html)]


@pytest.mark.parametrize("value", [None, "", "a", "b", "lain", "<script>"])
def test_quick_select_shows_what_select_shows(value: str | None) -> None:
    attrs = {"id": "id_jenis", "class": "form-select", "required": True, "disabled": False}
    quick = QuickSelect(choices=CHOICES).render("jenis", value, attrs)
    usual = forms.Select(choices=CHOICES).render("jenis", value, attrs)
    assert options(quick) == options(usual)
    assert quick.startswith("<select ")
    for part in ('name="jenis"', 'id="id_jenis"', 'class="form-select"', " required"):
        assert part in quick
    assert "disabled" not in quick
    assert "<script>" not in quick
