"""Who changed what and when: the history of an agreement with its parties and copies, in words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

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
from toolkit.row_changes import Change, FieldChange, changes_of_rows, history_rows
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


def changes_of_agreement(agreement: Agreement, seen: AgreementQuerySet | None = None) -> list[Change]:
    """The newest first; fifteen statements whatever the length. Of other agreements only those in `seen` are named, all
    where nothing is said; addresses and numbers of people to ask are masked."""
    rows = {
        Agreement: history_rows(Agreement.history.filter(id=agreement.pk)),
        AgreementParty: history_rows(AgreementParty.history.filter(agreement_id=agreement.pk)),
        FundingTerm: history_rows(FundingTerm.history.filter(agreement_id=agreement.pk)),
        AgreementFile: history_rows(AgreementFile.history.filter(agreement_id=agreement.pk)),
        RegulationReference: history_rows(RegulationReference.history.filter(agreement_id=agreement.pk)),
        AgreementLink: history_rows(AgreementLink.history.filter(later_id=agreement.pk)),
    }
    parties = {row.id for row in rows[AgreementParty]}
    rows[FocalPoint] = history_rows(FocalPoint.history.filter(party_id__in=parties))
    names = _names_in(rows[Agreement] + rows[AgreementParty], rows[AgreementLink], seen)
    found = [
        *_changes(rows[Agreement], Agreement, AGREEMENT_FIELDS, pgettext("satu", "Perjanjian"), names),
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
    rows = history_rows(Organization.history.filter(id=organization.pk))
    found = _changes(rows, Organization, ORGANIZATION_FIELDS, _("Instansi luar"), {})
    return sorted(found, key=lambda change: change.at, reverse=True)


def changes_of_row(row: Any, fields: Sequence[str]) -> list[Change]:
    """Of a row of one of the bureau's lists."""
    meta = row._meta  # noqa: SLF001 -- Django's documented Model._meta
    rows = history_rows(row.history.all(), meta.pk.name)
    found = _changes(rows, type(row), fields, str(meta.verbose_name).capitalize(), _names_in([]))
    return sorted(found, key=lambda change: change.at, reverse=True)


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
    def name_of(row: Any) -> str:
        """The agreement itself needs no name on its own page."""
        name = getattr(row, "original_name", "") or getattr(row, "cost", "")
        name = name or (row.name if model is FocalPoint else "")
        name = name or names.get(Unit, {}).get(getattr(row, "unit_id", None) or 0, "")
        return name or names.get(Organization, {}).get(getattr(row, "organization_id", None) or 0, "")

    return changes_of_rows(
        rows, model, fields, noun=noun, name_of=name_of, shown=lambda field, value: _shown(field, value, names)
    )


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
