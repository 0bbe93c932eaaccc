from datetime import date

import pytest

from participants.employee_numbers import check_employee_number, masked, spaced
from toolkit.masking import masked_phone

TODAY = date(2026, 9, 7)


def checked(typed: str, status: str = "pns") -> tuple[str, int, int]:
    """The number, how many errors and how many warnings."""
    found = check_employee_number(typed, status=status, today=TODAY)
    return found.number, len(found.errors), len(found.warnings)


@pytest.mark.parametrize(
    "typed",
    [
        "198609262015051001",
        "19860926 201505 1 001",
        " 19860926.201505.1.001 ",
        "'198609262015051001",
        "19860926-201505-1-001",
    ],
)
def test_a_good_number_is_kept_as_digits(typed):
    assert checked(typed) == ("198609262015051001", 0, 0)


def test_nothing_typed_is_no_number():
    assert checked("  ") == ("", 0, 0)


@pytest.mark.parametrize("typed", ["1.98E+17", "1,98609E+17", "198609e17", "1.98609262015051E+17"])
def test_what_a_spreadsheet_ruined_is_refused(typed):
    found = check_employee_number(typed, status="pns", today=TODAY)
    assert (found.number, len(found.errors)) == ("", 1)
    assert "lembar kerja" in found.errors[0]


@pytest.mark.parametrize("typed", ["19860926201505100", "1986092620150510011", "1"])
def test_another_length_is_refused_and_named(typed):
    found = check_employee_number(typed, status="pns", today=TODAY)
    assert f"(tertulis {len(typed)})" in found.errors[0]


@pytest.mark.parametrize("typed", ["19860926201505100A", "١٩٨٦٠٩٢٦٢٠١٥٠٥١٠٠١", "1986092620150510\x0001"])
def test_anything_but_plain_digits_is_refused(typed):
    assert check_employee_number(typed, status="pns", today=TODAY).errors


@pytest.mark.parametrize("typed", ["198613262015051001", "198602302015051001", "000000002015051001"])
def test_a_birth_date_that_does_not_exist_is_refused(typed):
    assert check_employee_number(typed, status="pns", today=TODAY).errors


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("201509262015051001", "pns", "usianya 10 tahun"),
        ("194009261970051001", "pns", "usianya 85 tahun"),
        ("198609262015211001", "pns", "(21)"),
        ("198609262015001001", "pns", "(00)"),
        ("198609262027051001", "pns", "masa depan"),
        ("198609262000051001", "pns", "sebelum berusia 16"),
        ("198609262015053001", "pns", "Digit ke-15"),
        ("198609262015051000", "pns", "000"),
        ("198609262001211001", "pppk", "PPPK tidak wajar"),
    ],
)
def test_what_is_odd_is_a_warning_that_says_why(typed, status, said):
    found = check_employee_number(typed, status=status, today=TODAY)
    assert found.errors == ()
    assert any(said in warning for warning in found.warnings)


def test_a_pppk_number_bears_a_code_where_others_bear_a_month():
    assert checked("198609262023211001", status="pppk") == ("198609262023211001", 0, 0)


def test_numbers_are_shown_spaced_or_by_their_end():
    assert spaced("198609262015051001") == "19860926 201505 1 001"
    assert masked("198609262015051001").replace("•", "") == "1001"
    assert (spaced(None), masked(None)) == ("", "")
    assert "8110000" not in masked_phone("+628110000123")
    assert masked_phone("+62") == "•••"
