import re

import pytest
from django import forms
from django.http import QueryDict
from django.urls import reverse

from units.forms.picker import UnitChoiceField, UnitMultipleChoiceField
from units.models import Unit


class OneForm(forms.Form):
    unit = UnitChoiceField(label="Satuan kerja")
    other = UnitChoiceField(label="Lain", required=False)


class ManyForm(forms.Form):
    units = UnitMultipleChoiceField(label="Satuan kerja", required=False)


def test_a_chosen_unit_is_the_value(jateng):
    form = OneForm({"unit": jateng.child.pk})

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"unit": jateng.child, "other": None}


def test_several_chosen_units_are_the_value(jateng, maluku):
    form = ManyForm(QueryDict(f"units={jateng.child.pk}&units={maluku.unit.pk}"))

    assert form.is_valid()
    assert form.cleaned_data["units"] == [maluku.unit, jateng.child]


def test_a_name_typed_whole_is_enough_without_javascript(jateng, maluku):
    form = OneForm({"unit_q": "rutan kelas iib jateng"})

    assert form.is_valid()
    assert form.cleaned_data["unit"] == jateng.child


def test_a_search_without_javascript_shows_what_was_found(jateng, maluku):
    form = OneForm({"unit_q": "rutan"})

    assert not form.is_valid()
    html = str(form["unit"])
    assert f'value="{jateng.child.pk}"' in html
    assert f'value="{maluku.child.pk}"' in html
    assert 'name="unit_asked" value="rutan"' in html
    assert form.errors["unit"] == ["Pilih dari hasil pencarian “rutan”, lalu kirim lagi."]


def test_a_choice_among_the_results_shown_counts(jateng, maluku):
    form = OneForm({"unit_q": "rutan", "unit_asked": "rutan", "unit": jateng.child.pk})

    assert form.is_valid()


def test_a_newer_search_wins_over_an_older_choice_which_stays_visible(jateng, maluku):
    form = OneForm({"unit_q": "maluku", "unit_asked": "rutan", "unit": jateng.child.pk})

    assert not form.is_valid()
    html = " ".join(str(form["unit"]).split())
    assert f'value="{jateng.child.pk}" checked' in html
    assert f'value="{maluku.child.pk}"' in html


@pytest.mark.parametrize(
    "data",
    [{}, {"unit": "x"}, {"unit": "9" * 40}, {"unit": "0"}, {"unit": "-1"}, {"unit_q": "tidak ada"}, {"unit_q": "\0"}],
)
def test_what_is_no_unit_is_refused_with_a_sentence(jateng, data):
    form = OneForm(data)

    assert not form.is_valid()
    assert len(form.errors["unit"]) == 1
    assert str(form["unit"])


def test_a_unit_outside_the_forms_choice_is_refused(jateng, maluku):
    form = OneForm({"unit": maluku.child.pk})
    form.fields["unit"].queryset = Unit.objects.under(jateng.unit)

    assert form.errors["unit"] == ["Satuan kerja itu tidak ada dalam pilihan Anda."]


def test_changing_one_forms_choice_leaves_other_forms_alone(jateng, maluku):
    OneForm().fields["unit"].queryset = Unit.objects.none()

    assert OneForm({"unit": maluku.child.pk}).is_valid()


def offered(page):
    """The keys to choose from, and whether each is chosen already."""
    boxes = re.findall(
        r'<input type="(?:radio|checkbox)" name="unit" value="([^"]+)"( checked)?>', page.content.decode()
    )
    return {key: bool(checked) for key, checked in boxes}


def test_search_offers_open_units_and_keeps_the_chosen_one(signed_in, jateng, maluku):
    jateng.child.valid_until = "2020-01-01"
    jateng.child.save()

    page = signed_in(jateng.operator).get(
        reverse("unit_search"), {"field": "unit", "type": "radio", "unit_q": "rutan", "unit": maluku.unit.pk}
    )

    assert offered(page) == {str(maluku.unit.pk): True, str(maluku.child.pk): False}
    assert "<html" not in page.content.decode()


def test_search_of_own_units_offers_no_others(signed_in, jateng, maluku):
    page = signed_in(jateng.admin).get(reverse("unit_search"), {"field": "unit", "scope": "own", "unit_q": "rutan"})

    assert offered(page) == {str(jateng.child.pk): False}


@pytest.mark.parametrize("field", ["", "1x", '"><script>', "x" * 80])
def test_search_refuses_a_field_name_that_is_none(signed_in, jateng, field):
    assert signed_in(jateng.admin).get(reverse("unit_search"), {"field": field}).status_code == 404
