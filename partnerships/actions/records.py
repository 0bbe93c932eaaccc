"""What changes about the record of an agreement."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

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
from toolkit.history import save_by
from units.models import Level, Unit, User

LEVELS = {
    Level.MINISTRY: AgreementLevel.MINISTRY,
    Level.ECHELON1: AgreementLevel.MAIN_UNIT,
    Level.BUREAU: AgreementLevel.MINISTRY,
    Level.REGIONAL_OFFICE: AgreementLevel.REGIONAL_OFFICE,
    Level.TECHNICAL_UNIT: AgreementLevel.TECHNICAL_UNIT,
}


def level_of(unit: Unit) -> AgreementLevel:
    """Who concludes what this unit keeps; a bureau does so for the ministry."""
    return LEVELS[Level(unit.level)]


@transaction.atomic
def keep_focal_point(
    party: AgreementParty, *, name: str, job_title: str, email: str, whatsapp: str, by: User, now: datetime
) -> None:
    """The first person to ask on the side of `party`: kept, changed, or taken away where the name is empty."""
    person = party.focal_points.order_by("pk").first()
    if not name:
        if person is not None:
            vars(person).update(_history_user=by, _history_date=now)
            person.delete()
        return
    values = {"name": name, "job_title": job_title, "email": email, "whatsapp": whatsapp}
    if person is None:
        person = FocalPoint(party=party)
    elif all(getattr(person, field) == value for field, value in values.items()):
        return
    vars(person).update(values)
    save_by(person, by=by, now=now)


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
    agreement.scope_tags.add(tag)
    save_by(agreement, by=by, now=now, reason=(_("Bidang ditambah: %(name)s") % {"name": tag.name})[:100])


@transaction.atomic
def terminate(agreement: Agreement, *, day: date, reason: str, by: User, now: datetime) -> None:
    agreement.terminated_on, agreement.termination_reason = day, reason
    save_by(agreement, by=by, now=now)
