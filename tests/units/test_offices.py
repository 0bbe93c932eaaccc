from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from tests.factories import make_unit
from units.actions import offices
from units.models import Level, Unit, UnitContact, UnitName

TODAY = date(2026, 11, 21)


def new_unit(parent, by, now, name="Rutan Kelas IIB Contoh"):
    return offices.create_unit(
        parent=parent, official_name=name, short_name=name, level=Level.TECHNICAL_UNIT, by=by, now=now
    )


def test_create_puts_the_unit_below_its_parent_and_says_who_made_it(bureau, jateng, now):
    unit = new_unit(jateng.unit, bureau.admin, now)

    unit.refresh_from_db()
    assert unit.path == f"{jateng.unit.path}{unit.pk}/"
    record = unit.history.get()
    assert (record.history_user, record.history_date) == (bureau.admin, now)
    assert set(Unit.objects.under(jateng.unit)) == {jateng.unit, jateng.child, unit}


def test_rename_keeps_the_old_name_for_its_days_and_for_imports(jateng, bureau, now):
    old = jateng.child.official_name

    offices.rename_unit(
        jateng.child,
        official_name="Rutan Kelas IIA Baru",
        short_name="Rutan Baru",
        from_day=date(2026, 11, 1),
        by=bureau.admin,
        now=now,
        today=TODAY,
    )

    unit = Unit.objects.get(pk=jateng.child.pk)
    assert unit.name_on(date(2026, 10, 31)) == old
    assert unit.name_on(date(2022, 1, 1)) == old
    assert unit.names_on(date(2026, 11, 1)) == ("Rutan Kelas IIA Baru", "Rutan Baru")
    assert [alias.name for alias in unit.aliases.all()] == [old]
    assert unit.history.get(history_change_reason="Ganti nama").history_user == bureau.admin


def test_names_of_many_units_cost_two_statements(jateng, maluku, bureau, now, django_assert_num_queries):
    UnitName.objects.create(unit=jateng.child, official_name="Lama", short_name="Lama", until=date(2022, 1, 1))

    with django_assert_num_queries(2):
        names = [unit.name_on(date(2021, 5, 1)) for unit in Unit.objects.prefetch_related("names").order_by("pk")]

    assert names.count("Lama") == 1


def test_a_second_rename_on_the_same_day_corrects_the_first(jateng, bureau, now):
    for name in ("Salah Ketik", "Rutan Benar"):
        offices.rename_unit(
            jateng.child, official_name=name, short_name=name, from_day=TODAY, by=bureau.admin, now=now, today=TODAY
        )

    assert [name.official_name for name in jateng.child.names.all()] == ["Rutan Kelas IIB Jateng"]
    assert Unit.objects.get(pk=jateng.child.pk).official_name == "Rutan Benar"


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(2020, 1, 1)])
def test_rename_refuses_the_future_and_days_of_an_older_name(jateng, bureau, now, day):
    UnitName.objects.create(unit=jateng.child, official_name="Lama", short_name="Lama", until=date(2022, 1, 1))

    with pytest.raises(ValidationError):
        offices.rename_unit(
            jateng.child, official_name="X", short_name="X", from_day=day, by=bureau.admin, now=now, today=TODAY
        )

    assert jateng.child.names.count() == 1


def test_close_is_refused_while_open_units_stand_below(jateng, bureau, now):
    with pytest.raises(offices.HasOpenUnitsBelow):
        offices.close_unit(jateng.unit, last_day=TODAY, by=bureau.admin, now=now)

    closed = offices.close_unit(jateng.child, last_day=TODAY, by=bureau.admin, now=now)
    assert closed.valid_until == TODAY
    with pytest.raises(offices.UnitIsClosed):
        offices.close_unit(jateng.child, last_day=TODAY, by=bureau.admin, now=now)


def test_replace_hands_on_what_lives_and_keeps_the_past(jateng, maluku, bureau, now):
    before = jateng.child.path

    offices.replace_unit(jateng.unit, successor=maluku.unit, last_day=TODAY, by=bureau.admin, now=now)

    old = Unit.objects.get(pk=jateng.unit.pk)
    assert (old.valid_until, old.successor) == (TODAY, maluku.unit)
    child = Unit.objects.get(pk=jateng.child.pk)
    assert child.parent == maluku.unit
    assert child.path == f"{maluku.unit.path}{child.pk}/" != before
    moved = maluku.unit.contacts.get(email=jateng.contact.email)
    assert moved.name == jateng.contact.name
    assert UnitContact.objects.get(pk=jateng.contact.pk).unit == old
    jateng.admin.refresh_from_db()
    assert jateng.admin.unit == maluku.unit
    assert set(jateng.group.members.all()) == {old, child, maluku.unit}
    jateng.invitation.refresh_from_db()
    assert jateng.invitation.unit == old
    assert jateng.agreement.owner_unit == old


def test_replace_leaves_accounts_when_told_so(jateng, maluku, bureau, now):
    offices.replace_unit(
        jateng.child, successor=maluku.child, last_day=TODAY, by=bureau.admin, now=now, moves_accounts=False
    )

    jateng.operator.refresh_from_db()
    assert jateng.operator.unit == jateng.child


def test_replace_refuses_a_closed_successor_and_one_below(jateng, maluku, bureau, now):
    maluku.child.valid_until = TODAY
    maluku.child.save()

    for successor in (maluku.child, jateng.child, jateng.unit):
        with pytest.raises(offices.SuccessorIsUnfit):
            offices.replace_unit(jateng.unit, successor=successor, last_day=TODAY, by=bureau.admin, now=now)


def test_reopen_takes_back_a_closing(jateng, bureau, now):
    offices.close_unit(jateng.child, last_day=TODAY, by=bureau.admin, now=now)

    offices.reopen_unit(jateng.child, by=bureau.admin, now=now)

    unit = Unit.objects.get(pk=jateng.child.pk)
    assert (unit.valid_until, unit.successor) == (None, None)


def test_move_takes_all_below_along(jateng, maluku, bureau, now):
    grandchild = make_unit("Cabang", parent=jateng.child)

    offices.move_unit(jateng.child, parent=maluku.unit, by=bureau.admin, now=now)

    grandchild.refresh_from_db()
    assert grandchild.path == f"{maluku.unit.path}{jateng.child.pk}/{grandchild.pk}/"
    assert set(Unit.objects.under(maluku.unit)) == {
        maluku.unit,
        maluku.child,
        Unit.objects.get(pk=jateng.child.pk),
        grandchild,
    }


def test_move_below_itself_is_refused(jateng, bureau, now):
    with pytest.raises(offices.CannotStandBelowItself):
        offices.move_unit(jateng.unit, parent=jateng.child, by=bureau.admin, now=now)


def test_a_path_never_reaches_a_unit_whose_key_begins_alike(bureau):
    """Unit 1 must not own unit 10 and following: "1/" is no beginning of "10/"."""
    first = make_unit("Satu", parent=bureau.ministry)
    others = [make_unit(f"Unit {n}", parent=bureau.ministry) for n in range(12)]

    assert set(Unit.objects.under(first)) == {first}
    assert all(not other.path.startswith(first.path) for other in others)


def test_what_one_unit_says_of_a_person_is_what_the_lists_say(bureau, jateng, maluku):
    people = [
        bureau.admin,
        bureau.staff,
        bureau.leader,
        jateng.admin,
        jateng.operator,
        jateng.disabled,
        AnonymousUser(),
    ]
    units = list(Unit.objects.order_by("pk"))

    for person in people:
        for of_one, of_many in (
            (Unit.is_reached_by, Unit.objects.reached_by),
            (Unit.is_editable_by, Unit.objects.editable_by),
            (Unit.is_governed_by, Unit.objects.governed_by),
        ):
            assert {unit for unit in units if of_one(unit, person)} == set(of_many(person)), (person, of_one)
