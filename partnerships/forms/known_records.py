"""What a satker says of a record that the portal has already: what it does not say yet, and what was returned."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from partnerships.actions.submissions import Completion, Correction, SignatureFacts, unsaid_facts, unsigned_parties
from partnerships.forms.submissions import (
    TERM_FIELDS,
    CopyForm,
    DayField,
    DeedFields,
    SubjectFields,
    helper_of,
    line_field,
)
from partnerships.models import Agreement, AgreementFile, AgreementParty


class CompletionForm(DeedFields, CopyForm):
    """The copy of a record that does not say everything yet: it asks for what is empty. `filed` is a copy that the
    record has already, where that one is handed in."""

    note = forms.CharField(
        required=False,
        max_length=1_000,
        label=gettext_lazy("Catatan untuk pemeriksa"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Misalnya apa yang sudah diperbaiki. Boleh kosong."),
    )
    field_order = ["file", "note", "kept"]

    def __init__(
        self, *args: Any, agreement: Agreement, today: date, filed: AgreementFile | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.agreement, self.today, self.needs_file = agreement, today, filed is None
        self.parties = self.asked_parties()
        for name in set(DeedFields.base_fields) - self.asked_facts():
            del self.fields[name]
        for party in self.parties:
            self.fields |= self._fields_of(party)

    def asked_facts(self) -> set[str]:
        unsaid = set(unsaid_facts(self.agreement))
        return unsaid | (set(TERM_FIELDS) if "effective_from" in unsaid else set())

    def asked_parties(self) -> list[AgreementParty]:
        return unsigned_parties(self.agreement)

    def _asks_number(self, party: AgreementParty) -> bool:
        return not party.party_number

    def _asks_day(self, party: AgreementParty) -> bool:
        return party.signed_on is None

    def _fields_of(self, party: AgreementParty) -> dict[str, forms.Field]:
        """Who signed for it; of a partner also its own number and day, which not every text has."""
        asked: dict[str, forms.Field] = {
            "signatory": line_field(_("Penanda tangan %(party)s") % {"party": party}),
            "position": line_field(_("Jabatan penanda tangan %(party)s") % {"party": party}),
        }
        if party.organization_id and self._asks_number(party):
            asked["number"] = line_field(_("Nomor mitra"), most=100, required=False)
        if party.organization_id and self._asks_day(party):
            asked["signed_on"] = DayField(
                required=False,
                label=_("Tanggal tanda tangan mitra"),
                help_text=_("Bila berbeda dari tanggal perjanjian."),
            )
        return {f"{name}_{party.pk}": field for name, field in asked.items()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "effective_until" in self.fields:
            signed = cleaned.get("signed_on") or self.agreement.signed_on
            cleaned["effective_from"] = cleaned.get("effective_from") or signed
            self.check_term(cleaned)
        self.check_number(cleaned.get("number"), self.agreement.owner_unit, own=self.agreement.pk)
        for name in (f"signed_on_{party.pk}" for party in self.parties):
            self.check_signed(name, cleaned.get(name))
        return cleaned

    def completion(self) -> Completion:
        said = self.cleaned_data.get
        return Completion(
            number=said("number", ""),
            signed_on=said("signed_on"),
            effective_from=said("effective_from"),
            effective_until=said("effective_until"),
            signatures={
                party.pk: SignatureFacts(
                    said(f"number_{party.pk}", ""),
                    said(f"signatory_{party.pk}", ""),
                    said(f"position_{party.pk}", ""),
                    said(f"signed_on_{party.pk}"),
                )
                for party in self.parties
            },
        )

    def asked_rows(self) -> list[Any]:
        asked: list[Any] = ["number"] if "number" in self.fields else []
        asked += self.day_rows()
        for party in self.parties:
            names = [name for name in self.fields if name.endswith(f"_{party.pk}")]
            asked.append(Row(*(Column(name, css_class="col-md-6") for name in names)))
        return asked

    @property
    def helper(self) -> FormHelper:
        asked = self.asked_rows()
        facts = [Fieldset(_("Yang belum tertulis"), *asked)] if asked else []
        return helper_of(*facts, Fieldset(_("Salinan naskah"), "file", "kept", "note"))


SAID = ["agreement_type", "title", "number", "signed_on", "effective_from", "effective_until"]


class ReturnedForm(SubjectFields, CompletionForm):
    """After a return: all that the copy is checked against, as it was said, to be put right. Without a new file the
    copy that was returned is handed in once more. A partner is named where there is one only."""

    field_order = ["agreement_type", "title", "partner", "partner_kind", *DeedFields.base_fields, "file", "note"]

    def __init__(self, *args: Any, agreement: Agreement, partners_url: str, **kwargs: Any) -> None:
        super().__init__(*args, agreement=agreement, **kwargs)
        self.needs_change, self.needs_file = self.needs_file, False
        self.offer_kinds(agreement.agreement_type_id)
        unchanged = _("Kosongkan bila salinan yang tadi sudah benar dan hanya isian yang diperbaiki.")
        self.fields["file"].help_text = f"{self.fields['file'].help_text} {unchanged}"
        partners = [party.organization for party in self.parties if party.organization is not None]
        self.only_partner = partners[0] if len(partners) == 1 else None
        if self.only_partner is None:
            for name in ("partner", "partner_kind", "near_shown"):
                del self.fields[name]
        else:
            self.suggest_partners(partners_url)
        said = {name: getattr(agreement, name) for name in SAID}
        said |= {
            "is_open_ended": agreement.effective_until is None,
            "partner": self.only_partner and self.only_partner.name,
        }
        self.initial = {**said, **{key: value for one in self.parties for key, value in self._said_of(one).items()}}

    def asked_facts(self) -> set[str]:
        return set(DeedFields.base_fields)

    def asked_parties(self) -> list[AgreementParty]:
        return list(self.agreement.parties.select_related("unit", "organization").order_by("position", "pk"))

    def _asks_number(self, party: AgreementParty) -> bool:
        return True

    def _asks_day(self, party: AgreementParty) -> bool:
        return party.signed_on != self.agreement.signed_on

    @staticmethod
    def _said_of(party: AgreementParty) -> dict[str, Any]:
        return {
            f"signatory_{party.pk}": party.signatory_name,
            f"position_{party.pk}": party.signatory_position,
            f"number_{party.pk}": party.party_number,
            f"signed_on_{party.pk}": party.signed_on,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "partner" in self.changed_data:
            self.check_partner(cleaned)
        if self.needs_change and not self.errors and self.upload is None and not self.corrects:
            self.add_error("file", _("Betulkan isian, atau pilih salinan yang sudah diperbaiki."))
        return cleaned

    @property
    def corrects(self) -> bool:
        """Whether anything is said otherwise than before."""
        return bool(set(self.changed_data) - {"file", "kept", "note", "near_shown", "partner_kind"})

    def correction(self) -> Correction:
        said = self.cleaned_data.get
        return Correction(
            kind=self.cleaned_data["agreement_type"],
            title=self.cleaned_data["title"],
            facts=self.completion(),
            partner=said("partner") if "partner" in self.changed_data else None,
            partner_kind=said("partner_kind", ""),
        )

    @property
    def helper(self) -> FormHelper:
        partner = self.partner_rows() if self.only_partner is not None else []
        return helper_of(
            Fieldset(pgettext("satu", "Perjanjian"), "agreement_type", "title", *partner, *self.asked_rows()),
            Fieldset(_("Salinan naskah"), "file", "kept", "note"),
        )
