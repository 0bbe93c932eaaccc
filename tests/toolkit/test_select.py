"""Our template of a <select> shows what Django's own shows."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

CHOICES = [("", "Semua"), ("a", "Satu & <dua>"), ("b", 'Tiga "empat"'), ("Kelompok", [("c", "Lima"), (7, "Tujuh")])]


def essence(html: str) -> str:
    return re.sub(r">\s+<", "><", " ".join(html.split()))


@pytest.mark.parametrize("value", [None, "", "a", "b", "c", 7, "lain", "<script>"])
def test_select_shows_what_djangos_own_shows(value: str | None) -> None:
    attrs = {"id": "id_jenis", "class": "form-select", "required": True, "disabled": False}
    widget = forms.Select(choices=CHOICES)
    ours = widget.render("jenis", value, attrs)
    assert essence(ours) == essence(widget.render("jenis", value, attrs, renderer=DjangoTemplates()))
    assert "<script>" not in ours
