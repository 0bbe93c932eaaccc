"""What a satker types to hand in a signed copy, and what a Kanwil ticks."""

from datetime import date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from partnerships.actions.refusals import Refusal
from partnerships.actions.submissions import Completion, DeedFacts, SignatureFacts, unsaid_facts, unsigned_parties
from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementKind,
    AgreementParty,
    ChecklistPoint,
    Organization,
    OrganizationKind,
)
from partnerships.near_names import near_names
from toolkit.one_line import one_line
from toolkit.uploads import PdfFacts, UnfitFile, check_pdf
from toolkit.xlsx import SheetIsRefused, drop_upload, keep_upload, kept_upload
from units.forms.picker import UnitChoiceField
from units.models import Unit, UnitQuerySet, User

FIRST_YEAR, LAST_YEAR = 1945, 2100


def helper_of(*layout: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*layout)
    return helper


def _line(label: Any, *, most: int = 150, required: bool = True, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, validators=[one_line], **options)


class DayField(forms.DateField):
    """A day in a year that a signed agreement can have."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(_("Periksa tahunnya: tanggal harus antara tahun 1945 dan 2100."))
        return day


class RefusingForm(forms.Form):
    """A form that shows an action's sentence beside the field it is about, or on top."""

    def send_back(self, field: str, value: str) -> None:
        """Puts into a hidden field what the page is to bring along the next time."""
        data: Any = self.data
        data = data.copy()
        data[field] = value
        self.data = data

    def refuse(self, problem: Exception) -> None:
        field = problem.field if isinstance(problem, Refusal) else "file"
        self.add_error(field if field in self.fields else None, str(problem))


class CopyForm(RefusingForm):
    """A PDF that is not lost when something else in the form is wrong: it is kept for its sender for an hour.

    After `is_valid()` the file is in `upload`, what was found in it in `facts`."""

    file = forms.FileField(
        required=False,
        max_length=200,
        allow_empty_file=True,
        label=gettext_lazy("Salinan bertanda tangan (PDF)"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        help_text=gettext_lazy("Semua halaman dalam satu PDF, paling besar 20 MB. Disimpan apa adanya."),
    )
    kept = forms.CharField(required=False, max_length=600, widget=forms.HiddenInput)

    upload: "File[Any] | None" = None
    facts: PdfFacts | None = None
    needs_file = True
    is_fresh = False  # whether the file came with this request, not with an earlier one

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "file" in self.errors:
            return cleaned
        self.is_fresh = bool(cleaned.get("file"))
        try:
            self.upload = cleaned.get("file") or self._kept_file(cleaned.get("kept", ""))
            if self.upload is not None:
                self.facts = check_pdf(self.upload)
            elif self.needs_file:
                self.add_error("file", _("Pilih berkas PDF hasil pindaian naskah."))
        except UnfitFile as problem:
            self.upload = None
            self.add_error("file", str(problem))
        except SheetIsRefused:
            self.add_error("file", _("Berkas yang tadi dipilih sudah tidak tersimpan. Pilih berkasnya sekali lagi."))
        return cleaned

    def _kept_file(self, token: str) -> "File[Any] | None":
        return kept_upload(token, user_id=self.by.pk) if token else None

    def keep_file(self, now: datetime) -> None:
        """Call it when the form goes back: a good file need not be chosen a second time."""
        if self.upload is None:
            return
        if self.is_fresh:
            self.send_back("kept", keep_upload(self.upload, user_id=self.by.pk, now=now, suffix=".pdf"))
        self["file"].help_text = _("%(name)s tetap tersimpan; tidak perlu dipilih lagi.") % {
            "name": escape(self.upload.name)
        }

    def forget_file(self) -> None:
        """Call it when the file is filed."""
        if not self.is_fresh and self.cleaned_data.get("kept"):
            drop_upload(self.cleaned_data["kept"], user_id=self.by.pk)


TERM_FIELDS = ["effective_from", "effective_until", "is_open_ended"]


class DeedFields(forms.Form):
    """What a signed copy is checked against: number and days."""

    number = _line(gettext_lazy("Nomor kita"), most=100)
    signed_on = DayField(label=gettext_lazy("Tanggal tanda tangan"))
    effective_from = DayField(
        required=False, label=gettext_lazy("Mulai berlaku"), help_text=gettext_lazy("Kosong: sejak ditandatangani.")
    )
    effective_until = DayField(required=False, label=gettext_lazy("Berlaku sampai"))
    is_open_ended = forms.BooleanField(required=False, label=gettext_lazy("Berlaku sampai diakhiri"))

    today: date = date.max

    def clean_signed_on(self) -> date | None:
        day: date | None = self.cleaned_data["signed_on"]
        self.check_signed("signed_on", day)
        return None if "signed_on" in self.errors else day

    def check_signed(self, name: str, day: date | None) -> None:
        if day and day > self.today:
            sentence = _("Tanggal tanda tangan belum tiba. Yang diserahkan adalah naskah bertanda tangan.")
            self.add_error(name, sentence)

    def check_term(self, cleaned: dict[str, Any]) -> None:
        first, last, is_open = (cleaned.get(name) for name in TERM_FIELDS)
        if last and is_open:
            self.add_error("effective_until", _("Kosongkan tanggal ini, atau hapus centang “sampai diakhiri”."))
        elif not last and not is_open and "effective_until" not in self.errors:
            self.add_error("effective_until", _("Isi tanggal berakhir, atau centang “sampai diakhiri”."))
        elif first and last and last < first:
            self.add_error("effective_until", _("Tanggal akhir tidak boleh sebelum tanggal mulai berlaku."))

    def check_number(self, number: str | None, owner: Unit | None) -> None:
        if not number or owner is None:
            return
        same = Agreement.objects.filter(owner_unit=owner, number__iexact=number).first()
        if same is not None:
            sentence = _("Nomor ini sudah dipakai untuk “%(title)s”. Serahkan salinannya dari halaman perjanjian itu.")
            self.add_error("number", sentence % {"title": same.title})


class CorrectionForm(CopyForm):
    note = forms.CharField(
        required=False,
        max_length=1_000,
        label=gettext_lazy("Catatan untuk pemeriksa"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Misalnya apa yang sudah diperbaiki. Boleh kosong."),
    )
    field_order = ["file", "note", "kept"]

    @property
    def helper(self) -> FormHelper:
        return helper_of("file", "note", "kept")


class CompletionForm(DeedFields, CorrectionForm):
    """The copy of a record that does not say everything yet: it asks for what is empty. `filed` is a copy that the
    record has already, where that one is handed in."""

    def __init__(
        self, *args: Any, agreement: Agreement, today: date, filed: AgreementFile | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.agreement, self.today, self.needs_file = agreement, today, filed is None
        self.parties = unsigned_parties(agreement)
        unsaid = unsaid_facts(agreement)
        known = {"number", "signed_on"} - set(unsaid) | (set() if "effective_from" in unsaid else set(TERM_FIELDS))
        for name in known:
            del self.fields[name]
        for party in self.parties:
            self.fields |= self._fields_of(party)

    @staticmethod
    def _fields_of(party: AgreementParty) -> dict[str, forms.Field]:
        """Who signed for it; of a partner also its own number and day, which not every text has."""
        asked: dict[str, forms.Field] = {
            "signatory": _line(_("Penanda tangan %(party)s") % {"party": party}),
            "position": _line(_("Jabatannya")),
        }
        if party.organization_id and not party.party_number:
            asked["number"] = _line(_("Nomor mitra"), most=100, required=False)
        if party.organization_id and party.signed_on is None:
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
        self.check_number(cleaned.get("number"), self.agreement.owner_unit)
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

    @property
    def helper(self) -> FormHelper:
        asked: list[Any] = [name for name in DeedFields.base_fields if name in self.fields]
        for party in self.parties:
            names = [name for name in self.fields if name.endswith(f"_{party.pk}")]
            asked.append(Row(*(Column(name, css_class="col-md-6") for name in names)))
        facts = [Fieldset(_("Yang belum tertulis"), *asked)] if asked else []
        return helper_of(*facts, Fieldset(_("Salinan naskah"), "file", "kept", "note"))


class SubmissionForm(DeedFields, CopyForm):
    """The short form for a record that is not in the portal yet."""

    owner = UnitChoiceField(label=pgettext_lazy("satu", "Satuan kerja"), scope="own")
    agreement_type = forms.ModelChoiceField(
        AgreementKind.objects.none(), label=gettext_lazy("Jenis"), empty_label=gettext_lazy("Pilih jenis naskah")
    )
    title = _line(gettext_lazy("Tentang"), most=300, help_text=gettext_lazy("Seperti judul pada naskah."))
    partner = _line(
        gettext_lazy("Mitra"),
        most=200,
        help_text=gettext_lazy(
            "Ketik nama lengkapnya. Yang sudah tercatat muncul saat mengetik; yang baru ditambahkan."
        ),
        widget=forms.TextInput(attrs={"list": "partner-names", "autocomplete": "off"}),
    )
    partner_kind = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Jenis mitra"),
        choices=[("", gettext_lazy("Sudah tercatat")), *OrganizationKind.choices],
        help_text=gettext_lazy("Perlu diisi bila mitra belum tercatat."),
    )
    # the new name beside which those that resemble it were shown
    near_shown = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    partner_number = _line(gettext_lazy("Nomor mitra"), most=100, required=False)
    our_signatory = _line(gettext_lazy("Penanda tangan kita"))
    our_position = _line(gettext_lazy("Jabatannya"))
    their_signatory = _line(gettext_lazy("Penanda tangan mitra"))
    their_position = _line(gettext_lazy("Jabatannya"))
    note = forms.CharField(
        required=False,
        max_length=1_000,
        label=gettext_lazy("Catatan untuk pemeriksa"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, units: UnitQuerySet, partners_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        owner: Any = self.fields["owner"]
        owner.queryset = units
        owner.initial = self.by.unit_id
        kinds: Any = self.fields["agreement_type"]
        kinds.queryset = AgreementKind.objects.filter(is_active=True).order_by("position", "name")
        self.fields["partner"].widget.attrs |= {
            "hx-get": partners_url,
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#partner-names",
        }
        if not self.chooses_owner:
            del self.fields["owner"]

    @property
    def chooses_owner(self) -> bool:
        """Whoever hands in for the own office only has nothing to choose."""
        return self.by.role != "unit_operator"

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["effective_from"] = cleaned.get("effective_from") or cleaned.get("signed_on")
        self.check_term(cleaned)
        self._check_partner(cleaned)
        self.check_number(cleaned.get("number"), self.owner_of(cleaned))
        return cleaned

    def _check_partner(self, cleaned: dict[str, Any]) -> None:
        name = " ".join(str(cleaned.get("partner", "")).split())
        if not name:
            return
        known = list(Organization.objects.filter(name__iexact=name)[:1])
        known = known or list(Organization.objects.filter(short_name__iexact=name).exclude(short_name="")[:2])
        if len(known) == 1:
            cleaned["partner"] = known[0]
            return
        cleaned["partner"] = name
        if not cleaned.get("partner_kind") and "partner_kind" not in self.errors:
            self.add_error("partner_kind", _("“%(name)s” belum tercatat. Pilih jenisnya.") % {"name": name})
        if cleaned.get("near_shown") != name:
            self._show_near(name)

    def _show_near(self, name: str) -> None:
        """Before a partner is made twice; whoever hands in the same name once more has seen them."""
        near = [one.name for one in near_names(name)]
        if near:
            similar = _(
                "Mirip dengan %(names)s. Bila itu yang dimaksud, tulis namanya. Bila memang instansi lain, biarkan, "
                "lalu serahkan sekali lagi."
            )
            self.add_error("partner", similar % {"names": ", ".join(f"“{one}”" for one in near)})
            self.send_back("near_shown", name)

    def owner_of(self, cleaned: dict[str, Any]) -> Unit | None:
        return cleaned.get("owner") if self.chooses_owner else self.by.unit

    def deed(self) -> DeedFacts:
        cleaned = self.cleaned_data
        return DeedFacts(
            kind=cleaned["agreement_type"],
            title=cleaned["title"],
            partner=cleaned["partner"],
            partner_kind=cleaned["partner_kind"],
            signed_on=cleaned["signed_on"],
            effective_from=cleaned["effective_from"],
            effective_until=cleaned["effective_until"],
            ours=SignatureFacts(cleaned["number"], cleaned["our_signatory"], cleaned["our_position"]),
            theirs=SignatureFacts(cleaned["partner_number"], cleaned["their_signatory"], cleaned["their_position"]),
        )

    @property
    def helper(self) -> FormHelper:
        half = {"css_class": "col-md-6"}
        owner = ["owner"] if self.chooses_owner else []
        return helper_of(
            Fieldset(_("Salinan naskah"), "file", "kept"),
            Fieldset(
                pgettext("satu", "Perjanjian"),
                *owner,
                "agreement_type",
                "title",
                Row(Column("partner", css_class="col-md-8"), Column("partner_kind", css_class="col-md-4")),
                "near_shown",
                HTML('<datalist id="partner-names"></datalist>'),
                Row(Column("number", **half), Column("partner_number", **half)),
            ),
            Fieldset(
                _("Tanggal dan masa berlaku"),
                Row(
                    Column("signed_on", css_class="col-md-4"),
                    Column("effective_from", css_class="col-md-4"),
                    Column("effective_until", css_class="col-md-4"),
                ),
                "is_open_ended",
            ),
            Fieldset(
                _("Penanda tangan"),
                Row(Column("our_signatory", **half), Column("our_position", **half)),
                Row(Column("their_signatory", **half), Column("their_position", **half)),
            ),
            "note",
        )


class CheckForm(RefusingForm):
    """What a checker ticked, and the reason when the copy goes back. `submission` says which one was looked at."""

    submission = forms.IntegerField(widget=forms.HiddenInput)
    points = forms.ModelMultipleChoiceField(
        ChecklistPoint.objects.none(),
        required=False,
        label=gettext_lazy("Yang sudah diperiksa dan benar"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    reason = forms.CharField(
        required=False,
        max_length=2_000,
        label=gettext_lazy("Yang harus diperbaiki"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Wajib bila dikembalikan. Satker membaca tulisan ini apa adanya."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points: Any = self.fields["points"]
        points.queryset = ChecklistPoint.objects.in_use()
