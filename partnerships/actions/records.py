"""What changes about the record of an agreement."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.actions.refusals import Refusal
from partnerships.models import (
    Agreement,
    AgreementLevel,
    AgreementLink,
    AgreementParty,
    Classification,
    FocalPoint,
    KindCode,
    LinkKind,
    ScopeTag,
)
from toolkit.history import create_by, save_by, update_by
from toolkit.local_times import day_short
from units.models import Level, Unit, User

LEVELS = {
    Level.MINISTRY: AgreementLevel.MINISTRY,
    Level.ECHELON1: AgreementLevel.MAIN_UNIT,
    Level.BUREAU: AgreementLevel.MINISTRY,
    Level.REGIONAL_OFFICE: AgreementLevel.REGIONAL_OFFICE,
    Level.TECHNICAL_UNIT: AgreementLevel.TECHNICAL_UNIT,
}


class PeriodsOverlap(Refusal):
    """Periods that follow each other share no day."""

    field = "on"

    def __init__(self, n: int, successor: Agreement, starts_on: date) -> None:
        self.sentence = ngettext(
            "%(n)d perjanjian masih berjalan ketika %(successor)s mulai berlaku. Masa yang bersambung tidak boleh "
            "bertumpang tindih: isi tanggal paling lambat %(day)s.",
            "%(n)d perjanjian masih berjalan ketika %(successor)s mulai berlaku. Masa yang bersambung tidak boleh "
            "bertumpang tindih: isi tanggal paling lambat %(day)s.",
            n,
        ) % {"n": n, "successor": successor, "day": day_short(starts_on)}


def level_of(unit: Unit) -> AgreementLevel:
    """Who concludes what this unit keeps; a bureau does so for the ministry."""
    return LEVELS[Level(unit.level)]


@transaction.atomic
def keep_focal_points(party: AgreementParty, *, people: Sequence[Mapping[str, str]], by: User, now: datetime) -> None:
    """Writes whom to ask on the side of `party`: who has a `pk` is changed, or taken away where no name is left; others
    are added. Those not named stay as they are."""
    there = {str(person.pk): person for person in party.focal_points.all()}
    for typed in people:
        person = there.get(typed.get("pk", ""))
        values = {name: typed[name] for name in ("name", "job_title", "email", "whatsapp")}
        if not values["name"]:
            if person is not None:
                vars(person).update(_history_user=by, _history_date=now)
                person.delete()
            continue
        if person is None:
            person = FocalPoint(party=party)
        elif all(getattr(person, name) == value for name, value in values.items()):
            continue
        vars(person).update(values)
        save_by(person, by=by, now=now)


@transaction.atomic
def keep_tags(agreement: Agreement, *, tags: Iterable[ScopeTag], by: User, now: datetime) -> None:
    """Makes `tags` the fields of cooperation; what is given and what is taken back stays in the history."""
    through: Any = Agreement.scope_tags.through
    wanted = {tag.pk for tag in tags}
    there = list(through.objects.filter(agreement_id=agreement.pk).order_by("pk"))
    gone = [row for row in there if row.scopetag_id not in wanted]
    new = [
        through(agreement_id=agreement.pk, scopetag_id=key)
        for key in sorted(wanted - {row.scopetag_id for row in there})
    ]
    # Django tells nobody of rows of a table that it made by itself, so their history is written here.
    told = through.history.model
    facts = {"agreement_id": agreement.pk, "history_user": by, "history_date": now}
    through.objects.bulk_create(new)
    told.objects.bulk_create(
        told(id=row.pk, scopetag_id=row.scopetag_id, history_type=sign, **facts)
        for sign, rows in (("-", gone), ("+", new))
        for row in rows
    )
    through.objects.filter(pk__in=[row.pk for row in gone]).delete()


@transaction.atomic
def start_amendment(agreement: Agreement, *, by: User, now: datetime, new_name: str = "") -> Agreement:
    """A draft addendum to a verified agreement: the same owner and parties, nothing signed yet, linked to what it
    amends. With `new_name` it is about the name that our side bears now."""
    scope = _("Perubahan nama pihak kita menjadi %(name)s.") % {"name": new_name} if new_name else ""
    amendment = Agreement(
        agreement_type_id=KindCode.AMENDMENT,
        title=(_("Adendum atas %(title)s") % {"title": agreement.title})[:300],
        is_foreign=agreement.is_foreign,
        level=agreement.level,
        owner_unit_id=agreement.owner_unit_id,
        classification=agreement.classification,
        classification_reason=agreement.classification_reason,
        scope=scope,
    )
    save_by(amendment, by=by, now=now)
    for party in agreement.parties.order_by("position", "pk"):
        twin = AgreementParty(
            agreement=amendment, position=party.position, unit_id=party.unit_id, organization_id=party.organization_id
        )
        save_by(twin, by=by, now=now)
    save_by(AgreementLink(later=amendment, earlier=agreement, kind=LinkKind.AMENDS), by=by, now=now)
    return amendment


@transaction.atomic
def hand_over(agreement: Agreement, *, owner_unit: Unit, by: User, now: datetime) -> None:
    agreement.owner_unit = owner_unit
    save_by(agreement, by=by, now=now)


@transaction.atomic
def classify(agreement: Agreement, *, classification: str, reason: str, by: User, now: datetime) -> None:
    agreement.classification = classification
    agreement.classification_reason = "" if classification == Classification.PUBLIC else reason
    save_by(agreement, by=by, now=now)


@transaction.atomic
def tag(agreement: Agreement, *, tag: ScopeTag, by: User, now: datetime) -> None:
    """Adds a field of cooperation; one that is there already stays."""
    keep_tags(agreement, tags=[*agreement.scope_tags.all(), tag], by=by, now=now)


@transaction.atomic
def terminate(agreement: Agreement, *, day: date, reason: str, by: User, now: datetime) -> None:
    agreement.terminated_on, agreement.termination_reason = day, reason
    save_by(agreement, by=by, now=now)


@transaction.atomic
def supersede(keys: Sequence[int], *, successor: Agreement, on: date, by: User, now: datetime) -> None:
    """Those that nothing had replaced before end on `on`, each linked to its successor. Raises PeriodsOverlap where one
    would still run on a day of the successor's term."""
    free = Agreement.objects.filter(pk__in=keys, superseded_on=None).exclude(pk=successor.pk)
    start = successor.effective_from
    if start is not None and on > start:
        running = free.filter(Q(effective_until=None) | Q(effective_until__gte=start), effective_from__isnull=False)
        n = running.filter(Q(terminated_on=None) | Q(terminated_on__gt=start)).count()
        if n:
            raise PeriodsOverlap(n, successor, start)
    replaced = list(free.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    update_by(Agreement, replaced, by=by, now=now, superseded_on=on)
    links = AgreementLink.objects.filter(later=successor, kind=LinkKind.SUCCEEDS, earlier__in=replaced)
    linked = set(links.values_list("earlier_id", flat=True))
    new = [AgreementLink(later=successor, earlier_id=pk, kind=LinkKind.SUCCEEDS) for pk in replaced if pk not in linked]
    if new:
        create_by(new, by=by, now=now)
