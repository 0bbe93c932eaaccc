"""What a satker types to hand in a signed copy, and what a Kanwil ticks."""

from datetime import date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db.models import Q
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from partnerships.actions.refusals import Refusal
from partnerships.actions.submissions import DeedFacts, SignatureFacts
from partnerships.models import (
    Agreement,
    AgreementKind,
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


def line_field(label: Any, *, most: int = 150, required: bool = True, **options: Any) -> forms.CharField:
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


class SubjectFields(RefusingForm):
    """What kind of agreement, about what and with whom: a known organisation, or the name of a new one."""

    agreement_type = forms.ModelChoiceField(
        AgreementKind.objects.none(), label=gettext_lazy("Jenis"), empty_label=gettext_lazy("Pilih jenis naskah")
    )
    title = line_field(gettext_lazy("Tentang"), most=300, help_text=gettext_lazy("Seperti judul pada naskah."))
    partner = line_field(
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

    def offer_kinds(self, now: str | None = None) -> None:
        """Those in use, and the one that the record has."""
        kinds: Any = self.fields["agreement_type"]
        kinds.queryset = AgreementKind.objects.filter(Q(is_active=True) | Q(pk=now)).order_by("position", "name")

    def suggest_partners(self, url: str) -> None:
        self.fields["partner"].widget.attrs |= {
            "hx-get": url,
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#partner-names",
        }

    @staticmethod
    def partner_rows() -> list[Any]:
        kinds = Row(Column("partner", css_class="col-md-8"), Column("partner_kind", css_class="col-md-4"))
        return [kinds, "near_shown", HTML('<datalist id="partner-names"></datalist>')]

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def check_partner(self, cleaned: dict[str, Any]) -> None:
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


TERM_FIELDS = ["effective_from", "effective_until", "is_open_ended"]


class DeedFields(forms.Form):
    """What a signed copy is checked against: number and days."""

    number = line_field(gettext_lazy("Nomor kita"), most=100)
    signed_on = DayField(label=gettext_lazy("Tanggal tanda tangan"))
    effective_from = DayField(
        required=False, label=gettext_lazy("Mulai berlaku"), help_text=gettext_lazy("Kosong: sejak ditandatangani.")
    )
    effective_until = DayField(required=False, label=gettext_lazy("Berlaku sampai"))
    is_open_ended = forms.BooleanField(required=False, label=gettext_lazy("Berlaku sampai diakhiri"))

    today: date = date.max

    def day_rows(self) -> list[Any]:
        """The days that are asked, side by side."""
        days = [name for name in ("signed_on", "effective_from", "effective_until") if name in self.fields]
        rows: list[Any] = [Row(*(Column(name, css_class="col-md-4") for name in days))] if days else []
        return [*rows, "is_open_ended"] if "is_open_ended" in self.fields else rows

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

    def check_number(self, number: str | None, owner: Unit | None, *, own: int = 0) -> None:
        if not number or owner is None:
            return
        same = Agreement.objects.filter(owner_unit=owner, number__iexact=number).exclude(pk=own).first()
        if same is not None:
            sentence = _("Nomor ini sudah dipakai untuk “%(title)s”. Serahkan salinannya dari halaman perjanjian itu.")
            self.add_error("number", sentence % {"title": same.title})


class SubmissionForm(DeedFields, SubjectFields, CopyForm):
    """The short form for a record that is not in the portal yet."""

    owner = UnitChoiceField(label=pgettext_lazy("satu", "Satuan kerja"), scope="own")
    partner_number = line_field(gettext_lazy("Nomor mitra"), most=100, required=False)
    our_signatory = line_field(gettext_lazy("Penanda tangan kita"))
    our_position = line_field(gettext_lazy("Jabatan penanda tangan kita"))
    their_signatory = line_field(gettext_lazy("Penanda tangan mitra"))
    their_position = line_field(gettext_lazy("Jabatan penanda tangan mitra"))
    note = forms.CharField(
        required=False,
        max_length=1_000,
        label=gettext_lazy("Catatan untuk pemeriksa"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ["file", "owner", "agreement_type", "title", "partner", "partner_kind", "number", "partner_number"]

    def __init__(self, *args: Any, units: UnitQuerySet, partners_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        owner: Any = self.fields["owner"]
        owner.queryset = units
        owner.initial = self.by.unit_id
        self.offer_kinds()
        self.suggest_partners(partners_url)
        if not self.chooses_owner:
            del self.fields["owner"]

    @property
    def chooses_owner(self) -> bool:
        """Whoever hands in for the own office only has nothing to choose."""
        return self.by.role != "unit_operator"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["effective_from"] = cleaned.get("effective_from") or cleaned.get("signed_on")
        self.check_term(cleaned)
        self.check_partner(cleaned)
        self.check_number(cleaned.get("number"), self.owner_of(cleaned))
        return cleaned

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
                *self.partner_rows(),
                Row(Column("number", **half), Column("partner_number", **half)),
            ),
            Fieldset(_("Tanggal dan masa berlaku"), *self.day_rows()),
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
