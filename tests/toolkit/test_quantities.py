from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.quantities import MOST, QuantityField, parse_quantity, quantity_of, shown_quantity


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("66", "66"), ("4,5", "4.5"), ("4.5", "4.5"), (" 4,25 ", "4.25"), ("1.500", "1500"), ("1.500,5", "1500.5")],
)
def test_a_volume_is_read_with_comma_or_point(text, quantity):
    assert parse_quantity(text) == Decimal(quantity)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("dua", "bukan volume"),
        ("1,234", "bukan volume"),
        ("-2", "bukan volume"),
        ("0", "lebih dari nol"),
        ("10000000", "paling besar"),
        ("٤", "bukan volume"),
    ],
)
def test_what_is_no_volume_gets_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse_quantity(text)


@given(st.decimals(min_value="0.01", max_value=MOST, places=2))
def test_what_is_shown_is_read_again(quantity):
    assert parse_quantity(shown_quantity(quantity)) == quantity
    assert quantity_of(float(quantity)) == quantity


def test_a_cell_with_too_many_decimals_is_refused():
    with pytest.raises(ValueError, match="“1,234”"):
        quantity_of(1.234)


def test_the_field_keeps_what_is_given():
    field = QuantityField(required=False)
    assert field.clean(" ") is None
    assert field.clean("4,5") == Decimal("4.50")
    assert field.prepare_value(Decimal("4.50")) == "4,5"
    assert field.prepare_value("4,555") == "4,555"
