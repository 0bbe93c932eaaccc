"""What Jinja draws: everything escaped, nothing left out silently, the same words in the reader's language."""

import uuid
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import engines
from django.urls import reverse
from django.utils import translation
from django.utils.html import conditional_escape
from jinja2 import UndefinedError

from toolkit.drawing import address, drawn, environment
from toolkit.templatetags.texts import FixedText

NASTY = """<b>"&'"""


def django_template(text: str) -> Any:
    return engines["django"].from_string(text)


class Nasty(forms.Form):
    name = forms.CharField(label=NASTY, help_text="Bantuan", required=False)
    choice = forms.ChoiceField(choices=[("", "-"), (NASTY, [(NASTY, NASTY)])], label="Pilihan")
    ticked = forms.BooleanField(label=NASTY)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)
    size = forms.IntegerField(widget=forms.NumberInput(attrs={"data-x": NASTY, "readonly": True, "hidden": False}))


def drawn_form(**data: str) -> str:
    return render_crispy_form(Nasty(data or None, initial={"name": NASTY, "secret": NASTY}))


def test_fields_escape_all_that_people_typed() -> None:
    page = drawn_form()

    assert "<b>" not in page
    assert unescape(page).count(NASTY) == 8
    assert 'data-x="&lt;b&gt;' in page
    assert " readonly" in page
    assert "hidden=" not in page.replace('type="hidden"', "")


@pytest.mark.parametrize("widget", [forms.CheckboxInput(), forms.TextInput(), forms.Select(choices=[("1", "1")])])
def test_a_widget_stays_drawn_when_its_text_is_taken(widget: forms.Widget) -> None:
    """As the lists of the panel do with the boxes that choose rows."""
    box = str(widget.render("box", "1", {"aria-label": NASTY}))

    assert conditional_escape(box) == box
    assert unescape(box).count(NASTY) == 1


def test_a_wrong_field_is_marked_and_its_sentence_tied_to_it() -> None:
    page = drawn_form(name="x", choice="no such", size="1")

    assert page.count("is-invalid") == 2
    assert page.count('class="invalid-feedback"') == 2
    assert 'id="id_choice_error"' in page
    assert 'aria-describedby="id_choice_error"' in page
    assert 'id="id_name_helptext"' in page


def test_selected_and_checked_are_kept() -> None:
    page = drawn_form(name="x", choice=NASTY, size="1", ticked="on")

    assert page.count(" selected") == 1
    assert page.count(" checked") == 1
    assert "is-invalid" not in page


def test_a_name_that_the_view_does_not_give_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        drawn("workshops/rows/workshops.jinja", {"rows": [{"when": "besok"}]})


def test_jinja_escapes_what_is_not_marked_safe() -> None:
    assert environment().from_string("{{ x }}").render(x=NASTY) == "&lt;b&gt;&#34;&amp;&#39;"


@pytest.mark.parametrize(
    ("name", "key"), [("unit_detail", 2026), ("unit_detail", 0), ("message_detail", uuid.UUID(int=7))]
)
def test_address_is_what_reverse_says(name: str, key: Any) -> None:
    assert address(name, key) == reverse(name, args=[key])


def test_fixed_texts_follow_the_language_of_the_moment() -> None:
    template = django_template('{% load texts %}{% translate "Waktu" %}')
    assert isinstance(template.template.nodelist[1], FixedText)

    said = []
    for language in ("id", "en", "id"):
        with translation.override(language):
            said.append(template.render({}))

    assert said == ["Waktu", "Time", "Waktu"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% translate word %}", "Time"),
        ('{% translate "Waktu" as kept %}[{{ kept }}]', "[Time]"),
        ('{% translate "Waktu"|upper %}', "TIME"),
        ('{% translate "Waktu" noop %}', "Waktu"),
    ],
)
def test_texts_that_are_not_fixed_are_looked_up_each_time(text: str, said: str) -> None:
    template = django_template("{% load texts %}" + text)
    assert not any(isinstance(node, FixedText) for node in template.template.nodelist)

    with translation.override("en"):
        assert template.render({"word": "Waktu"}) == said


class Parts(HTMLParser):
    """What a browser would read: tags with their attributes, and texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted(attrs, key=lambda attr: attr[0])))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data.strip())


GROUPED = [("", "Semua"), ("a", "Satu & <dua>"), ("b", 'Tiga "empat"'), ("Kelompok", [("c", "Lima"), (7, "Tujuh")])]
WIDGETS = [
    forms.Select(choices=GROUPED),
    forms.SelectMultiple(choices=GROUPED),
    forms.TextInput(),
    forms.NumberInput(),
    forms.HiddenInput(),
    forms.EmailInput(),
    forms.URLInput(),
    forms.PasswordInput(render_value=True),
    forms.CheckboxInput(),
    forms.DateInput(),
    forms.DateTimeInput(),
    forms.TimeInput(),
    forms.Textarea(),
    forms.RadioSelect(choices=GROUPED[:3]),
]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", "a", "b", "c", 7, "<script>"])
def test_a_widget_is_what_djangos_own_templates_draw(widget: forms.Widget, value: object) -> None:
    attrs = {"id": "id_jenis", "class": "form-select", "required": True, "disabled": False, "title": NASTY}

    ours = widget.render("jenis", value, attrs)

    assert Parts(ours).found == Parts(widget.render("jenis", value, attrs, renderer=DjangoTemplates())).found
    assert "<script>" not in ours
