import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.one_line import REFUSED
from toolkit.xlsx import (
    Column,
    ColumnsAreMissing,
    SheetIsRefused,
    drop_upload,
    keep_upload,
    kept_upload,
    read_rows,
    read_table,
    write_sheet,
)

KINDS = [("lapas", "Lapas"), ("rutan", "Rutan")]
COLUMNS = [
    Column("name", "Nama", required=True, max_length=40),
    Column("nip", "NIP", "digits"),
    Column("phone", "WhatsApp", "phone"),
    Column("kind", "Jenis", "choice", choices=KINDS, other_labels=["Tipe"]),
    Column("day", "Tanggal", "date"),
    Column("seats", "Kursi", "whole"),
    Column("notes", "Catatan", "lines"),
]
NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def sheet_of(*rows: list[object], header: list[str] | None = None, above: int = 0) -> io.BytesIO:
    """A workbook as Excel would write it: numbers are numbers, text is text."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        labels = [str(column.label) for column in COLUMNS] if header is None else header
        for number, row in enumerate([labels, *rows], start=above):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, place, value, book.add_format({"num_format": "dd/mm/yyyy"}))
                elif value is not None:
                    sheet.write(number, place, value)
    stream.seek(0)
    return stream


def packed(members: dict[str, bytes], *, like: io.BytesIO | None = None) -> io.BytesIO:
    """The parts of a right workbook with others put in their place or beside them."""
    parts = {}
    with zipfile.ZipFile(like or sheet_of(["A"])) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in (parts | members).items():
            book.writestr(name, content)
    stream.seek(0)
    return stream


def test_what_is_written_is_read_back():
    row = ["=HYPERLINK(1)", "198609262015051001", "+628110000123", "rutan", date(2026, 1, 2), 12, "satu\ndua"]
    stream = io.BytesIO()

    assert write_sheet(stream, title="Uji", columns=COLUMNS, rows=[row]) == 1

    read = read_rows(stream, columns=COLUMNS)
    assert [(each.number, each.problems) for each in read] == [(2, [])]
    assert list(read[0].values.values()) == row


def test_no_cell_is_a_formula():
    stream = io.BytesIO()
    write_sheet(stream, title="Uji", columns=COLUMNS[:1], rows=[[text] for text in ("=1+1", "+1", "-1", "@x", "\t=1")])

    with zipfile.ZipFile(stream) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=tuple(REFUSED)), max_size=30),
        min_size=40,
        max_size=40,
    )
)
def test_five_hundred_odd_texts_come_back_as_they_were(texts):
    stream = io.BytesIO()
    columns = [Column("key", "Kunci", required=True), Column("text", "Teks")]
    write_sheet(stream, title="Uji", columns=columns, rows=[[f"k{n}", text] for n, text in enumerate(texts)])

    read = [row.values["text"] for row in read_rows(stream, columns=columns)]

    assert read == [" ".join(text.split()) for text in texts]


def test_columns_are_found_in_any_order_below_a_title_and_by_other_labels():
    file = sheet_of(["LAPAS", "Budi", "tak dikenal"], header=["TIPE", "nama ", "Hobi"], above=3)

    rows = read_rows(file, columns=COLUMNS)

    assert [(row.number, row.values) for row in rows] == [(5, {"name": "Budi", "kind": "lapas"})]


def test_each_problem_names_its_row_and_column():
    long = "N" * 41
    file = sheet_of(
        ["Budi", 198609262015051001, 8110000123, "Lapas", date(2026, 1, 2), 3],
        [],
        ["", "1986 0926 201505 1 001", 1.5, "Kantor", "31/02/2026", "tiga"],
        [long, None, None, "rutan", "5/1/2026", 2.0],
    )

    rows = read_rows(file, columns=COLUMNS)

    assert [row.number for row in rows] == [2, 4, 5]
    assert [problem.column for problem in rows[0].problems] == ["NIP"]
    assert "angka" in rows[0].problems[0].sentence
    assert rows[0].values["phone"] == "8110000123"
    assert rows[1].values["nip"] == "198609262015051001"
    assert [problem.column for problem in rows[1].problems] == ["Nama", "WhatsApp", "Jenis", "Tanggal", "Kursi"]
    assert [problem.column for problem in rows[2].problems] == ["Nama"]
    assert (rows[2].values["day"], rows[2].values["seats"]) == (date(2026, 1, 5), 2)


def test_a_missing_column_is_named():
    with pytest.raises(SheetIsRefused, match="Nama"):
        read_rows(sheet_of(["1"], header=["NIP"]), columns=COLUMNS)


@pytest.mark.parametrize("content", [b"", b"PK", b"nama,nip\nBudi,1", b"%PDF-1.4", b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(SheetIsRefused, match="bukan lembar kerja"):
        read_rows(io.BytesIO(content), columns=COLUMNS)


def test_a_large_file_is_refused_before_it_is_opened():
    with pytest.raises(SheetIsRefused, match="5 MB"):
        read_rows(io.BytesIO(b"0" * (5 * 1024 * 1024 + 1)), columns=COLUMNS)


def test_a_bomb_is_refused_by_its_table_of_contents():
    with pytest.raises(SheetIsRefused, match="terlalu besar"):
        read_rows(packed({"xl/media/image1.png": bytes(20 * 1024 * 1024)}), columns=COLUMNS)


def test_too_many_parts_are_refused():
    with pytest.raises(SheetIsRefused, match="terlalu besar"):
        read_rows(packed({f"xl/media/{n}.png": b"x" for n in range(200)}), columns=COLUMNS)


@pytest.mark.parametrize(
    ("name", "match"),
    [("xl/externalLinks/externalLink1.xml", "tautan ke berkas lain"), ("xl/vbaProject.bin", "makro")],
)
def test_links_and_macros_are_refused(name, match):
    with pytest.raises(SheetIsRefused, match=match):
        read_rows(packed({name: b"<x/>"}), columns=COLUMNS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declared_entities_are_refused(encoding):
    evil = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><sst><si><t>&a;</t></si></sst>'
    with pytest.raises(SheetIsRefused, match="definisi"):
        read_rows(packed({"xl/sharedStrings.xml": evil.encode(encoding)}), columns=COLUMNS)


def test_a_cell_at_the_far_end_does_not_take_the_memory():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Nama")
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(SheetIsRefused):
        read_rows(stream, columns=COLUMNS)


def test_too_many_rows_and_columns_are_refused():
    with pytest.raises(SheetIsRefused, match=r"20\.000 baris"):
        read_rows(sheet_of(*([["x"]] * 20_020)), columns=COLUMNS)
    with pytest.raises(SheetIsRefused, match="60 kolom"):
        read_rows(sheet_of(header=["Nama", *["x"] * 61]), columns=COLUMNS)


def test_broken_parts_are_a_sentence_not_an_error():
    with pytest.raises(SheetIsRefused, match="tidak dapat dibaca"):
        read_rows(packed({"xl/workbook.xml": b"<workbook"}), columns=COLUMNS)


def test_a_template_offers_the_choices_and_reads_as_empty():
    stream = io.BytesIO()
    write_sheet(stream, title="Templat", columns=COLUMNS, n_blank_rows=50)

    assert read_rows(stream, columns=COLUMNS) == []
    with zipfile.ZipFile(stream) as book:
        markup = book.read("xl/worksheets/sheet1.xml").decode()
    assert 'type="list"' in markup
    assert "Petunjuk" in markup


def test_an_upload_is_kept_for_its_owner_alone_and_an_hour():
    token = keep_upload(ContentFile(b"isi", name="peserta.xlsx"), user_id=7, now=NOW)

    with kept_upload(token, user_id=7) as file:
        assert (file.read(), file.name) == (b"isi", "peserta.xlsx")
    for user_id, broken in ((8, token), (7, token + "x"), (7, "")):
        with pytest.raises(SheetIsRefused):
            kept_upload(broken, user_id=user_id)
    drop_upload(token, user_id=7)
    with pytest.raises(SheetIsRefused):
        kept_upload(token, user_id=7)


def test_an_upload_is_dropped_by_its_owner_alone_and_again_is_harmless():
    token = keep_upload(ContentFile(b"isi", name="peserta.xlsx"), user_id=7, now=NOW)
    drop_upload(token, user_id=8)
    assert kept_upload(token, user_id=7).read() == b"isi"
    drop_upload(token, user_id=7)
    drop_upload(token, user_id=7)
    with pytest.raises(SheetIsRefused):
        kept_upload(token, user_id=7)


def test_uploads_nobody_came_back_for_go_with_the_next_one():
    token = keep_upload(ContentFile(b"lama", name="lama.xlsx"), user_id=7, now=NOW)
    assert kept_upload(token, user_id=7).read() == b"lama"
    written_at = max(
        default_storage.get_modified_time(f"imports/{name}") for name in default_storage.listdir("imports")[1]
    )

    keep_upload(ContentFile(b"baru", name="baru.xlsx"), user_id=7, now=written_at + timedelta(days=1, seconds=1))

    with pytest.raises(SheetIsRefused):
        kept_upload(token, user_id=7)


MONEY = [
    Column("name", "Nama", required=True),
    Column("volume", "Volume", "quantity", required=True),
    Column("price", "Harga", "rupiah", required=True),
]


def test_amounts_and_volumes_come_back_as_they_went():
    stream = io.BytesIO()
    rows = [["a", Decimal("4.50"), 1_500_000], ["b", Decimal("66.00"), 10**13]]
    write_sheet(stream, title="Uji", columns=MONEY, rows=rows)
    table = read_table(stream, columns=MONEY)
    assert [list(row.values.values()) for row in table.rows] == rows
    assert (table.unknown, [row.problems for row in table.rows]) == ([], [[], []])


def test_a_missing_column_is_told_with_those_that_are_not_known():
    stream = io.BytesIO()
    write_sheet(stream, title="Uji", columns=[*MONEY[:2], Column("tarif", "Tarif"), Column("x", "Lain")])
    with pytest.raises(ColumnsAreMissing, match=r"Harga.*“Tarif”, “Lain”") as refused:
        read_table(stream, columns=MONEY)
    assert (refused.value.missing, refused.value.found) == (["price"], ["Tarif", "Lain"])
    assert read_table(stream, columns=MONEY[:2]).unknown == ["Tarif", "Lain"]


def with_cells(cells: str, *, after: str = "", shared: str = "") -> io.BytesIO:
    """A workbook whose sheet below the header (Nama, NIP, WhatsApp, Kursi) is written by hand."""
    head = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{label}</t></is></c>'
        for letter, label in zip("ABCD", ["Nama", "NIP", "WhatsApp", "Kursi"], strict=True)
    )
    sheet = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<sheetData><row r="1">{head}</row>{cells}</sheetData>{after}</worksheet>'
    )
    strings = (
        '<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<si><t>{shared}</t></si></sst>"
    )
    return packed({"xl/worksheets/sheet1.xml": sheet.encode(), "xl/sharedStrings.xml": strings.encode()})


@pytest.mark.parametrize("number", ["NaN", "1e999", "-1e999", "1e308", "-1e308"])
def test_a_number_that_is_none_is_a_wrong_cell(number):
    cells = "".join(f'<c r="{letter}2"><v>{number}</v></c>' for letter in "ABCD")
    columns = [
        *COLUMNS[:2],
        Column("volume", "WhatsApp", "quantity"),
        Column("seats", "Kursi", "whole"),
    ]
    rows = read_rows(with_cells(f'<row r="2">{cells}</row>'), columns=columns)
    assert [problem.column for problem in rows[0].problems][-2:] == ["WhatsApp", "Kursi"]
    for kind in ("phone", "rupiah"):
        column = Column("one", "WhatsApp", kind)
        (row,) = read_rows(with_cells(f'<row r="2">{cells}</row>'), columns=[column])
        assert row.problems or row.values["one"] in {"nan", "inf", "-inf"}, (
            "a sentence, or a text that is checked later"
        )


def test_merged_cells_that_overlap_without_end_are_refused():
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>x</t></is></c></row>' for n in range(2, 502))
    span = '<mergeCell ref="B2:B501"/>'

    def read(after: str) -> int:
        return len(read_table(with_cells(rows, after=after), columns=COLUMNS, fills_merged=True).rows)

    assert read("") == read(f"<mergeCells>{span}</mergeCells>") == 500
    with pytest.raises(SheetIsRefused, match="terlalu besar"):
        read(f"<mergeCells>{span * 500}</mergeCells>")


def test_one_long_text_named_by_every_cell_is_refused():
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 1_002))
    (first, *_more) = read_rows(with_cells(cells, shared="x" * 40), columns=COLUMNS)
    assert first.values["name"] == "x" * 40
    with pytest.raises(SheetIsRefused, match="terlalu besar"):
        read_rows(with_cells(cells, shared="x" * 30_000), columns=COLUMNS)


def test_an_error_that_the_library_does_not_know_is_named():
    book = with_cells('<row r="2"><c r="A2" t="e"><v>#SPILL!</v></c></row>')
    with pytest.raises(SheetIsRefused, match="galat Excel"):
        read_rows(book, columns=COLUMNS)
