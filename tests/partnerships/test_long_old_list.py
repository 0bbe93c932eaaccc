"""An old list of 500 rows as an office kept it: merged cells, two ways of writing dates, unknown units, three in a
hundred twice. Each row has one fate, and none is lost."""

import io
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from partnerships.actions.old_lists import import_old_list
from partnerships.models import Agreement
from partnerships.near_names import PartnerIndex
from partnerships.spreadsheets import old_lists
from partnerships.spreadsheets.old_lists import OldList, read_old_list
from partnerships.spreadsheets.wrong_rows import wrong_columns, wrong_rows
from tests.partnerships.scene import NOW, build_scene
from tests.partnerships.test_old_lists import line, read, workbook
from toolkit.xlsx import write_sheet
from units.matching import UnitMatcher

pytestmark = pytest.mark.django_db

N_ROWS = 500
FIRST = 3  # Excel's number of the first row below title and head
MERGED, UNKNOWN, TWICE, BACKWARDS = 5, 20, 15, 10


def test_each_of_500_rows_goes_in_or_says_why_not() -> None:
    bureau, jawa, _bali = build_scene()
    owner = jawa.unit.official_name
    originals = N_ROWS - TWICE
    rows = [_row(n, owner) for n in range(originals)]
    for n in range(100, 100 + UNKNOWN):
        rows[n][4] = f"Satker yang tidak ada {n}"
    for n in range(200, 200 + BACKWARDS):
        rows[n][8] = "1 Januari 1999"
    rows += [_row(n, owner) for n in range(300, 300 + TWICE)]
    for n in range(1, MERGED):
        rows[n][4] = None
    content = workbook(*rows, merges=((FIRST, FIRST + MERGED - 1, 4, owner),))

    old_list = read(content, bureau.admin)

    assert Counter(row.status for row in old_list.rows) == {
        "new": originals - UNKNOWN - BACKWARDS,
        "same": TWICE,
        "wrong": UNKNOWN + BACKWARDS,
    }
    by_number = {row.number: row for row in old_list.rows}
    assert list(by_number) == list(range(FIRST, FIRST + N_ROWS))
    for n in range(100, 100 + UNKNOWN):
        assert _said(by_number[FIRST + n]) == [f"Unit pemilik: Satuan kerja “Satker yang tidak ada {n}” tidak dikenal."]
    for n in range(200, 200 + BACKWARDS):
        assert _said(by_number[FIRST + n]) == [
            "Berlaku sampai: Tanggal akhir tidak boleh sebelum tanggal mulai berlaku."
        ]
    for n in range(TWICE):
        assert by_number[FIRST + originals + n].notes == [f"Sama dengan baris {FIRST + 300 + n}."]
    days = {row.facts["number"]: row.facts["signed_on"] for row in old_list.ready}
    assert days == {f"L-{n}": _day(n) for n in range(originals) if not (100 <= n < 120 or 200 <= n < 210)}

    done = import_old_list(old_list.ready, by=bureau.admin, now=NOW)

    assert done.n_agreements == len(old_list.ready) == Agreement.objects.filter(number__startswith="L-").count()
    assert Agreement.objects.searched('"Layanan 42"').filter(number="L-42").exists()
    again = _corrected(old_list, bureau.admin)
    assert {row.written["Catatan lama"] for row in again.rows} == {
        f"lemari {n}" for n in (*range(100, 120), *range(200, 210))
    }
    assert Counter(row.status for row in again.rows) == {"wrong": UNKNOWN + BACKWARDS}
    assert Counter(row.status for row in read(content, bureau.admin).rows) == {
        "same": N_ROWS - UNKNOWN - BACKWARDS,
        "wrong": UNKNOWN + BACKWARDS,
    }


def _day(n: int) -> date:
    return date(2019, 1, 1) + timedelta(days=n)


def _row(n: int, owner: str) -> list[Any]:
    """Every other date is a text as people write it."""
    day = _day(n)
    return line(
        f"L-{n}",
        f"Layanan {n}",
        owner=owner,
        partner=f"Mitra {n % 40}",
        signed=f"{day:%d/%m/%Y}" if n % 2 else day,
        first=day,
        last=f"{day.day}-{day.month}-{day.year + 3}" if n % 2 else day + timedelta(days=700),
        note=f"lemari {n}",
    )


def _said(row: Any) -> list[str]:
    return [f"{problem.column}: {problem.sentence}".partition(" Barangkali")[0] for problem in row.problems]


def _corrected(old_list: OldList, user: Any) -> OldList:
    """The sheet of wrong rows, read again as it left."""
    stream = io.BytesIO()
    columns = wrong_columns(old_list)
    write_sheet(stream, title="Baris yang salah", columns=columns, rows=wrong_rows(old_list, columns))
    stream.seek(0)
    return read_old_list(stream, user=user, today=NOW.date())


def test_names_nobody_knows_are_compared_so_often_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each comparison takes milliseconds: twenty thousand of them would hold up the page for an hour."""
    bureau, jawa, _bali = build_scene()
    asked: list[str] = []
    for matcher, name in ((UnitMatcher, "similar"), (PartnerIndex, "near")):
        real = getattr(matcher, name)
        monkeypatch.setattr(matcher, name, lambda self, name, real=real: asked.append(name) or real(self, name))
    monkeypatch.setattr(old_lists, "MOST_SIMILAR", 3)
    monkeypatch.setattr(old_lists, "MOST_NEAR", 3)
    rows = [line(f"U-{n}", owner=f"Satker tak dikenal {n}", partner="Pemda Jawa") for n in range(5)]
    rows += [line(f"P-{n}", owner=jawa.unit.official_name, partner=f"Mitra tak dikenal {n}") for n in range(5)]
    found = read(workbook(*rows), bureau.admin)
    assert asked == [f"Satker tak dikenal {n}" for n in range(3)] + [f"Mitra tak dikenal {n}" for n in range(3)]
    assert [row.status for row in found.rows] == ["wrong"] * 5 + ["new"] * 5
    assert len(found.new_partners) == 5
