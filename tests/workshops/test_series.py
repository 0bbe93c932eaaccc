"""Series: the days of a rule, members made together, changed together or alone, moved together."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outbox.models import State
from tests.factories import Bureau, Kanwil, make_agreement, make_invitation, make_message, make_unit
from tests.workshops.forms import rows
from toolkit.recurring_days import Recurrence, Rule
from units.models import UnitContact
from workshops.actions.planning import OrganizerIsNotYours
from workshops.actions.refusals import ChangedMeanwhile
from workshops.actions.series import (
    SeriesFacts,
    SeriesIsEmpty,
    SeriesIsTooLong,
    Shared,
    create_series,
    days_of,
)
from workshops.actions.series_edits import differences, members_of
from workshops.models import Series, Workshop, WorkshopState

WIB = ZoneInfo("Asia/Jakarta")
MONDAYS = Recurrence(Rule.WEEKDAY_OF_MONTH, weekday=0, nth=3)


@pytest.fixture(autouse=True)
def today(time_machine: Any, now: datetime) -> None:
    time_machine.move_to(now)


def facts(bureau: Bureau, **changes: Any) -> SeriesFacts:
    values: dict[str, Any] = {
        "organizer_unit": bureau.unit,
        "kind": "briefing",
        "tz": "Asia/Jakarta",
        "recurrence": MONDAYS,
        "first": date(2027, 1, 1),
        "n_members": 3,
        "starts": time(9),
        "ends": time(11),
    }
    return SeriesFacts(**values | changes)


SHARED = Shared(title="Pengarahan", theme="Bulanan", mode="online", segments=(("Humas", "online", 100),))


@pytest.fixture
def series(bureau: Bureau, now: datetime) -> Series:
    return create_series(facts=facts(bureau), shared=SHARED, by=bureau.admin, now=now)


def test_members_are_workshops_of_their_own(series: Series) -> None:
    members = members_of(series)
    assert [(one.title, one.first_day, one.series_position) for one in members] == [
        ("Pengarahan ke-1", date(2027, 1, 18), 1),
        ("Pengarahan ke-2", date(2027, 2, 15), 2),
        ("Pengarahan ke-3", members[2].first_day, 3),
    ]
    assert len({one.topic_id for one in members}) == 3
    assert [differences(series, one) for one in members] == [[], [], []]


def test_bad_numbers_and_a_foreign_organizer_make_no_series(bureau: Bureau, jateng: Kanwil, now: datetime) -> None:
    with pytest.raises(SeriesIsEmpty):
        days_of(facts(bureau, n_members=0))
    with pytest.raises(SeriesIsTooLong):
        days_of(facts(bureau, n_members=100))
    with pytest.raises(OrganizerIsNotYours):
        create_series(facts=facts(bureau), shared=SHARED, by=jateng.admin, now=now)
    assert Series.objects.count() == 1  # that of the Kanwil's own scene


# --- pages


def new_form(bureau: Bureau, **changes: Any) -> dict[str, Any]:
    data = {
        "title": "Pengarahan",
        "kind": "briefing",
        "state": "planned",
        "organizer_unit": bureau.unit.pk,
        "mode": "online",
        "tz": "Asia/Jakarta",
        "rule": "weekday_of_month",
        "nth": "3",
        "weekday": "0",
        "first_on": "2027-01-01",
        "n_members": "3",
        "starts": "09:00",
        "ends": "11:00",
        "moves": "on",
    }
    return data | rows("segments") | changes


def test_the_days_are_shown_before_anything_is_made(as_user: Any, bureau: Bureau) -> None:
    client, url = as_user(bureau.staff), reverse("series_create")
    token = "8e7d2d33-6a5f-4c58-9f5c-6e7c1f3ab001"
    data = new_form(bureau, rule="day_of_month", day="31", form_token=token)
    page = client.post(url, data | {"step": "preview"})
    assert not Series.objects.exists()
    assert [str(day.on) for day in page.context["days"]] == ["2027-01-29", "2027-02-26", "2027-03-31"]
    assert "Minggu, 31 Januari 2027" in " ".join(page.content.decode().split())
    for _again in range(2):
        client.post(url, data | {"step": "confirm"})
    assert Series.objects.get().members.count() == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"n_members": "0"}, "n_members"),
        ({"n_members": "100"}, "n_members"),
        ({"n_members": "9" * 40}, "n_members"),
        ({"first_on": "2027-02-31"}, "first_on"),
        ({"rule": "day_of_month", "day": "32"}, "day"),
        ({"rule": "day_of_month", "day": ""}, "day"),
        ({"rule": "yearly"}, "rule"),
        ({"starts": "11:00", "ends": "09:00"}, "ends"),
        ({"title": "x" * 181}, "title"),
        ({"weekday": "7"}, "weekday"),
    ],
)
def test_bad_input_is_said_beside_the_field(as_user: Any, bureau: Bureau, wrong: dict[str, str], field: str) -> None:
    for step in ("preview", "confirm"):
        answer = as_user(bureau.staff).post(reverse("series_create"), new_form(bureau, **wrong) | {"step": step})
        assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert not Series.objects.exists()


def test_a_series_from_a_workshop_takes_its_agenda(as_user: Any, bureau: Bureau) -> None:
    url = f"{reverse('series_create')}?dari={bureau.workshop.pk}"
    as_user(bureau.staff).post(url, new_form(bureau, n_members="2") | {"step": "confirm"})
    members = members_of(Series.objects.get())
    assert [one.sessions.count() for one in members] == [1, 1]
    assert {one.cloned_from for one in members} == {bureau.workshop}
    for nonsense in ("0", "x", "9" * 40):
        assert as_user(bureau.staff).get(f"{reverse('series_create')}?dari={nonsense}").status_code == 404


def edit_form(client: Any, series: Series, **changes: Any) -> dict[str, Any]:
    form = client.get(reverse("series_edit", args=[series.pk])).context["form"]
    names = ("title", "theme", "aims", "mode", "venue", "venue_address", "meeting_url", "meeting_id", "version")
    data = {name: form[name].value() or "" for name in names}
    data |= {"meeting_passcode": "", "person_in_charge": "", "scope": "all"}
    segment = {"pk": "", "name": "Humas", "mode": "online", "quota": "100"}
    return data | rows("segments", first=1, of=[segment]) | changes


def themes(series: Series) -> list[str]:
    return [one.theme for one in members_of(series)]


def test_an_edit_together_keeps_what_was_edited_alone(as_user: Any, bureau: Bureau, series: Series) -> None:
    client, url = as_user(bureau.staff), reverse("series_edit", args=[series.pk])
    second = members_of(series)[1]
    Workshop.objects.filter(pk=second.pk).update(theme="Sendiri")
    assert [row["differs"] for row in client.get(reverse("series_detail", args=[series.pk])).context["rows"]] == [
        [],
        ["Tema"],
        [],
    ]
    data = edit_form(client, series, theme="Baru", venue="Aula")
    preview = client.post(url, data | {"step": "preview"})
    assert [(row["changes"], row["kept"]) for row in preview.context["rows"]] == [
        (["Tema", "Tempat"], []),
        (["Tempat"], ["Tema"]),
        (["Tema", "Tempat"], []),
    ]
    assert themes(series) == ["Bulanan", "Sendiri", "Bulanan"]
    client.post(url, data | {"step": "confirm"})
    assert themes(series) == ["Baru", "Sendiri", "Baru"]
    assert {one.venue for one in members_of(series)} == {"Aula"}
    data = edit_form(client, series, theme="Lagi")
    client.post(url, data | {"step": "confirm", "overwrite": [str(second.pk), "x"]})
    assert themes(series) == ["Lagi", "Lagi", "Lagi"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("only", ["A", "B", "A"]), ("following", ["A", "B", "B"]), ("all", ["B", "B", "B"])],
)
def test_the_scope_says_who_is_meant(
    as_user: Any, bureau: Bureau, series: Series, scope: str, expected: list[str]
) -> None:
    client = as_user(bureau.staff)
    Workshop.objects.filter(series=series).update(theme="A")
    Series.objects.filter(pk=series.pk).update(shared=series.shared | {"theme": "A"})
    second = members_of(series)[1]
    url = f"{reverse('series_edit', args=[series.pk])}?anggota={second.pk}"
    client.post(url, edit_form(client, series, theme="B", scope=scope) | {"step": "confirm"})
    assert themes(series) == expected


def test_titles_keep_their_numbers_and_segments_their_rows(as_user: Any, bureau: Bureau, series: Series) -> None:
    client = as_user(bureau.staff)
    before = [one.segments.get().pk for one in members_of(series)]
    segment = {"pk": "", "name": "Humas", "mode": "online", "quota": "250"}
    data = edit_form(client, series, title="Rapat") | rows("segments", first=1, of=[segment])
    client.post(reverse("series_edit", args=[series.pk]), data | {"step": "confirm"})
    members = members_of(series)
    assert [one.title for one in members] == ["Rapat ke-1", "Rapat ke-2", "Rapat ke-3"]
    assert [(one.segments.get().pk, one.segments.get().quota) for one in members] == [(pk, 250) for pk in before]


def test_members_that_began_or_were_called_off_are_never_changed(
    as_user: Any, bureau: Bureau, series: Series, time_machine: Any
) -> None:
    third = members_of(series)[2]
    Workshop.objects.filter(pk=third.pk).update(state=WorkshopState.CANCELLED)
    time_machine.move_to(datetime(2027, 1, 20, tzinfo=WIB))
    client = as_user(bureau.staff)
    data = edit_form(client, series, theme="Baru")
    client.post(reverse("series_edit", args=[series.pk]), data | {"step": "confirm"})
    assert themes(series) == ["Bulanan", "Baru", "Bulanan"]


def test_an_old_tab_changes_nothing(as_user: Any, bureau: Bureau, series: Series) -> None:
    client = as_user(bureau.staff)
    data = edit_form(client, series, theme="Basi")
    Workshop.objects.filter(pk=members_of(series)[2].pk).update(aims="Diubah orang lain")
    answer = client.post(reverse("series_edit", args=[series.pk]), data | {"step": "confirm"})
    assert str(ChangedMeanwhile.sentence) in answer.content.decode()
    assert themes(series) == ["Bulanan"] * 3


def move_form(client: Any, series: Series, **changes: Any) -> dict[str, Any]:
    form = client.get(reverse("series_move", args=[series.pk])).context["form"]
    return {"scope": "all", "version": form["version"].value(), "days": "0", "starts": "", "ends": ""} | changes


def test_moving_together_shows_who_hears_of_it_and_then_moves(
    as_user: Any, bureau: Bureau, series: Series, now: datetime
) -> None:
    first = members_of(series)[0]
    Workshop.objects.filter(pk=first.pk).update(state=WorkshopState.APPROVED)
    unit = make_unit("Kanwil A")
    UnitContact.objects.create(unit=unit, name="A", email="a@humas.test")
    make_message(
        kind="participants.invitation", to="a@humas.test", name="A", now=now, topic=first.topic, topic_rev=1,
        ref=make_invitation(first, unit, now=now).pk, state=State.SENT, sent_at=now,
    )  # fmt: skip
    client, url = as_user(bureau.staff), reverse("series_move", args=[series.pk])
    data = move_form(client, series, days="1", starts="10:00", ends="12:00")
    preview = client.post(url, data | {"step": "preview"})
    assert [row["plan"].consequences.n_told for row in preview.context["rows"]] == [1, 0, 0]
    assert members_of(series)[0].first_day == date(2027, 1, 18)
    client.post(url, data | {"step": "confirm"})
    moved = members_of(series)
    assert moved[0].starts_at == datetime(2027, 1, 19, 10, tzinfo=WIB)
    assert moved[1].ends_at == datetime(2027, 2, 16, 12, tzinfo=WIB)
    assert moved[0].topic.schedule_rev == first.topic.schedule_rev + 1
    again = client.post(url, data | {"step": "confirm"})
    assert str(ChangedMeanwhile.sentence) in again.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"days": "61"}, "days"), ({"starts": "12:00", "ends": "10:00"}, "ends"), ({"scope": "past"}, "scope")],
)
def test_a_bad_move_is_said(as_user: Any, bureau: Bureau, series: Series, wrong: dict[str, str], field: str) -> None:
    client = as_user(bureau.staff)
    answer = client.post(
        reverse("series_move", args=[series.pk]), move_form(client, series, **wrong) | {"step": "confirm"}
    )
    assert list(answer.context["form"].errors) == [field]


def test_moving_together_out_of_the_term_asks_for_the_reason(as_user: Any, bureau: Bureau, series: Series) -> None:
    members = list(Workshop.objects.filter(series=series).order_by("series_position"))
    last = members[-1]
    assert last.last_day is not None
    agreement = make_agreement(bureau.unit, title="MSP", number="MSP-9", effective_until=last.last_day)
    Workshop.objects.filter(pk=last.pk).update(agreement=agreement)
    url, reason = reverse("series_move", args=[series.pk]), "Atas permintaan mitra"
    staff = as_user(bureau.staff)
    preview = staff.post(url, move_form(staff, series, days="1") | {"step": "preview", "cover_reason": reason})
    assert preview.context["has_problems"]
    assert "sudah berakhir pada" in preview.content.decode()
    refused = staff.post(url, move_form(staff, series, days="1") | {"step": "confirm", "cover_reason": reason})
    assert refused.status_code == 200
    admin = as_user(bureau.admin)
    said = move_form(admin, series, days="1") | {"cover_reason": reason}
    assert not admin.post(url, said | {"step": "preview"}).context["has_problems"]
    assert admin.post(url, said | {"step": "confirm"}).status_code == 302
    reasons = Workshop.objects.filter(series=series).order_by("series_position").values_list("cover_reason", flat=True)
    assert list(reasons) == [""] * (len(members) - 1) + [reason]


def test_an_end_moved_before_a_kept_start_is_refused(as_user: Any, bureau: Bureau, series: Series) -> None:
    client, url = as_user(bureau.staff), reverse("series_move", args=[series.pk])
    data = move_form(client, series, ends="08:00")
    assert client.post(url, data | {"step": "preview"}).context["has_problems"]
    assert client.post(url, data | {"step": "confirm"}).context["form"].errors
    assert members_of(series)[0].ends_at == datetime(2027, 1, 18, 11, tzinfo=WIB)


def test_a_member_shows_its_neighbours(as_user: Any, bureau: Bureau, series: Series) -> None:
    members = members_of(series)
    page = as_user(bureau.staff).get(reverse("workshop_detail", args=[members[1].pk]))
    assert (page.context["series_previous"], page.context["series_next"]) == (members[0], members[2])
    assert "Pertemuan ke-2" in page.content.decode()


def test_a_foreign_series_does_not_exist(as_user: Any, jateng: Kanwil, series: Series) -> None:
    client = as_user(jateng.admin)
    for name in ("series_detail", "series_edit", "series_move"):
        assert client.get(reverse(name, args=[series.pk])).status_code == 404
    listed = client.get(reverse("series_list")).context["rows"]
    assert [row["series"].title for row in listed] == [jateng.preparation.series.title]


@pytest.mark.parametrize("n_members", [1, 3])
def test_a_series_page_costs_the_same_for_one_member_and_three(
    as_user: Any, bureau: Bureau, now: datetime, n_members: int
) -> None:
    made = create_series(facts=facts(bureau, n_members=n_members), shared=SHARED, by=bureau.admin, now=now)
    client = as_user(bureau.staff)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("series_detail", args=[made.pk])).status_code == 200
    assert len(queries) == 8
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("series_list")).status_code == 200
    assert len(queries) == 5


def test_registration_keeps_its_distance(as_user: Any, bureau: Bureau, series: Series) -> None:
    first = members_of(series)[0]
    assert first.starts_at
    deadline = first.starts_at - timedelta(days=3)
    Workshop.objects.filter(pk=first.pk).update(registration_deadline=deadline)
    client = as_user(bureau.staff)
    client.post(reverse("series_move", args=[series.pk]), move_form(client, series, days="-7") | {"step": "confirm"})
    first.refresh_from_db()
    assert first.registration_deadline == deadline - timedelta(days=7)
