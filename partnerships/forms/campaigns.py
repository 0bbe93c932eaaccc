"""What a person may type about a re-evaluation."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from partnerships.actions.campaigns import REASON_IS_MISSING, CampaignFacts, CampaignRefusal
from partnerships.forms.endings import DayField
from partnerships.models import PLAIN_ANSWERS, Agreement, AgreementKind, Campaign, CampaignAnswer
from toolkit.one_line import one_line
from units.forms.picker import UnitMultipleChoiceField
from units.models import Unit

MOST_CHOICES = 20


class CampaignForm(forms.Form):
    title = forms.CharField(label=_("Nama evaluasi"), max_length=150, validators=[one_line])
    reason = forms.CharField(
        label=_("Sebab dan petunjuk"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Tampil di halaman jawaban dan dalam surat kepada satuan kerja."),
    )
    units = UnitMultipleChoiceField(
        label=_("Satuan kerja"),
        help_text=_("Semua unit di bawahnya ikut."),
    )
    kinds = forms.ModelMultipleChoiceField(
        queryset=AgreementKind.objects.none(),
        required=False,
        label=_("Jenis perjanjian"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Kosong berarti semua jenis."),
    )
    due_on = DayField(label=_("Batas jawaban"))

    def __init__(self, *args: Any, campaign: Campaign | None = None, today: date, **kwargs: Any) -> None:
        if campaign is not None:
            kwargs["initial"] = {name: getattr(campaign, name) for name in ("title", "reason", "due_on")} | {
                "units": list(campaign.units.all()),
                "kinds": list(campaign.kinds.all()),
            }
        super().__init__(*args, **kwargs)
        self.today = today
        fields: Any = self.fields
        fields["kinds"].queryset = AgreementKind.objects.order_by("position", "name")
        fields["units"].queryset = Unit.objects.all()

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day <= self.today:
            raise forms.ValidationError(_("Pilih tanggal sesudah hari ini."))
        return day

    def facts(self) -> CampaignFacts:
        cleaned = self.cleaned_data
        return CampaignFacts(
            title=cleaned["title"],
            reason=cleaned["reason"],
            due_on=cleaned["due_on"],
            units=tuple(cleaned["units"]),
            kinds=tuple(cleaned["kinds"]),
        )

    def refuse(self, problem: CampaignRefusal) -> None:
        self.add_error(problem.field if problem.field in self.fields else None, str(problem))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("title", "reason", "units", "kinds", "due_on")
        return helper


class AddendumForm(forms.Form):
    """What starts the addendum of one row."""

    new_name = forms.CharField(
        label=_("Nama baru"),
        max_length=200,
        validators=[one_line],
        help_text=_("Nama pihak kita sesudah perubahan; tertulis dalam draf adendum dan masih dapat diubah di sana."),
    )

    def __init__(self, *args: Any, agreement: Agreement, reason: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"initial": {"new_name": agreement.owner_unit.official_name}})

    def refuse(self, problem: Exception) -> None:
        field = getattr(problem, "field", "")
        self.add_error(field if field in self.fields else None, str(problem))


class EndForm(forms.Form):
    """What ends the agreement of one row."""

    seen_until = forms.DateField(required=False, widget=forms.HiddenInput)
    on = DayField(label=_("Berakhir pada"))
    reason = forms.CharField(label=_("Alasan"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, agreement: Agreement, reason: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"initial": {"seen_until": agreement.effective_until, "reason": reason}})

    def refuse(self, problem: Exception) -> None:
        field = getattr(problem, "field", "")
        self.add_error(field if field in self.fields else None, str(problem))


class BulkForm(forms.Form):
    """One answer for many rows. The new agreement is searched by words: while they are typed, and without JavaScript by
    sending the form without a choice."""

    answer = forms.ChoiceField(
        label=_("Jawaban"),
        choices=[(answer.value, answer.label) for answer in [*PLAIN_ANSWERS, CampaignAnswer.SUPERSEDED]],
    )
    note = forms.CharField(
        label=_("Alasan"), required=False, max_length=300, help_text=_("Wajib untuk jawaban Diakhiri.")
    )
    successor_q = forms.CharField(
        label=_("Cari perjanjian pengganti"),
        required=False,
        max_length=100,
        help_text=_("Nomor, judul, atau nama mitra. Hanya untuk jawaban Digantikan."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "hx-get": reverse_lazy("campaign_successors"),
                "hx-trigger": "input changed delay:250ms, search",
                "hx-target": "#id_successor",
                "hx-include": "#id_successor",
                "hx-sync": "this:replace",
            }
        ),
    )
    successor = forms.ModelChoiceField(
        queryset=Agreement.objects.none(),
        required=False,
        label=_("Perjanjian pengganti"),
        empty_label=_("Belum dipilih"),
    )
    on = DayField(label=_("Digantikan pada"), required=False)

    def __init__(self, *args: Any, agreements: Any, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": today} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        words = " ".join(str(self.data.get("successor_q", "")).replace("\0", "").split())[:100]
        chosen = str(self.data.get("successor", ""))
        found = agreements.none()
        if words:
            found = agreements.filter(pk__in=agreements.matching(words).order_by("-pk").values("pk")[:MOST_CHOICES])
        if chosen.isdecimal() and len(chosen) < 19:
            found = agreements.filter(pk__in=[int(chosen), *found.values_list("pk", flat=True)])
        fields: Any = self.fields
        fields["successor"].queryset = found.order_by("-pk")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["note"] = " ".join(cleaned.get("note", "").split())
        if cleaned.get("answer") == CampaignAnswer.END and not cleaned["note"]:
            self.add_error("note", REASON_IS_MISSING)
        if cleaned.get("answer") == CampaignAnswer.SUPERSEDED:
            if "successor" not in self.errors and cleaned.get("successor") is None:
                self.add_error("successor", _("Pilih perjanjian penggantinya; cari dahulu bila belum tampak."))
            if "on" not in self.errors and cleaned.get("on") is None:
                self.add_error("on", _("Isi tanggalnya."))
        else:
            cleaned["successor"] = cleaned["on"] = None
        return cleaned
