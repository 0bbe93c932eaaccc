"""Amounts: every usual way to write one is read, decimals never, and what is shown is read again."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from toolkit.rupiah import MAX_RUPIAH, RupiahField, dotted, in_words, parse_rupiah, rupiah, whole_rupiah


@pytest.mark.parametrize(
    "text",
    [
        "1500000",
        "1.500.000",
        "Rp 1.500.000",
        "Rp1.500.000",
        "rp. 1.500.000,-",
        "IDR 1 500 000",
        "1,500,000",
        " Rp\u00a01.500.000 ",
    ],
)
def test_the_many_ways_to_write_an_amount_meet(text):
    assert parse_rupiah(text) == 1_500_000


@pytest.mark.parametrize(
    "text", ["1.500.000,00", "1500000.50", "1500,5", "1,500", "1.5", "1.500.00", "1,500,000.00", "0,5"]
)
def test_decimals_get_their_sentence(text):
    with pytest.raises(ValueError, match="tanpa desimal"):
        parse_rupiah(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("seribu", "bukan jumlah rupiah"),
        ("Rp", "bukan jumlah rupiah"),
        ("", "bukan jumlah rupiah"),
        ("=1+1", "bukan jumlah rupiah"),
        ("1e6", "bukan jumlah rupiah"),
        ("١٢٣", "bukan jumlah rupiah"),
        ("-1.000", "kurang dari nol"),
        ("(1.000)", "kurang dari nol"),
        ("10.000.000.000.001", "Jumlah paling besar Rp10.000.000.000.000"),
        ("9" * 5_000, "Jumlah paling besar"),
    ],
)
def test_what_is_no_amount_gets_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse_rupiah(text)


@given(st.integers(min_value=0, max_value=MAX_RUPIAH))
def test_what_is_shown_is_read_again(amount):
    assert parse_rupiah(rupiah(amount)) == parse_rupiah(dotted(amount)) == parse_rupiah(str(amount)) == amount
    assert whole_rupiah(float(amount)) == amount


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text):
    try:
        amount = parse_rupiah(text)
    except ValueError as refused:
        sentence = str(refused)
    else:
        sentence = "."
        assert 0 <= amount <= MAX_RUPIAH
    assert sentence.endswith(".")


def test_a_cell_with_decimals_is_refused_as_written_in_indonesian():
    with pytest.raises(ValueError, match="“1500,5”"):
        whole_rupiah(1500.5)
    with pytest.raises(ValueError, match="kurang dari nol"):
        whole_rupiah(-1.0)


def test_words_follow_the_reader():
    assert in_words(1_001_000) == "Satu juta satu ribu rupiah"
    assert in_words(0) == "Nol rupiah"
    with translation.override("en"):
        assert in_words(2_000) == "Two thousand rupiah"


class Price(forms.Form):
    price = RupiahField(required=False)
    paid = RupiahField(least=1)


def test_the_field_keeps_what_was_typed_when_it_refuses():
    form = Price({"price": "1.500,75", "paid": "Rp 2.000"})
    assert not form.is_valid()
    assert list(form.errors) == ["price"]
    assert 'value="1.500,75"' in str(form["price"])
    assert form.cleaned_data == {"paid": 2_000}


@pytest.mark.parametrize(
    ("typed", "words"), [("0", "paling sedikit Rp1"), ("5.001", "paling besar Rp5.000"), ("5.000", "")]
)
def test_the_field_keeps_between_its_bounds(typed, words):
    field = RupiahField(least=1, most=5_000)
    if not words:
        assert field.clean(typed) == 5_000
        return
    with pytest.raises(ValidationError, match=words):
        field.clean(typed)


def test_the_field_shows_dots_and_knows_what_changed():
    assert 'value="1.500.000"' in str(Price(initial={"price": 1_500_000})["price"])
    form = Price({"price": " ", "paid": "0"}, initial={"price": None, "paid": 5})
    assert form.errors == {"paid": ["Isi paling sedikit Rp1."]}
    assert form.cleaned_data == {"price": None}
    field = RupiahField()
    assert not field.has_changed(1_500, "1.500")
    assert field.has_changed(1_500, "1.501")
    assert field.has_changed(1_500, "1,5")


def test_filters():
    template = Template(
        "{% load rupiahs %}{{ a|rupiah }} {{ a|dotted }} {{ b|rupiah }} "
        "{{ n|rupiah }}{{ n|dotted }}{{ n|in_words }}{{ a|in_words }}"
    )
    shown = template.render(Context({"a": 12_500, "b": -300, "n": None}))
    assert shown == "Rp12.500 12.500 −Rp300 Dua belas ribu lima ratus rupiah"
