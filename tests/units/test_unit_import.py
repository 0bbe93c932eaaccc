import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from toolkit.xlsx import read_rows, write_sheet
from units.models import Level, Unit, UnitAlias
from units.spreadsheets import COLUMNS


def row(**facts: object) -> list[object]:
    return [facts.get(column.key) for column in COLUMNS]


def sheet(*rows: list[object], name: str = "satker.xlsx") -> SimpleUploadedFile:
    stream = io.BytesIO()
    write_sheet(stream, title="Uji", columns=COLUMNS, rows=rows)
    return SimpleUploadedFile(name, stream.getvalue())


def statuses(page) -> dict[int, str]:
    return {row.number: row.status for row in page.context["rows"]}


ROWS = [
    row(official_name="Rumah Tahanan Negara Klas II.B Jateng", city="Jepara", email="rutan@humas.test"),
    row(official_name="Rutan Kelas IIB Maluku"),
    row(official_name="Lapas Kelas IIB Baru", parent="Kanwil Jateng", kind="lapas", other_names="Lapas Anyar"),
    row(official_name="Lapas Tanpa Induk"),
    row(official_name="LAPAS KELAS II B BARU", parent="Kanwil Jateng"),
    row(official_name="Lapas Salah Surel", parent="Kanwil Jateng", email="bukan surel", website="ftp://x"),
]


def test_preview_says_what_each_row_would_do_and_writes_nothing(signed_in, bureau, jateng, maluku):
    browser = signed_in(bureau.staff)
    before = list(Unit.objects.order_by("pk").values())

    page = browser.post(reverse("unit_import"), {"file": sheet(*ROWS)}, follow=True)

    assert statuses(page) == {2: "changed", 3: "same", 4: "new", 5: "wrong", 6: "wrong", 7: "wrong"}
    text = page.content.decode()
    assert "Terapkan 2 baris yang benar" in text
    assert "Nama ini sudah ada di baris 4." in text
    assert "Induk: Wajib diisi untuk unit baru." in text
    assert list(Unit.objects.order_by("pk").values()) == before


def test_apply_takes_only_the_right_rows_and_loses_nothing(signed_in, bureau, jateng, maluku):
    browser = signed_in(bureau.staff)
    preview = browser.post(reverse("unit_import"), {"file": sheet(*ROWS)}).headers["Location"]

    browser.post(preview)

    jateng.child.refresh_from_db()
    assert (jateng.child.city, jateng.child.email, jateng.child.address) == ("Jepara", "rutan@humas.test", "")
    made = Unit.objects.get(official_name="Lapas Kelas IIB Baru")
    assert (made.parent, made.level, made.kind, made.tz) == (jateng.unit, Level.TECHNICAL_UNIT, "lapas", jateng.unit.tz)
    assert [alias.name for alias in made.aliases.all()] == ["Lapas Anyar"]
    assert made.history.get().history_user == bureau.staff
    assert not Unit.objects.filter(official_name__contains="Salah").exists()
    again = browser.post(preview, follow=True)
    assert "sudah kedaluwarsa" in again.content.decode()


def test_applying_the_same_sheet_again_changes_nothing(signed_in, bureau, jateng, maluku):
    browser = signed_in(bureau.staff)
    for _ in range(2):
        browser.post(browser.post(reverse("unit_import"), {"file": sheet(*ROWS)}).headers["Location"])

    assert Unit.objects.filter(official_name="Lapas Kelas IIB Baru").count() == 1
    page = browser.post(reverse("unit_import"), {"file": sheet(*ROWS)}, follow=True)
    assert {statuses(page)[2], statuses(page)[3], statuses(page)[4]} == {"same"}


def test_a_kanwil_imports_into_its_own_tree_only(signed_in, bureau, jateng, maluku):
    browser = signed_in(jateng.admin)
    rows = [
        row(official_name="Rutan Kelas IIB Maluku", city="Ambon"),
        row(official_name="Lapas Kelas IIB Anyar", parent="Kanwil Maluku"),
        row(official_name="Biro Baru", parent="Kanwil Jateng", level="bureau"),
        row(official_name="Lapas Kelas IIB Pesisir", parent="Kanwil Jateng"),
    ]

    page = browser.post(reverse("unit_import"), {"file": sheet(*rows)}, follow=True)

    assert statuses(page) == {2: "wrong", 3: "wrong", 4: "wrong", 5: "new"}
    assert "Kanwil Maluku” tidak dikenal" in page.content.decode()


def test_a_preview_belongs_to_who_uploaded_it(signed_in, bureau, jateng, maluku):
    preview = signed_in(bureau.staff).post(reverse("unit_import"), {"file": sheet(*ROWS)}).headers["Location"]

    stranger = signed_in(bureau.admin)
    assert stranger.post(preview).headers["Location"] == reverse("unit_import")
    assert not Unit.objects.filter(official_name="Lapas Kelas IIB Baru").exists()


def test_a_name_that_two_units_bear_is_wrong(signed_in, bureau, jateng, maluku):
    for unit in (jateng.child, maluku.child):
        UnitAlias.objects.create(unit=unit, name="Rutan Kembar", key="RUTAN KEMBAR")

    page = signed_in(bureau.staff).post(
        reverse("unit_import"), {"file": sheet(row(official_name="Rutan Kembar", city="X"))}, follow=True
    )

    assert statuses(page) == {2: "wrong"}


@pytest.mark.parametrize("content", [b"", b"bukan excel", b"PK\x03\x04rusak"])
def test_a_file_that_is_no_sheet_is_refused_beside_the_field(signed_in, bureau, content):
    page = signed_in(bureau.staff).post(reverse("unit_import"), {"file": SimpleUploadedFile("x.xlsx", content)})

    assert page.status_code == 200
    assert page.context["form"].errors["file"]


def test_the_template_reads_as_an_empty_sheet(signed_in, bureau):
    answer = signed_in(bureau.staff).get(reverse("unit_import_template"))

    assert read_rows(io.BytesIO(b"".join(answer.streaming_content)), columns=COLUMNS) == []


def test_export_imported_again_changes_nothing(signed_in, bureau, jateng, maluku):
    browser = signed_in(bureau.staff)
    exported = b"".join(browser.get(reverse("unit_export")).streaming_content)

    page = browser.post(reverse("unit_import"), {"file": SimpleUploadedFile("e.xlsx", exported)}, follow=True)

    assert set(statuses(page).values()) == {"same"}


def test_the_first_day_of_a_unit_belongs_to_the_bureau_and_lies_before_the_last(signed_in, bureau, jateng):
    unit = jateng.child
    unit.valid_until = date(2026, 1, 1)
    unit.save()
    for user, first, status in (
        (jateng.admin, date(2020, 1, 1), "wrong"),
        (bureau.staff, date(2026, 6, 1), "wrong"),
        (bureau.staff, date(2020, 1, 1), "changed"),
    ):
        upload = sheet(row(official_name=unit.official_name, valid_from=first))
        preview = signed_in(user).post(reverse("unit_import"), {"file": upload}).headers["Location"]
        browser = signed_in(user)
        assert statuses(browser.get(preview)) == {2: status}
        assert browser.post(preview).status_code == 302
    unit.refresh_from_db()
    assert unit.valid_from == date(2020, 1, 1)


def test_a_website_is_a_whole_address(signed_in, jateng):
    upload = sheet(row(official_name="Lapas Baru", parent="Kanwil Jateng", website='https://x"><script>'))
    page = signed_in(jateng.admin).post(reverse("unit_import"), {"file": upload}, follow=True)
    assert statuses(page) == {2: "wrong"}


def test_a_changed_short_name_is_taken_with_its_history_and_the_rest_is_told(signed_in, bureau, jateng, maluku):
    child = jateng.child
    official, old = child.official_name, child.short_name
    rows = [
        row(official_name=official, short_name="Rutan Anyar", city="Jepara"),
        row(official_name="RUTAN KELAS II B MALUKU", parent="Kanwil Jateng", level="bureau"),
        row(official_name="Kantor Wilayah Maluku", parent=bureau.ministry.short_name, level="regional_office"),
    ]
    browser = signed_in(bureau.staff)
    preview = browser.post(reverse("unit_import"), {"file": sheet(*rows)}).headers["Location"]
    page = browser.get(preview)

    assert statuses(page) == {2: "changed", 3: "same", 4: "same"}
    assert {one.number: one.notes for one in page.context["rows"]} == {
        2: [],
        3: [
            "Nama resmi berbeda: gunakan Ganti nama.",
            "Induk berbeda: gunakan Pindahkan.",
            "Tingkat berbeda: gunakan Ubah data.",
        ],
        4: [],
    }
    assert next(one.changes for one in page.context["rows"]) == ["Nama singkat", "Kota/kabupaten"]
    text = " ".join(page.content.decode().split())
    assert "1 dilewati, ada yang berbeda" in text
    assert "1 dilewati, sudah sama" in text
    assert text.count("sudah sama") == 2, "the chip and the one row that is"
    assert "Induk berbeda: gunakan Pindahkan." in text

    browser.post(preview)
    child.refresh_from_db()
    assert (child.official_name, child.short_name, child.city) == (official, "Rutan Anyar", "Jepara")
    assert [name.short_name for name in child.names.all()] == [old]
    other = Unit.objects.get(pk=maluku.child.pk)
    assert (other.parent, other.level, other.official_name) == (
        maluku.unit,
        Level.TECHNICAL_UNIT,
        maluku.child.official_name,
    )


def test_a_kanwil_is_told_that_its_own_short_name_is_not_its_to_change(signed_in, bureau, jateng):
    upload = sheet(row(official_name=jateng.unit.official_name, short_name="Kanwil Lain"))
    browser = signed_in(jateng.admin)
    preview = browser.post(reverse("unit_import"), {"file": upload}).headers["Location"]
    assert "hanya biro yang dapat menggantinya" in browser.get(preview).content.decode()
    browser.post(preview)
    jateng.unit.refresh_from_db()
    assert jateng.unit.short_name != "Kanwil Lain"


def test_a_new_row_hangs_only_where_its_level_belongs(signed_in, bureau, jateng):
    rows = [
        row(official_name="Rutan Kelas IIB Anyar", parent=bureau.unit.short_name),
        row(official_name="Biro Anyar", parent="Kanwil Jateng", level="bureau"),
        row(official_name="Biro Lain", parent=bureau.ministry.short_name, level="bureau"),
    ]
    page = signed_in(bureau.staff).post(reverse("unit_import"), {"file": sheet(*rows)}, follow=True)
    assert statuses(page) == {2: "wrong", 3: "wrong", 4: "new"}
    assert "Induk: Biro berada di bawah kementerian" in page.content.decode()
