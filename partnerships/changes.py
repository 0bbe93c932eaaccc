"""Who changed what and when: the history of an agreement with its parties and copies, in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementKind,
    AgreementLink,
    AgreementParty,
    AgreementQuerySet,
    FocalPoint,
    FundingTerm,
    Organization,
    RegulationReference,
    ScopeTag,
    TermExtension,
)
from toolkit.local_times import day_short
from toolkit.masking import masked_address, masked_phone
from toolkit.rupiah import rupiah
from units.models import Unit

AGREEMENT_FIELDS = [
    "agreement_type",
    "title",
    "number",
    "is_foreign",
    "owner_unit",
    "signed_on",
    "signed_at_place",
    "effective_from",
    "effective_until",
    "renews_itself",
    "terminated_on",
    "termination_reason",
    "superseded_on",
    "level",
    "scope",
    "classification",
    "classification_reason",
]
PARTY_FIELDS = [
    "position",
    "unit",
    "organization",
    "party_number",
    "signatory_name",
    "signatory_position",
    "signing_capacity",
    "signed_on",
    "rights",
    "duties",
]
TERM_FIELDS = ["cost", "account_prefix", "ceiling", "currency", "needs_consent", "note"]
COPY_FIELDS = ["kind", "original_name", "n_pages", "sha256"]
PERSON_FIELDS = ["name", "job_title", "email", "whatsapp"]
ORGANIZATION_FIELDS = ["name", "short_name", "kind", "country", "contact_name", "contact_position", "contact_email"]

MASKS = {"email": masked_address, "whatsapp": masked_phone}

Names = dict[type[models.Model], dict[Any, str]]


@dataclass(frozen=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One saved step: when, by whom ("" where nobody was signed in), what happened, and field by field."""

    at: datetime
    by: str
    what: str
    fields: list[FieldChange]
    reason: str = ""


def changes_of_agreement(agreement: Agreement, seen: AgreementQuerySet | None = None) -> list[Change]:
    """The newest first; fifteen statements whatever the length. Of other agreements only those in `seen` are named, all
    where nothing is said; addresses and numbers of people to ask are masked."""
    rows = {
        Agreement: _rows(Agreement.history.filter(id=agreement.pk)),
        AgreementParty: _rows(AgreementParty.history.filter(agreement_id=agreement.pk)),
        FundingTerm: _rows(FundingTerm.history.filter(agreement_id=agreement.pk)),
        AgreementFile: _rows(AgreementFile.history.filter(agreement_id=agreement.pk)),
        RegulationReference: _rows(RegulationReference.history.filter(agreement_id=agreement.pk)),
        AgreementLink: _rows(AgreementLink.history.filter(later_id=agreement.pk)),
    }
    parties = {row.id for row in rows[AgreementParty]}
    rows[FocalPoint] = _rows(FocalPoint.history.filter(party_id__in=parties))
    names = _names_in(rows[Agreement] + rows[AgreementParty], rows[AgreementLink], seen)
    found = [
        *_changes(rows[Agreement], Agreement, AGREEMENT_FIELDS, _("Perjanjian"), names),
        *_changes(rows[AgreementParty], AgreementParty, PARTY_FIELDS, _("Pihak"), names),
        *_changes(rows[FundingTerm], FundingTerm, TERM_FIELDS, _("Ketentuan pendanaan"), names),
        *_changes(rows[AgreementFile], AgreementFile, COPY_FIELDS, _("Salinan naskah"), names),
        *_changes(rows[RegulationReference], RegulationReference, ["title", "url"], _("Peraturan"), names),
        *_changes(rows[AgreementLink], AgreementLink, ["kind", "earlier"], _("Hubungan"), names),
        *_changes(rows[FocalPoint], FocalPoint, PERSON_FIELDS, _("Narahubung"), names),
        *_changes_of_tags(agreement),
        *_extensions(agreement),
    ]
    return sorted(found, key=lambda change: change.at, reverse=True)


def _changes_of_tags(agreement: Agreement) -> Iterator[Change]:
    """One change for each step, told backwards from the tags of today: what stood before there was a history is known
    from what was done since."""
    through: Any = Agreement.scope_tags.through
    after = set(agreement.scope_tags.values_list("pk", flat=True))
    names = dict(ScopeTag.objects.values_list("pk", "name"))
    rows = through.history.filter(agreement_id=agreement.pk).select_related("history_user")
    for (moment, by), step in groupby(
        rows.order_by("-history_date", "-history_id"), key=lambda row: (row.history_date, row.history_user)
    ):
        before = set(after)
        for row in step:
            (before.discard if row.history_type == "+" else before.add)(row.scopetag_id)
        told = [", ".join(sorted(names[key] for key in keys if key in names)) for keys in (before, after)]
        yield Change(moment, str(by or ""), _("Bidang diubah"), [FieldChange(_("Bidang"), *told)])
        after = before


def _extensions(agreement: Agreement) -> Iterator[Change]:
    for row in TermExtension.objects.filter(agreement=agreement).select_related("extended_by").order_by("pk"):
        days = FieldChange(_("Berlaku sampai"), day_short(row.previous_until), day_short(row.new_until))
        yield Change(row.extended_at, str(row.extended_by), _("Masa diperpanjang"), [days], row.reason)


def changes_of_organization(organization: Organization) -> list[Change]:
    rows = _rows(Organization.history.filter(id=organization.pk))
    found = _changes(rows, Organization, ORGANIZATION_FIELDS, _("Instansi luar"), {})
    return sorted(found, key=lambda change: change.at, reverse=True)


def changes_of_row(row: Any, fields: Sequence[str]) -> list[Change]:
    """Of a row of one of the bureau's lists."""
    meta = row._meta  # noqa: SLF001 -- Django's documented Model._meta
    rows = _rows(row.history.all(), meta.pk.name)
    found = _changes(rows, type(row), fields, str(meta.verbose_name).capitalize(), _names_in([]))
    return sorted(found, key=lambda change: change.at, reverse=True)


def _rows(history: Any, key: str = "id") -> list[Any]:
    return list(history.select_related("history_user").order_by(key, "history_date", "history_id"))


def _names_in(rows: Iterable[Any], links: Iterable[Any] = (), seen: AgreementQuerySet | None = None) -> Names:
    """The names of the units and organisations that the rows point at, also of those replaced since."""
    units: set[int] = set()
    organizations: set[int] = set()
    for row in rows:
        units.add(getattr(row, "owner_unit_id", None) or getattr(row, "unit_id", None) or 0)
        organizations.add(getattr(row, "organization_id", None) or 0)
    agreements = Agreement.objects.all() if seen is None else seen
    return {
        Unit: {unit.pk: unit.short_name for unit in Unit.objects.filter(pk__in=units)},
        Agreement: {row.pk: str(row) for row in agreements.filter(pk__in={link.earlier_id for link in links})},
        AgreementKind: {kind.pk: str(kind) for kind in AgreementKind.objects.all()},
        Organization: {body.pk: str(body) for body in Organization.objects.filter(pk__in=organizations)},
    }


def _changes(
    rows: Sequence[Any], model: type[models.Model], fields: Sequence[str], noun: str, names: Names
) -> Iterator[Change]:
    """One change for each history row, compared with the row of the same thing before it."""
    before: Any = None
    for row in rows:
        if before is not None and _key(before) != _key(row):
            before = None
        changed = [] if row.history_type == "-" else list(_compared(before, row, model, fields, names))
        if changed or row.history_type != "~":
            yield Change(
                row.history_date,
                str(row.history_user or ""),
                _what(noun, row, names),
                changed,
                row.history_change_reason or "",
            )
        before = row


def _key(row: Any) -> Any:
    return getattr(row, row.instance_type._meta.pk.attname)  # noqa: SLF001 -- Django's documented Model._meta


def _what(noun: str, row: Any, names: Names) -> str:
    """`Pihak diubah: RSUD Contoh`; the agreement itself needs no name on its own page."""
    sentences = {"+": _("%(noun)s dicatat"), "~": _("%(noun)s diubah"), "-": _("%(noun)s dihapus")}
    name = getattr(row, "original_name", "") or getattr(row, "cost", "")
    name = name or (row.name if row.instance_type is FocalPoint else "")
    name = name or names.get(Unit, {}).get(getattr(row, "unit_id", None) or 0, "")
    name = name or names.get(Organization, {}).get(getattr(row, "organization_id", None) or 0, "")
    return sentences[row.history_type] % {"noun": noun} + (f": {name}" if name else "")


def _compared(
    before: Any, row: Any, model: type[models.Model], fields: Sequence[str], names: Names
) -> Iterator[FieldChange]:
    for name in fields:
        field = model._meta.get_field(name)  # noqa: SLF001 -- Django's documented Model._meta
        if not isinstance(field, models.Field):
            continue
        old = None if before is None else getattr(before, field.attname)
        new = getattr(row, field.attname)
        # a row just made is compared with nothing: what it left empty is no news
        if old != new and not (before is None and new in (None, "", False)):
            label = str(field.verbose_name)
            yield FieldChange(label[:1].upper() + label[1:], _shown(field, old, names), _shown(field, new, names))


def _shown(field: "models.Field[Any, Any]", value: Any, names: Names) -> str:
    if value is None or value == "":
        return ""
    if isinstance(field, models.ForeignKey):
        unnamed = _("perjanjian lain") if field.related_model is Agreement else ""
        return names.get(field.related_model, {}).get(value, unnamed)
    if isinstance(value, bool):
        return _("Ya") if value else _("Tidak")
    if isinstance(value, date):
        return day_short(value)
    if field.name == "ceiling":
        return rupiah(value)
    if field.model is FocalPoint and field.name in MASKS:
        return MASKS[field.name](value)
    return str(dict(field.flatchoices).get(value, value))
