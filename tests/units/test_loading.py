from datetime import UTC, datetime

import pytest
from django.conf import settings

from dashboard.management.sample.accounts import ACCOUNTS
from units.actions.accounts import suits_role
from units.actions.loading import class_in, load_offices, place_in, spoken_name
from units.actions.offices import rename_unit
from units.matching import UnitMatcher
from units.models import Level, Unit, UnitAlias, UnitGroup, User
from units.places import place_problem

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
DATA = settings.BASE_DIR / "data"


def test_load_makes_every_kanwil_and_the_sample_units():
    load_offices(DATA, now=NOW)

    assert Unit.objects.filter(level=Level.REGIONAL_OFFICE).count() == 33
    assert Unit.objects.filter(level=Level.TECHNICAL_UNIT).count() == 46
    assert Unit.objects.filter(level=Level.ECHELON1).count() == 11
    jepara = Unit.objects.get(short_name="Rutan Kelas IIB Jepara")
    jateng = Unit.objects.get(short_name="Kanwil Jawa Tengah")
    assert jepara.parent == jateng
    assert jepara.path == f"{jateng.path}{jepara.pk}/"
    assert (jepara.unit_class, jepara.city, jepara.province, jepara.tz) == (
        "IIB",
        "Jepara",
        "Jawa Tengah",
        "Asia/Jakarta",
    )
    tarakan = Unit.objects.get(short_name="Lapas Kelas IIA Tarakan")
    assert (tarakan.parent.short_name, tarakan.province) == ("Kanwil Kalimantan Timur", "Kalimantan Utara")
    school = Unit.objects.get(kind="balai_diklat")
    assert (school.parent.short_name, school.province) == ("BPSDM", "Sulawesi Utara")
    pati = UnitGroup.objects.get(name="Keresidenan Pati")
    assert pati.owner == jateng
    assert pati.members.count() == 7
    assert Unit.objects.get(level=Level.BUREAU).parent.short_name == "Setjen"
    units = {unit.short_name: unit for unit in Unit.objects.select_related("parent")}
    assert {place_problem(unit.level, unit.parent) for unit in units.values()} == {""}
    assert all(suits_role(account.role, units[account.unit]) for account in ACCOUNTS)


def test_load_again_changes_nothing():
    load_offices(DATA, now=NOW)
    before = [list(model.objects.order_by("pk").values()) for model in (Unit, UnitAlias, UnitGroup, Unit.history.model)]

    assert load_offices(DATA, now=NOW) == 0

    after = [list(model.objects.order_by("pk").values()) for model in (Unit, UnitAlias, UnitGroup, Unit.history.model)]
    assert after == before


def test_load_knows_a_unit_that_was_renamed_since():
    load_offices(DATA, now=NOW)
    user = User.objects.create_user("biro@humas.invalid", full_name="Admin Biro", role="bureau_admin")
    rename_unit(
        Unit.objects.get(short_name="Rutan Kelas IIB Jepara"),
        official_name="Rutan Kelas IIA Jepara",
        short_name="Rutan Kelas IIA Jepara",
        from_day=NOW.date(),
        by=user,
        now=NOW,
        today=NOW.date(),
    )

    assert load_offices(DATA, now=NOW) == 0
    assert Unit.objects.filter(city="Jepara").count() == 1


@pytest.mark.parametrize(
    "spelling",
    ["RUTAN KELAS IIB JEPARA", "Rumah Tahanan Negara Klas II.B Jepara", "rutan kelas II B jepara", "Rutan Jepara"],
)
def test_one_unit_answers_to_its_many_spellings(spelling):
    load_offices(DATA, now=NOW)

    assert UnitMatcher().one(spelling).short_name == "Rutan Kelas IIB Jepara"


def test_matcher_answers_none_for_a_name_two_units_bear():
    load_offices(DATA, now=NOW)
    twin, other = Unit.objects.filter(level=Level.TECHNICAL_UNIT).order_by("pk")[:2]
    for unit in (twin, other):
        UnitAlias.objects.create(unit=unit, name="Kembar", key="KEMBAR")

    assert UnitMatcher().one("Kembar") is None
    assert UnitMatcher().all("Kembar") == [twin, other]


def test_class_and_place_are_read_from_a_name():
    assert class_in("Kantor Imigrasi Kelas I Khusus Non TPI Jakarta Selatan") == "I Khusus Non TPI"
    assert place_in("Kantor Imigrasi Kelas I Khusus Non TPI Jakarta Selatan") == "Jakarta Selatan"
    assert spoken_name("Lapas Perempuan Kelas IIA Semarang") == "Lapas Perempuan Semarang"
    assert (class_in("Rudenim Medan"), place_in("Rudenim Medan")) == ("", "")
