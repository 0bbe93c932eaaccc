"""A small country for the tests of this app: a bureau, two Kanwil with an UPT each, contacts, one workshop."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from outbox.actions import plan_letters
from outbox.models import Message, State
from participants.actions.people import Details
from participants.letters.wishes import wishes
from participants.models import EmploymentStatus
from tests.factories import make_unit, make_user, make_workshop
from units.access import Role
from units.models import Level, Unit, UnitContact, UnitKind, User, Zone
from workshops.models import Workshop

# Monday, 10.00 WIB; the workshop starts on Monday three weeks later at 09.00 WIB.
NOW = datetime(2026, 9, 7, 3, 0, tzinfo=UTC)


@dataclass
class Scene:
    bureau: Unit
    staff: User
    leader: User
    java: Unit
    jepara: Unit
    semarang: Unit
    java_admin: User
    jepara_operator: User
    java_contact: UnitContact
    papua: Unit
    papua_admin: User
    papua_contact: UnitContact
    workshop: Workshop


def make_scene(now: datetime = NOW, **workshop: object) -> Scene:
    ministry = make_unit("Kementerian Contoh", level=Level.MINISTRY)
    bureau = make_unit("Biro Humas", parent=ministry, level=Level.BUREAU)
    java = make_unit("Kanwil Jawa Tengah", parent=ministry, level=Level.REGIONAL_OFFICE)
    papua = make_unit("Kanwil Papua", parent=ministry, level=Level.REGIONAL_OFFICE, tz=Zone.JAYAPURA)
    jepara = make_unit("Rutan Kelas IIB Jepara", parent=java, kind=UnitKind.RUTAN)
    return Scene(
        bureau=bureau,
        staff=make_user("staf@biro.test", role=Role.BUREAU_STAFF, unit=bureau),
        leader=make_user("pimpinan@biro.test", role=Role.LEADER, unit=bureau),
        java=java,
        jepara=jepara,
        semarang=make_unit("Lapas Kelas I Semarang", parent=java, kind=UnitKind.LAPAS),
        java_admin=make_user("admin@jateng.test", role=Role.REGIONAL_ADMIN, unit=java),
        jepara_operator=make_user("operator@jepara.test", role=Role.UNIT_OPERATOR, unit=jepara),
        java_contact=make_contact(java, "Sri Narahubung", "humas@jateng.test"),
        papua=papua,
        papua_admin=make_user("admin@papua.test", role=Role.REGIONAL_ADMIN, unit=papua),
        papua_contact=make_contact(papua, "Yos Narahubung", "Humas@Papua.test"),
        workshop=make_workshop(bureau, now=now, **workshop),
    )


def make_contact(unit: Unit, name: str, email: str, **fields: object) -> UnitContact:
    return UnitContact.objects.create(unit=unit, name=name, email=email, **fields)


def person(name: str, *, unit: Unit | None, nip: str = "", email: str = "") -> Details:
    return Details(full_name=name, employment_status=EmploymentStatus.PNS, employee_number=nip, unit=unit, email=email)


def plan(now: datetime) -> set[tuple[str, str, str]]:
    """One tick of the planner; the letters it added as (kind without its app, rule, address)."""
    before = set(Message.objects.values_list("pk", flat=True))
    plan_letters(wishes(now), now=now)
    added = Message.objects.exclude(pk__in=before).values_list("kind", "rule", "to_addr")
    return {(kind.removeprefix("participants."), rule, address) for kind, rule, address in added}


def send_all(now: datetime, **only: object) -> None:
    """As if every letter that is due had been accepted."""
    due = Message.objects.filter(state=State.PENDING, not_before__lte=now, **only)
    due.update(state=State.SENT, sent_at=now)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)
