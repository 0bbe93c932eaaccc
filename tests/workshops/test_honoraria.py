"""Whom a workshop owes an honorarium, and for how many hours."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.factories import Bureau, Kanwil
from workshops.honoraria import honorarium_lines
from workshops.models import Session, SessionRole, Speaker


def teach(bureau: Bureau, minutes: int, **fields: Any) -> Session:
    values = {"kind": "material", "theme": f"{minutes} menit", "starts_at": bureau.session.ends_at} | fields
    return Session.objects.create(
        workshop=bureau.workshop, ends_at=values["starts_at"] + timedelta(minutes=minutes), **values
    )


def test_each_person_and_paid_role_has_one_line_of_all_taught_hours(bureau: Bureau, jateng: Kanwil) -> None:
    Speaker.objects.filter(pk=bureau.speaker.pk).update(honorarium_grade="echelon_2")
    moderator = Speaker.objects.create(name="Ani Moderator")
    for minutes in (20, 20, 20):
        session = teach(bureau, minutes)
        SessionRole.objects.create(session=session, speaker=bureau.speaker)
        SessionRole.objects.create(session=session, speaker=moderator, role="moderator")
        SessionRole.objects.create(session=session)
        SessionRole.objects.create(session=session, speaker=jateng.speaker, role="official")
    opening = teach(bureau, 60, kind="opening")
    SessionRole.objects.create(session=opening, speaker=jateng.speaker)

    assert [
        (str(line.speaker), line.role, line.grade, line.person_hours) for line in honorarium_lines(bureau.workshop)
    ] == [
        ("Narasumber Pusat", "speaker", "echelon_2", Decimal("3.00")),
        ("Ani Moderator", "moderator", "", Decimal("1.00")),
    ]


def test_lines_take_one_query_however_many(bureau: Bureau, django_assert_num_queries: Any) -> None:
    for name in ("Satu", "Dua", "Tiga"):
        SessionRole.objects.create(session=bureau.session, speaker=Speaker.objects.create(name=name))
    with django_assert_num_queries(1):
        assert len(honorarium_lines(bureau.workshop)) == 4
