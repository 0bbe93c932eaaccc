"""Days as people write them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from toolkit.written_days import WrittenDayField, written_day

FIRST_OF_FEBRUARY = date(2026, 2, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-01",
        "2026-2-1",
        "1/2/2026",
        "01-02-2026",
        "01.02.2026",
        "1 Februari 2026",
        " 1  Feb. 2026 ",
        "1-feb-2026",
    ],
)
def test_one_day_in_many_spellings(text: str) -> None:
    assert written_day(text) == FIRST_OF_FEBRUARY
    assert WrittenDayField().clean(text) == FIRST_OF_FEBRUARY


@pytest.mark.parametrize(
    "text", ["31 Februari 2026", "2026-13-01", "1/2/26", "Februari 2026", "1 Febtober 2026", "0", "\0"]
)
def test_what_is_no_day_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValidationError, match="31 Desember 2026"):
        written_day(text)
    with pytest.raises(ValidationError, match="31 Desember 2026"):
        WrittenDayField().clean(text)


def test_nothing_is_no_day() -> None:
    assert WrittenDayField(required=False).clean("") is None


@pytest.mark.parametrize("text", ["0001-01-01", "12-03-0206", "31 Desember 9999"])
def test_a_year_that_no_document_has_is_told(text: str) -> None:
    with pytest.raises(ValidationError, match="Periksa tahunnya"):
        written_day(text)
    with pytest.raises(ValidationError, match="Periksa tahunnya"):
        WrittenDayField().clean(text)
