"""The planning meeting of the social-media workshop (S0) in a real browser: substance, budget and place, who does what
next, the minutes; then a budget whose partner's line breaks the term of the agreement."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from outbox.models import Message
from outbox.planners import tick
from partnerships.models import Organization, OrganizationKind
from tests.factories import make_agreement, make_unit, make_user, make_workshop
from tests.journeys.conftest import Person
from units.access import Role
from units.models import Level
from workshops.models import MeetingState, Workshop

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

DECISIONS = ("Menulis untuk media sosial", "Narasumber dibiayai mitra", "Hotel di Jakarta")


@pytest.fixture
def planned() -> Workshop:
    """The workshop with its partner; their agreement ends half a year before it."""
    now = timezone.now()
    bureau = make_unit("Biro Humas, Hukum dan Kerja Sama", level=Level.BUREAU)
    make_user("staf@biro.invalid", role=Role.BUREAU_STAFF, unit=bureau, full_name="Staf Biro")
    partner = Organization.objects.create(name="Yayasan Mitra Contoh", kind=OrganizationKind.FOUNDATION)
    workshop = make_workshop(bureau, now=now, title="Workshop Media Sosial", partner=partner)
    first = workshop.first_day
    assert first is not None
    workshop.agreement = make_agreement(
        bureau,
        title="Kerja sama pelatihan",
        number="MSP-1/2024",
        effective_from=first - timedelta(days=900),
        effective_until=first - timedelta(days=180),
    )
    workshop.save()
    return workshop


def hold_the_meeting(person: Person, workshop: Workshop, today: date) -> None:
    person.open(f"/workshop/{workshop.pk}/rapat/")
    person.press("Rapat baru")
    page = person.page
    topics = [page.input_value(f"[name=items-{n}-title]") for n in range(3)]
    assert topics == ["Konsep substansi", "Anggaran", "Lokasi kegiatan"]
    page.fill("[name=starts_at]", f"{today - timedelta(days=1)}T13:30")
    page.fill("[name=attendees-0-name]", "Kepala Bagian Contoh")
    page.fill("[name=attendees-1-name]", "Petugas Program Contoh")
    page.select_option("[name=attendees-1-side]", "partner")
    for n, decision in enumerate(DECISIONS):
        page.fill(f"[name=items-{n}-decision]", decision)
    page.fill("[name=actions-0-text]", "Kirim daftar narasumber")
    page.fill("[name=actions-0-due_on]", str(today + timedelta(days=14)))
    page.fill("[name=actions-0-owner_email]", "program@mitra.invalid")
    page.fill("[name=actions-0-owner_name]", "Petugas Program Contoh")
    person.axe()
    person.press("Simpan rapat")
    person.press("Tandai terlaksana")


def test_a_meeting_decides_and_a_partners_line_breaks_the_term(planned: Workshop, somebody: Callable[..., Any]) -> None:
    today = timezone.localdate()
    staff: Person = somebody("staf@biro.invalid")
    hold_the_meeting(staff, planned, today)
    meeting = planned.meetings.get()
    assert meeting.state == MeetingState.HELD
    assert [item.decision for item in meeting.items.order_by("position")] == list(DECISIONS)

    staff.press("Terbitkan notula")
    staff.sees("program@mitra.invalid")
    staff.axe()
    staff.press("Terbitkan dan kirim 1 surat")
    tick(timezone.now())
    letters = Message.objects.filter(kind__startswith="workshops.action")
    assert [(letter.kind, letter.to_addr) for letter in letters] == [("workshops.action_item", "program@mitra.invalid")]
    with staff.page.expect_download() as notula:
        staff.press("Notula PDF")
    assert notula.value.suggested_filename.endswith(".pdf")

    staff.open(f"/workshop/{planned.pk}/anggaran/baris/baru/")
    page = staff.page
    page.fill("[name=account_code]", "522151")
    page.fill("[name=description]", "Narasumber dari mitra")
    page.fill("[name=volume1]", "4,5")
    page.fill("[name=unit1]", "OJ")
    page.fill("[name=unit_price]", "1.400.000,50")
    page.select_option("[name=funding_source]", "partner")
    staff.press("Tambahkan baris")
    expect(page.locator("[name=unit_price]")).to_have_class(re.compile("is-invalid"))
    assert page.input_value("[name=description]") == "Narasumber dari mitra"
    page.fill("[name=unit_price]", "1.400.000")
    staff.press("Tambahkan baris")
    staff.sees("6.300.000")
    staff.sees("MSP-1/2024: Perjanjian ini sudah berakhir pada")
    staff.axe()
