from datetime import date, timedelta
from typing import Any

import pytest

from partnerships.models import Agreement, TermState
from tests.factories import make_agreement, make_unit

TODAY = date(2026, 11, 21)

TERMS = [
    (None, None, TermState.UNDATED, "Masa belum diisi"),
    (TODAY, None, TermState.IN_FORCE, "Berlaku"),
    (TODAY + timedelta(days=1), None, TermState.UPCOMING, "Belum berlaku"),
    (date(2025, 1, 1), TODAY - timedelta(days=1), TermState.ENDED, "Berakhir"),
    (None, TODAY - timedelta(days=1), TermState.ENDED, "Berakhir"),
    (None, TODAY + timedelta(days=1), TermState.UNDATED, "Masa belum diisi"),
    (date(2025, 1, 1), TODAY, TermState.ENDING, "Berakhir hari ini"),
    (date(2025, 1, 1), TODAY + timedelta(days=41), TermState.ENDING, "Akan berakhir 41 hari lagi"),
    (date(2025, 1, 1), TODAY + timedelta(days=90), TermState.ENDING, "Akan berakhir 90 hari lagi"),
    (date(2025, 1, 1), TODAY + timedelta(days=91), TermState.IN_FORCE, "Berlaku"),
    (TODAY + timedelta(days=5), TODAY + timedelta(days=9), TermState.UPCOMING, "Belum berlaku"),
]


@pytest.mark.parametrize(("first", "last", "state", "label"), TERMS)
def test_term_state_and_label(first: date | None, last: date | None, state: TermState, label: str) -> None:
    agreement = Agreement(effective_from=first, effective_until=last)
    assert agreement.term_state(TODAY) == state
    assert agreement.term_label(TODAY) == label


@pytest.mark.django_db
def test_in_term_state_finds_the_rows_of_which_term_state_says_so() -> None:
    unit = make_unit("Kantor Contoh")
    rows = [
        make_agreement(unit, title=str(n), number=str(n), effective_from=first, effective_until=last)
        for n, (first, last, _state, _label) in enumerate(TERMS)
    ]
    past, ahead, first = date(2020, 1, 1), date(2040, 1, 1), date(2019, 1, 1)
    others: list[dict[str, Any]] = [
        {"terminated_on": past, "termination_reason": "Mitra dibubarkan."},
        {"terminated_on": ahead, "termination_reason": "Mitra akan dibubarkan."},
        {"superseded_on": past},
        {"superseded_on": ahead},
        {"terminated_on": past, "termination_reason": "Dicabut.", "superseded_on": past},
        {"original_until": past, "effective_until": ahead},
    ]
    rows += [
        make_agreement(unit, title=f"x{n}", number=f"x{n}", **({"effective_from": first} | fields))
        for n, fields in enumerate(others)
    ]
    for state in TermState:
        expected = {row.pk for row in rows if row.term_state(TODAY) == state}
        assert expected
        assert set(Agreement.objects.in_term_state(state, TODAY).values_list("pk", flat=True)) == expected
    valid = {TermState.IN_FORCE, TermState.EXTENDED, TermState.ENDING}
    in_force = {row.pk for row in rows if row.term_state(TODAY) in valid}
    assert set(Agreement.objects.in_force_on(TODAY).values_list("pk", flat=True)) == in_force


@pytest.mark.parametrize(
    ("term", "days", "sentence"),
    [
        ((date(2026, 1, 1), date(2026, 12, 31)), (date(2026, 1, 1), date(2026, 12, 31)), ""),
        ((date(2026, 1, 1), None), (date(2030, 5, 1), date(2030, 5, 3)), ""),
        (
            (date(2019, 1, 2), date(2021, 12, 31)),
            (date(2026, 9, 24), date(2026, 9, 25)),
            "Perjanjian ini sudah berakhir pada 31 Desember 2021, sebelum kegiatan dimulai.",
        ),
        (
            (date(2026, 1, 1), date(2026, 9, 24)),
            (date(2026, 9, 24), date(2026, 9, 25)),
            "Perjanjian ini berakhir pada 24 September 2026, sebelum kegiatan selesai.",
        ),
        (
            (date(2026, 9, 25), None),
            (date(2026, 9, 24), date(2026, 9, 25)),
            "Perjanjian ini baru berlaku mulai 25 September 2026, sesudah kegiatan dimulai.",
        ),
        ((None, None), (TODAY, TODAY), "Tanggal mulai berlaku perjanjian ini belum diisi."),
    ],
)
def test_in_force_problem(term: tuple[date | None, date | None], days: tuple[date, date], sentence: str) -> None:
    agreement = Agreement(effective_from=term[0], effective_until=term[1])
    assert agreement.in_force_problem(*days) == sentence
    assert agreement.is_in_force(*days) is (sentence == "")
