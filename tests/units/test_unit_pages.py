import io
from datetime import date

import pytest
from django.urls import reverse

from tests.factories import make_unit, make_user
from toolkit.xlsx import read_rows
from units.models import Level, Unit, UnitAlias, UnitContact, UnitGroup, UnitName
from units.spreadsheets import COLUMNS

TODAY = date(2026, 11, 21)


def titles(response) -> list[str]:
    return [unit.short_name for unit in response.context["page"]]


def test_tree_shows_the_first_levels_and_opens_the_readers_branch(signed_in, jateng, maluku):
    page = signed_in(jateng.operator).get(reverse("unit_list"))

    shown = [branch.unit for branch in page.context["branches"]]
    assert jateng.child in shown
    assert maluku.unit in shown
    assert maluku.child not in shown


def test_tree_opens_what_the_address_names(signed_in, jateng, maluku):
    page = signed_in(jateng.operator).get(reverse("unit_list"), {"buka": maluku.unit.pk})

    shown = [branch.unit for branch in page.context["branches"]]
    assert maluku.child in shown
    assert jateng.child not in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "rutan jateng"}, ["Rutan Kelas IIB Jateng"]),
        ({"q": "klas II.B maluku"}, ["Rutan Kelas IIB Maluku"]),
        ({"q": "si kembar"}, ["Rutan Kelas IIB Maluku"]),
        ({"tingkat": "regional_office"}, ["Kantor Wilayah Jateng", "Kantor Wilayah Maluku"]),
        ({"provinsi": "Maluku"}, ["Kantor Wilayah Maluku"]),
        ({"keadaan": "tutup"}, ["Lapas Lama"]),
        ({"narahubung": "belum", "tingkat": "bureau"}, ["Biro Humas, Hukum dan Kerja Sama"]),
        ({"q": "tidak ada yang begini"}, []),
    ],
)
def test_list_finds_exactly_what_is_asked(signed_in, bureau, jateng, maluku, query, found):
    make_unit("Lapas Lama", parent=jateng.unit, valid_until=date(2020, 1, 1))
    UnitAlias.objects.create(unit=maluku.child, name="Si Kembar", key="SI KEMBAR")

    assert titles(signed_in(bureau.staff).get(reverse("unit_list"), query)) == found


def test_list_below_a_unit(signed_in, bureau, jateng, maluku):
    page = signed_in(bureau.staff).get(reverse("unit_list"), {"induk": jateng.unit.pk})

    assert titles(page) == ["Rutan Kelas IIB Jateng"]


@pytest.mark.parametrize("query", [{"q": "\0"}, {"q": "%"}, {"tingkat": "x"}, {"induk": "9" * 30}, {"buka": "9" * 18}])
def test_list_bears_odd_questions(signed_in, bureau, jateng, query):
    assert signed_in(bureau.staff).get(reverse("unit_list"), query).status_code == 200


@pytest.mark.parametrize("n", [1, 3])
def test_list_costs_the_same_for_one_row_and_three(signed_in, bureau, n, django_assert_num_queries):
    for number in range(n):
        unit = make_unit(f"Lapas Contoh {number}", parent=bureau.ministry)
        UnitContact.objects.create(unit=unit, name="N", email=f"n{number}@humas.test")
    browser = signed_in(bureau.staff)

    with django_assert_num_queries(6):
        page = browser.get(reverse("unit_list"), {"q": "lapas contoh"})

    assert page.context["page"].total == n


@pytest.mark.parametrize("n", [1, 3])
def test_tree_costs_the_same_for_one_row_and_three(signed_in, bureau, n, django_assert_num_queries):
    for number in range(n):
        make_unit(f"Lapas Contoh {number}", parent=bureau.ministry)
    browser = signed_in(bureau.staff)

    with django_assert_num_queries(6):
        browser.get(reverse("unit_list"))


@pytest.mark.parametrize("n", [1, 3])
def test_detail_costs_the_same_for_one_row_and_three(signed_in, bureau, now, n, django_assert_num_queries):
    unit = make_unit("Kanwil Contoh", parent=bureau.ministry, level=Level.REGIONAL_OFFICE)
    group = UnitGroup.objects.create(name="Kelompok", owner=unit)
    group.members.add(unit)
    for number in range(n):
        make_unit(f"Lapas Contoh {number}", parent=unit)
        UnitContact.objects.create(unit=unit, name=f"N{number}", email=f"n{number}@humas.test")
        UnitName.objects.create(unit=unit, official_name="Lama", short_name="Lama", until=date(2020, 1, number + 1))
        unit.city = f"Kota {number}"
        unit.save()
    browser = signed_in(bureau.staff)

    with django_assert_num_queries(11):
        browser.get(reverse("unit_detail", args=[unit.pk]))


def test_detail_shows_contacts_only_to_those_who_reach_the_unit(signed_in, bureau, jateng, maluku):
    address = reverse("unit_detail", args=[maluku.unit.pk])

    for reader in (bureau.staff, maluku.admin):
        assert maluku.contact.email in signed_in(reader).get(address).content.decode()
    for stranger in (jateng.admin, jateng.operator, maluku.operator):
        assert maluku.contact.email not in signed_in(stranger).get(address).content.decode()
    assert maluku.canary not in signed_in(jateng.admin).get(address).content.decode()


def test_detail_tells_the_past(signed_in, bureau, jateng):
    UnitName.objects.create(
        unit=jateng.child, official_name="Rutan Lama Sekali", short_name="Lama", until=date(2020, 1, 1)
    )
    jateng.child.city = "Jepara"
    jateng.child._history_user = bureau.admin
    jateng.child.save()

    text = signed_in(bureau.staff).get(reverse("unit_detail", args=[jateng.child.pk])).content.decode()

    assert "Rutan Lama Sekali" in text
    assert "Sampai Rabu, 1 Januari 2020" in text
    assert "Admin Biro" in text
    assert "<ins>Jepara</ins>" in text


def test_an_operator_changes_the_office_and_nothing_else(signed_in, jateng):
    address = reverse("unit_edit", args=[jateng.child.pk])

    signed_in(jateng.operator).post(
        address,
        {
            "address": "Jalan Baru 1",
            "phone": "(0291) 555-01",
            "email": "rutan@humas.test",
            "website": "",
            "letterhead": "Baris satu\r\nBaris dua",
            "level": "ministry",
            "kind": "lapas",
            "parent": "",
            "official_name": "Istana",
            "path": "9/",
            "valid_until": "2020-01-01",
        },
    )

    unit = Unit.objects.get(pk=jateng.child.pk)
    assert (unit.address, unit.phone, unit.letterhead) == ("Jalan Baru 1", "(0291) 555-01", "Baris satu\nBaris dua")
    unchanged = ("level", "kind", "parent", "official_name", "path", "valid_until", "tz")
    assert [getattr(unit, name) for name in unchanged] == [getattr(jateng.child, name) for name in unchanged]
    assert unit.history.first().history_user == jateng.operator


def test_a_kanwil_admin_adds_a_technical_unit_below_and_only_there(signed_in, jateng, maluku):
    browser = signed_in(jateng.admin)
    facts = {
        "official_name": "Lapas Kelas IIB Baru", "short_name": "Lapas Baru", "kind": "lapas", "tz": "Asia/Jakarta",
        "level": "ministry", "other_names": "Lapas Anyar\nLapas Baru Sekali",
    }  # fmt: skip

    refused = browser.post(reverse("unit_create"), facts | {"parent": maluku.unit.pk})
    assert refused.context["form"].errors["parent"]
    assert not Unit.objects.filter(short_name="Lapas Baru").exists()

    made = browser.post(reverse("unit_create"), facts | {"parent": jateng.unit.pk})
    unit = Unit.objects.get(short_name="Lapas Baru")
    assert made.headers["Location"] == reverse("unit_detail", args=[unit.pk])
    assert (unit.level, unit.parent) == (Level.TECHNICAL_UNIT, jateng.unit)
    assert {alias.name for alias in unit.aliases.all()} == {"Lapas Anyar", "Lapas Baru Sekali"}


@pytest.mark.parametrize("name", ["unit_rename", "unit_close", "unit_move"])
def test_a_kanwil_admin_does_not_decide_about_its_own_kanwil_nor_another(signed_in, jateng, maluku, name):
    browser = signed_in(jateng.admin)

    for unit in (jateng.unit, maluku.unit, maluku.child):
        assert browser.get(reverse(name, args=[unit.pk])).status_code == 404
    assert browser.get(reverse(name, args=[jateng.child.pk])).status_code == 200


def test_rename_close_reopen_and_move_by_pages(signed_in, bureau, jateng, maluku):
    browser = signed_in(bureau.admin)
    pk = jateng.child.pk

    browser.post(
        reverse("unit_rename", args=[pk]),
        {"official_name": "Rutan Kelas I Anyar", "short_name": "Rutan Anyar", "from_day": "2026-11-01"},
    )
    browser.post(reverse("unit_move", args=[pk]), {"parent": maluku.unit.pk})
    unit = Unit.objects.get(pk=pk)
    assert (unit.short_name, unit.parent) == ("Rutan Anyar", maluku.unit)
    browser.post(reverse("unit_close", args=[pk]), {"last_day": "2026-11-20", "successor": maluku.child.pk})
    unit.refresh_from_db()
    assert (unit.valid_until, unit.successor) == (date(2026, 11, 20), maluku.child)
    page = browser.get(reverse("unit_detail", args=[pk])).content.decode()
    assert "Jumat, 20 November 2026" in page
    browser.post(reverse("unit_reopen", args=[pk]))
    unit.refresh_from_db()
    assert unit.valid_until is None


def test_a_refused_change_shows_its_sentence_and_keeps_what_was_typed(signed_in, bureau, jateng):
    page = signed_in(bureau.admin).post(reverse("unit_close", args=[jateng.unit.pk]), {"last_day": "2026-11-20"})

    assert "Masih ada 1 unit di bawahnya" in page.content.decode()
    assert 'value="2026-11-20"' in page.content.decode()


def test_contacts_are_kept_by_the_unit_its_kanwil_and_the_bureau(signed_in, bureau, jateng, maluku):
    for person in (jateng.operator, jateng.admin, bureau.staff):
        signed_in(person).post(
            reverse("contact_create", args=[jateng.child.pk]),
            {
                "name": f"Narahubung {person.pk}", "email": f"N{person.pk}@Humas.test", "whatsapp": "0811-0000-123",
                "for_publicity": "on",
            },
        )  # fmt: skip

    made = UnitContact.objects.get(name=f"Narahubung {jateng.operator.pk}")
    assert (made.email, made.whatsapp, made.unit) == (
        f"n{jateng.operator.pk}@humas.test",
        "+628110000123",
        jateng.child,
    )
    assert jateng.child.contacts.count() == 4
    assert signed_in(maluku.admin).get(reverse("contact_create", args=[jateng.child.pk])).status_code == 404
    assert signed_in(maluku.admin).get(reverse("contact_edit", args=[made.pk])).status_code == 404
    assert signed_in(maluku.admin).post(reverse("contact_remove", args=[made.pk])).status_code == 404


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "", "email": "a@humas.test"}, "name"),
        ({"name": "A\r\nBcc: x", "email": "a@humas.test"}, "name"),
        ({"name": "A"}, "email"),
        ({"name": "A", "email": "bukan surel"}, "email"),
        ({"name": "A", "whatsapp": "bukan nomor"}, "whatsapp"),
        ({"name": "A", "email": "humas.kenarijateng@humas.test"}, "email"),
        ({"name": "A", "email": "a@humas.test", "for_publicity": ""}, "for_publicity"),
    ],
)
def test_a_wrong_contact_is_refused_beside_its_field(signed_in, bureau, jateng, facts, field):
    page = signed_in(bureau.staff).post(
        reverse("contact_create", args=[jateng.unit.pk]), {"for_publicity": "on"} | facts
    )

    assert list(page.context["form"].errors) == [field]
    assert jateng.unit.contacts.count() == 1


def test_a_removed_contact_stays_in_old_letters_but_gets_none(signed_in, jateng):
    signed_in(jateng.admin).post(reverse("contact_remove", args=[jateng.contact.pk]))

    jateng.contact.refresh_from_db()
    assert not jateng.contact.is_active
    assert list(jateng.unit.contacts.for_letters()) == []
    assert jateng.contact.history.first().history_user == jateng.admin


def test_groups_of_a_kanwil_hold_only_units_of_its_tree(signed_in, jateng, maluku):
    browser = signed_in(jateng.admin)

    refused = browser.post(reverse("group_create"), {"name": "Campur", "members": [jateng.child.pk, maluku.child.pk]})
    assert refused.context["form"].errors["members"]
    browser.post(reverse("group_create"), {"name": "Pesisir", "members": [jateng.child.pk], "owner": maluku.unit.pk})

    group = UnitGroup.objects.get(name="Pesisir")
    assert group.owner == jateng.unit
    assert list(group.members.all()) == [jateng.child]
    assert not UnitGroup.objects.filter(name="Campur").exists()


def test_groups_of_another_kanwil_are_not_there(signed_in, jateng, maluku):
    browser = signed_in(jateng.admin)

    assert [group.name for group in browser.get(reverse("group_list")).context["page"]] == [jateng.group.name]
    for name in ("group_detail", "group_edit"):
        assert browser.get(reverse(name, args=[maluku.group.pk])).status_code == 404
    assert browser.post(reverse("group_remove", args=[maluku.group.pk])).status_code == 404
    assert browser.post(reverse("group_remove", args=[jateng.group.pk])).status_code == 302
    assert set(UnitGroup.objects.all()) == {maluku.group}


def test_an_operator_reads_the_groups_of_the_own_unit(signed_in, jateng, maluku):
    assert [group.pk for group in signed_in(jateng.operator).get(reverse("group_list")).context["page"]] == [
        jateng.group.pk
    ]


def test_group_name_is_used_once_by_an_owner(signed_in, bureau, jateng):
    page = signed_in(bureau.admin).post(
        reverse("group_create"), {"name": jateng.group.name.upper(), "owner": jateng.unit.pk}
    )

    assert page.context["form"].errors["name"]


def test_export_holds_what_the_list_shows_and_reads_back(signed_in, bureau, jateng, maluku):
    UnitAlias.objects.create(unit=jateng.child, name="Rutan Jateng", key="RUTAN JATENG")

    answer = signed_in(bureau.leader).get(reverse("unit_export"), {"induk": jateng.unit.pk})

    rows = read_rows(io.BytesIO(b"".join(answer.streaming_content)), columns=COLUMNS)
    assert [row.problems for row in rows] == [[]]
    assert rows[0].values["official_name"] == "Rutan Kelas IIB Jateng"
    assert rows[0].values["parent"] == "Kantor Wilayah Jateng"
    assert rows[0].values["other_names"] == "Rutan Jateng"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="satuan-kerja.xlsx"'


def test_a_bureau_account_without_unit_opens_every_page(signed_in, bureau, jateng):
    browser = signed_in(make_user("tanpa.unit@humas.test", role="bureau_admin"))

    for address in (
        reverse("unit_list"), reverse("unit_create"), reverse("group_create"), reverse("unit_import"),
        reverse("unit_detail", args=[jateng.child.pk]), reverse("unit_edit", args=[jateng.child.pk]),
    ):  # fmt: skip
        assert browser.get(address).status_code == 200


def test_empty_pages_say_what_to_do_next_to_those_who_may(signed_in, bureau, jateng, maluku):
    jateng.unit.contacts.all().delete()
    jateng.child.contacts.all().delete()
    empty = UnitGroup.objects.create(name="Kosong", owner=jateng.unit)
    detail = reverse("unit_detail", args=[jateng.child.pk])

    for person, may in ((bureau.leader, False), (bureau.staff, True), (jateng.operator, True)):
        text = signed_in(person).get(detail).content.decode()
        assert ("Belum ada narahubung" in text, reverse("contact_create", args=[jateng.child.pk]) in text) == (
            True,
            may,
        )
    for person, may in ((bureau.leader, False), (bureau.staff, True)):
        text = signed_in(person).get(reverse("group_detail", args=[empty.pk])).content.decode()
        assert ("Belum ada anggota" in text, reverse("group_edit", args=[empty.pk]) in text) == (True, may)
    UnitGroup.objects.all().delete()
    for person, may in ((jateng.operator, False), (jateng.admin, True)):
        text = signed_in(person).get(reverse("group_list")).content.decode()
        assert ("Belum ada kelompok" in text, reverse("group_create") in text) == (True, may)


def test_a_closed_unit_names_its_successor_and_the_successor_whom_it_replaces(signed_in, bureau, jateng, maluku):
    jateng.child.successor, jateng.child.valid_until = maluku.child, date(2024, 10, 20)
    jateng.child.save()
    browser = signed_in(bureau.leader)

    old = browser.get(reverse("unit_detail", args=[jateng.child.pk])).content.decode()
    new = browser.get(reverse("unit_detail", args=[maluku.child.pk])).content.decode()

    assert "Unit ini berlaku sampai Minggu, 20 Oktober 2024" in old
    assert reverse("unit_detail", args=[maluku.child.pk]) in old
    assert "Menggantikan" in new
    assert reverse("unit_detail", args=[jateng.child.pk]) in new


def test_leaders_see_the_ends_of_contacts_outside_their_own_unit(signed_in, bureau, jateng):
    page = reverse("unit_detail", args=[jateng.unit.pk])
    whole = (jateng.contact.email, jateng.contact.whatsapp, f"mailto:{jateng.contact.email}", "https://wa.me/")
    for reader in (bureau.staff, jateng.admin):
        text = signed_in(reader).get(page).content.decode()
        assert (jateng.contact.email in text, jateng.contact.whatsapp in text, "https://wa.me/" in text) == (True,) * 3
    text = signed_in(bureau.leader).get(page).content.decode()
    assert [secret for secret in whole if secret in text] == []
    assert "h•••@humas.test" in text
    assert f"+62 ••••-{jateng.contact.whatsapp[-3:]}" in text
    bureau.leader.unit = jateng.unit
    bureau.leader.save()
    assert jateng.contact.email in signed_in(bureau.leader).get(page).content.decode()


def test_a_unit_hangs_only_where_its_level_belongs(signed_in, bureau, jateng):
    browser, create = signed_in(bureau.admin), reverse("unit_create")
    ditjen = make_unit("Badan Contoh", parent=bureau.ministry, level=Level.ECHELON1)
    right = {
        Level.MINISTRY: {None},
        Level.ECHELON1: {None, bureau.ministry, ditjen},
        Level.BUREAU: {bureau.ministry, ditjen},
        Level.REGIONAL_OFFICE: {bureau.ministry, ditjen},
        Level.TECHNICAL_UNIT: {ditjen, jateng.unit, jateng.child},
    }
    facts = {"short_name": "Unit Baru", "kind": "office", "tz": "Asia/Jakarta"}
    for level, parents in right.items():
        for parent in (None, bureau.ministry, ditjen, bureau.unit, jateng.unit, jateng.child):
            name = f"Unit {level} {parent}"
            data = facts | {"official_name": name, "level": level, "parent": parent.pk if parent else ""}
            answer = browser.post(create, data)
            assert Unit.objects.filter(official_name=name).exists() == (parent in parents), name
            if parent not in parents:
                assert answer.context["form"].errors.keys() == {"parent"}, name
    assert browser.get(create).context["form"].initial.get("parent") is None
    assert signed_in(jateng.admin).get(create).context["form"].initial["parent"] == jateng.unit


def test_level_and_place_of_a_known_unit_stay_fit_for_each_other(signed_in, bureau, jateng, maluku):
    browser = signed_in(bureau.admin)
    facts = {"kind": "office", "tz": "Asia/Jakarta", "city": "Jepara"}
    edit, move = (reverse(name, args=[jateng.child.pk]) for name in ("unit_edit", "unit_move"))
    assert browser.post(edit, facts | {"level": "bureau"}).context["form"].errors.keys() == {"level"}
    assert browser.post(move, {"parent": bureau.unit.pk}).context["form"].errors.keys() == {"parent"}
    jateng.child.refresh_from_db()
    assert (jateng.child.level, jateng.child.parent) == (Level.TECHNICAL_UNIT, jateng.unit)
    assert browser.post(move, {"parent": maluku.child.pk}).status_code == 302

    old = make_unit("Rutan Lama", parent=bureau.unit)
    assert browser.post(reverse("unit_edit", args=[old.pk]), facts | {"level": old.level}).status_code == 302
    old.refresh_from_db()
    assert old.city == "Jepara", "what stands elsewhere already keeps its place"
