"""Calendars for other programs: secret addresses, the public one, one workshop; what they hold, how it changes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from outbox.actions.planning import raise_revision
from tests.factories import Bureau, Kanwil, make_workshop
from units.models import UnitName, User
from workshops.actions.feeds import end_feed, renew_feed
from workshops.feeds import feed_url
from workshops.models import CalendarFeed, StateChange, Workshop

pytestmark = pytest.mark.usefixtures("clock_stands")

PUBLIC = reverse("calendar_public")


def path_of(user: User) -> str:
    return feed_url(CalendarFeed.objects.get(user=user)).partition("8000")[2]


def events(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["summary"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_an_address_holds_what_its_owner_may_see(
    client: Client, bureau: Bureau, jateng: Kanwil, maluku: Kanwil
) -> None:
    found = events(client.get(path_of(jateng.admin)))
    assert set(found) == {bureau.workshop.title, jateng.workshop.title}
    event, starts_at = found[jateng.workshop.title], jateng.workshop.starts_at
    assert event.decoded("dtstart") == starts_at
    assert event["dtstart"].params["TZID"] == "Asia/Jakarta"
    assert str(event["uid"]) == f"workshop-{jateng.workshop.pk}@localhost"
    assert str(event["url"]).endswith(f"/workshop/{jateng.workshop.pk}/")
    page = client.get(path_of(jateng.admin))
    for secret in (jateng.workshop.meeting_url, jateng.workshop.meeting_passcode, maluku.canary):
        assert secret not in page.content.decode()
    assert b"BEGIN:VTIMEZONE" in page.content
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "private, max-age=300"


def test_a_new_address_ends_the_old_one(as_user: Any, bureau: Bureau) -> None:
    client, page = as_user(bureau.staff), reverse("calendar_feeds")
    assert "kalender/ics/" not in client.get(page).content.decode()
    assert client.post(reverse("calendar_feed_renew")).status_code == 302
    old = path_of(bureau.staff)
    assert old in client.get(page).content.decode()
    client.post(reverse("calendar_feed_renew"))
    new = path_of(bureau.staff)
    anybody = Client()
    assert [anybody.get(path).status_code for path in (old, new)] == [404, 200]
    client.post(reverse("calendar_feed_end"))
    assert anybody.get(new).status_code == 404
    assert not CalendarFeed.objects.filter(user=bureau.staff).exists()


@pytest.mark.parametrize("change", ["", "x", "0" * 32, "%00", "a.b"])
def test_a_forged_address_opens_nothing(client: Client, bureau: Bureau, now: datetime, change: str) -> None:
    feed = renew_feed(bureau.staff, now=now)
    token = change or feed.key.hex
    assert client.get(f"/kalender/ics/{token}/").status_code == 404


def test_a_disabled_person_has_no_calendar(client: Client, bureau: Bureau, now: datetime) -> None:
    renew_feed(bureau.staff, now=now)
    path = path_of(bureau.staff)
    User.objects.filter(pk=bureau.staff.pk).update(is_active=False)
    assert client.get(path).status_code == 404
    end_feed(bureau.staff)
    assert client.get(path).status_code == 404


def test_a_move_raises_the_sequence_and_keeps_the_uid(client: Client, bureau: Bureau, now: datetime) -> None:
    renew_feed(bureau.staff, now=now)
    path, title = path_of(bureau.staff), bureau.workshop.title
    before = events(client.get(path))[title]
    raise_revision(bureau.workshop.topic, reason="pindah", now=now)
    Workshop.objects.filter(pk=bureau.workshop.pk).update(state="postponed")
    after = events(client.get(path))[f"Ditunda: {title}"]
    assert str(before["uid"]) == str(after["uid"])
    assert int(after["sequence"]) == int(before["sequence"]) + 1
    assert (str(before["status"]), str(after["status"])) == ("CONFIRMED", "CANCELLED")


def test_who_has_the_newest_version_gets_304(client: Client, bureau: Bureau, now: datetime) -> None:
    renew_feed(bureau.staff, now=now)
    path = path_of(bureau.staff)
    first = client.get(path)
    known = {"if-none-match": first.headers["ETag"]}
    assert client.get(path, headers=known).status_code == 304
    packed = {"if-none-match": client.get(path, headers={"accept-encoding": "gzip"}).headers["ETag"]}
    assert client.get(path, headers=packed).status_code == 304
    Workshop.objects.filter(pk=bureau.workshop.pk).update(title="Judul lain")
    assert client.get(path, headers=known).status_code == 200


def test_the_public_calendar_holds_what_was_approved_and_is_public(
    client: Client, bureau: Bureau, now: datetime
) -> None:
    def public(title: str, state: str, *, was_approved: bool = False, **fields: Any) -> None:
        workshop = make_workshop(bureau.unit, now=now, title=title, state=state, **{"is_public": True} | fields)
        if was_approved:
            StateChange.objects.create(workshop=workshop, before="planned", after="approved", at=now)

    public("Disetujui", "approved")
    public("Selesai", "finished")
    public("Batal", "cancelled", was_approved=True)
    public("Batal sejak usulan", "cancelled")
    public("Usulan", "idea")
    public("Rencana", "planned")
    public("Internal", "approved", is_public=False)
    found = events(client.get(PUBLIC))
    assert {title: str(event["status"]) for title, event in found.items()} == {
        "Disetujui": "CONFIRMED",
        "Selesai": "CONFIRMED",
        "Dibatalkan: Batal": "CANCELLED",
    }
    urls = {title: str(event.get("url", "")).removeprefix(settings.SITE_URL) for title, event in found.items()}
    pages = {row.title: reverse("workshop_public", args=[row.pk]) for row in Workshop.objects.published()}
    assert urls == {title: pages.get(title, "") for title in found}
    assert urls["Disetujui"]


def test_one_workshop_as_a_file_for_readers_and_once_public_for_all(
    client: Client, as_user: Any, bureau: Bureau, jateng: Kanwil, maluku: Kanwil
) -> None:
    url = reverse("workshop_ics", args=[jateng.workshop.pk])
    anybody = Client()
    assert anybody.get(url).status_code == 404
    assert as_user(maluku.admin).get(url).status_code == 404
    assert set(events(as_user(jateng.admin).get(url))) == {jateng.workshop.title}
    Workshop.objects.filter(pk=jateng.workshop.pk).update(is_public=True)
    assert set(events(anybody.get(url))) == {jateng.workshop.title}
    Workshop.objects.filter(pk=jateng.workshop.pk).update(state="planned")
    assert anybody.get(url).status_code == 404
    Workshop.objects.filter(pk=jateng.workshop.pk).update(
        starts_at=None, ends_at=None, fuzzy_date="nanti", fuzzy_month="2026-12-01"
    )
    assert as_user(jateng.admin).get(url).status_code == 404


def test_one_workshop_is_a_file_also_years_later_and_stands_in_no_calendar_then(
    as_user: Any, bureau: Bureau, now: datetime
) -> None:
    starts_at = now - timedelta(days=900)
    old = make_workshop(
        bureau.unit, now=now, title="Dua tahun lalu", starts_at=starts_at, ends_at=starts_at + timedelta(hours=8)
    )
    client = as_user(bureau.staff)
    url = reverse("workshop_ics", args=[old.pk])
    assert url in client.get(reverse("workshop_detail", args=[old.pk])).content.decode()
    UnitName.objects.create(unit=bureau.unit, official_name="Biro Lama", short_name="Biro Lama", until=now.date())
    found = events(client.get(url))
    assert set(found) == {"Dua tahun lalu"}
    assert "Penyelenggara: Biro Lama" in str(found["Dua tahun lalu"]["description"])
    renew_feed(bureau.staff, now=now)
    assert "Dua tahun lalu" not in events(client.get(path_of(bureau.staff)))


def test_a_calendar_costs_two_statements_whatever_it_holds(client: Client, bureau: Bureau, now: datetime) -> None:
    renew_feed(bureau.staff, now=now)
    path = path_of(bureau.staff)
    for _n in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        assert len(captured) == 2
        for n in range(2):
            starts_at = now + timedelta(days=n)
            make_workshop(
                bureau.unit,
                now=now,
                title="Lagi; koma, \\ dan\nbaris" if n else "é" * 90,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=1),
                registration_deadline=None,
            )
    titles = set(events(client.get(path)))
    assert {"é" * 90, "Lagi; koma, \\ dan\nbaris"} <= titles
