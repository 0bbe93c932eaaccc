"""Offices, their contacts and the people who work there."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from dashboard.management.sample.accounts import make_accounts
from dashboard.management.sample.people import GRADES, POSITIONS, TITLES, employee_number
from participants.models import EmploymentStatus, Participant
from units.access import Role
from units.actions.loading import load_offices
from units.models import Level, Unit, UnitContact, UnitKind, User

BATCH = 2_000
FIRST_SERIAL = 1_000  # the sample data uses those below
KINDS = [
    (UnitKind.LAPAS, "Lapas", "IIA"),
    (UnitKind.RUTAN, "Rutan", "IIB"),
    (UnitKind.BAPAS, "Bapas", "II"),
    (UnitKind.KANIM, "Kantor Imigrasi", "II Non TPI"),
    (UnitKind.LPKA, "LPKA", "II"),
    (UnitKind.RUPBASAN, "Rupbasan", "I"),
]
GIVEN = ["Adi", "Bunga", "Cahyo", "Dewi", "Eko", "Fitri", "Galih", "Hana", "Irfan", "Kartika", "Lukman", "Maya"]
FAMILY = ["Contoh", "Misalkan", "Andai", "Umpama", "Rekaan", "Sampel", "Model", "Sketsa", "Bayang", "Rancang"]


def make_offices(folder: Path, *, n_units: int, now: datetime) -> list[Unit]:
    """The real tree filled up to `n_units` with UPT whose names say that they are invented; Kanwil and UPT in order."""
    load_offices(folder, now=now)
    regions = list(Unit.objects.filter(level=Level.REGIONAL_OFFICE).order_by("pk"))
    Unit.objects.bulk_create(_invented(regions, n_units - Unit.objects.count()), batch_size=BATCH)
    above = Unit.objects.filter(pk=OuterRef("parent")).values("path")
    Unit.objects.filter(path__startswith="new/").update(
        path=Concat(Subquery(above), Cast(F("pk"), CharField()), Value("/"), output_field=CharField())
    )
    units = Unit.objects.filter(level__in=[Level.REGIONAL_OFFICE, Level.TECHNICAL_UNIT])
    return list(units.order_by("path"))


def _invented(regions: list[Unit], n: int) -> Iterator[Unit]:
    for number in range(n):
        region = regions[number % len(regions)]
        kind, word, unit_class = KINDS[number % len(KINDS)]
        name = f"{word} Kelas {unit_class} Contoh {number + 1:04}"
        yield Unit(
            parent=region,
            path=f"new/{number}",
            official_name=name,
            short_name=name,
            level=Level.TECHNICAL_UNIT,
            kind=kind,
            unit_class=unit_class,
            province=region.province,
            city=f"Kota Contoh {number % 97 + 1}",
            tz=region.tz,
        )


def make_contacts_and_accounts(units: list[Unit]) -> User:
    """A contact for each office, the sample accounts and an admin for each Kanwil; returns the bureau's admin."""
    UnitContact.objects.bulk_create(
        (
            UnitContact(unit=unit, name=f"Narahubung {unit.short_name}"[:150], email=f"humas{unit.pk}@satker.invalid")
            for unit in units
        ),
        batch_size=BATCH,
    )
    known = {unit.short_name: unit for unit in Unit.objects.order_by("pk")}
    accounts = make_accounts(known) if not User.objects.exists() else {}
    User.objects.bulk_create(
        User(
            email=f"kanwil{unit.pk}@humas.invalid",
            full_name=f"Admin {unit.short_name}",
            role=Role.REGIONAL_ADMIN,
            unit=unit,
            password="!",  # noqa: S106 -- cannot sign in
        )
        for unit in units
        if unit.level == Level.REGIONAL_OFFICE
    )
    return accounts.get("admin.biro") or User.objects.filter(role=Role.BUREAU_ADMIN).order_by("pk")[0]


def make_people(units: list[Unit], *, n: int, now: datetime) -> list[Participant]:
    """In the order of their offices, about as many at each."""
    people = (_person(number, units[number * len(units) // n], now) for number in range(n))
    return Participant.objects.bulk_create(people, batch_size=BATCH)


def _person(number: int, unit: Unit, now: datetime) -> Participant:
    serial = FIRST_SERIAL + number
    name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number // 12 % len(FAMILY)]} {number + 1:05}"
    return Participant(
        employee_number=employee_number(serial, is_woman=number % 2 == 1),
        full_name=name + TITLES[number % len(TITLES)],
        employment_status=EmploymentStatus.PNS,
        unit=unit,
        position=POSITIONS[number % len(POSITIONS)],
        grade=GRADES[number % len(GRADES)],
        email=f"pegawai{number + 1:05}@satker.invalid",
        phone=f"+62811{number:08}",
        created_at=now,
    )
