"""`{% form_fields form %}` draws what `{% crispy form %}` draws."""

import re
from typing import Any

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Div, Field, Fieldset, Layout, Row
from django import forms
from django.template import engines

BOTH = Layout(
    Fieldset("Waktu dan tempat", "title", Div("kind"), "agrees"),
    Row(Column("day", css_class="col-md-6"), Column("way", css_class="col-md-6")),
    Field("note", wrapper_class="wide", rows=3),
    "token",
)


class EveryShape(forms.Form):
    title = forms.CharField(label="Judul <b>", help_text="Satu baris.")
    kind = forms.ChoiceField(choices=[("a", "A & B"), ("c", "C")])
    agrees = forms.BooleanField(required=False)
    day = forms.DateField(required=False)
    way = forms.ChoiceField(choices=[("x", "X"), ("y", "Y")], widget=forms.RadioSelect)
    note = forms.CharField(widget=forms.Textarea, required=False)
    token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, layout: Layout = BOTH) -> None:
        super().__init__(*args)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.form_show_errors = True
        self.helper.layout = layout


def drawn_by(tag: str, form: forms.Form) -> str:
    page = engines["django"].from_string("{% load rows crispy_forms_tags %}{% " + tag + " form %}")
    html = page.render({"form": form})
    return re.sub(r' *("?) *([<>]) *', r"\1\2", re.sub(r"\s+", " ", html))


@pytest.mark.parametrize("data", [None, {"title": "<script>", "kind": "z"}], ids=["empty", "with errors"])
def test_the_same_fields_as_the_package_draws(data: dict[str, str] | None) -> None:
    ours, theirs = drawn_by("form_fields", EveryShape(data)), drawn_by("crispy", EveryShape(data))

    assert ours == theirs
    assert ours.count("<label") > 5
    assert "<script>" not in ours


def test_a_layout_it_does_not_know_is_an_error() -> None:
    with pytest.raises(TypeError, match="HTML"):
        drawn_by("form_fields", EveryShape(None, layout=Layout("title", HTML("<hr>"))))
