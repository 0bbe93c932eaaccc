"""What a person may type about commitments and about what was done."""

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.actions.activities import ActivityFacts
from partnerships.actions.commitments import CommitmentFacts
from partnerships.actions.refusals import Refusal
from partnerships.models import Activity, Agreement, Commitment, WorkPlanLine
from partnerships.versions import version_of
from toolkit.evidence_files import EvidenceFile, UnfitFile, check_evidence
from toolkit.form_fields import CalendarDayField, bare_helper, fields_like
from toolkit.rupiah import RupiahField


class RefusingForm(forms.Form):
    """A form that shows an action's sentence beside the field it is about, or on top."""

    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def refuse(self, problem: Refusal) -> None:
        self.add_error(problem.field if problem.field in self.fields else None, str(problem))


class CommitmentForm(RefusingForm):
    quantity = RupiahField(least=1, label=gettext_lazy("Jumlah"))
    due_on = CalendarDayField(
        required=False,
        label=gettext_lazy("Tenggat"),
        help_text=gettext_lazy("Kosong berarti sampai perjanjian berakhir."),
    )
    names = ["party", "what", "measure", "quantity", "unit_of_measure", "recurrence", "due_on", "counts_workshops"]

    def __init__(self, *args: Any, agreement: Agreement, commitment: Commitment | None = None, **kwargs: Any) -> None:
        first: dict[str, Any] = {}
        if commitment is not None:
            first = {name: getattr(commitment, name) for name in self.names} | {"party": commitment.party_id}
        kwargs["initial"] = first | {"version": version_of(commitment)}
        super().__init__(*args, **kwargs)
        plain = ["party", "what", "measure", "unit_of_measure", "recurrence", "counts_workshops"]
        self.fields.update(fields_like(Commitment, *plain))
        party: Any = self.fields["party"]
        party.queryset = agreement.parties.select_related("unit", "organization").order_by("position", "pk")
        party.empty_label = _("Pilih pihak")
        self.order_fields(self.names)

    def facts(self) -> CommitmentFacts:
        return CommitmentFacts(**{name: self.cleaned_data[name] for name in self.names})

    @property
    def helper(self) -> FormHelper:
        return bare_helper(
            "party",
            "what",
            Row(
                Column("measure", css_class="col-md-4"),
                Column("quantity", css_class="col-md-4"),
                Column("unit_of_measure", css_class="col-md-4"),
            ),
            Row(Column("recurrence", css_class="col-md-6"), Column("due_on", css_class="col-md-6")),
            "counts_workshops",
            "version",
        )


class CommitmentChoice(forms.ModelChoiceField[Commitment]):
    def label_from_instance(self, obj: Commitment) -> str:
        return f"{obj.what} ({obj.shown(obj.quantity)})"


class LineChoice(forms.ModelChoiceField[WorkPlanLine]):
    def label_from_instance(self, obj: WorkPlanLine) -> str:
        return f"{obj.plan.year} · {_('Triwulan')} {obj.get_quarter_display()} · {obj.activity}"


class ActivityForm(RefusingForm):
    held_on = CalendarDayField(label=gettext_lazy("Tanggal"))
    commitment = CommitmentChoice(
        queryset=Commitment.objects.none(),
        required=False,
        label=gettext_lazy("Komitmen yang dilaksanakan"),
        empty_label=gettext_lazy("Tidak ada, kegiatan lain di bawah perjanjian ini"),
    )
    amount = RupiahField(
        required=False,
        least=1,
        label=gettext_lazy("Jumlah yang dihitung"),
        help_text=gettext_lazy("Dalam satuan komitmen: kegiatan, orang, rupiah, atau satuan lain."),
    )
    plan_line = LineChoice(
        queryset=WorkPlanLine.objects.none(),
        required=False,
        label=gettext_lazy("Baris rencana kerja tahunan (RKT)"),
        empty_label=gettext_lazy("Tidak ada, di luar rencana kerja"),
        help_text=gettext_lazy("Dari tahun pelaksanaannya; RKT lalu menunjukkan barisnya sudah dilaksanakan."),
    )
    file = forms.FileField(
        required=False,
        max_length=200,
        label=gettext_lazy("Berkas bukti (PDF atau foto)"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf,image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy("PDF paling besar 20 MB, foto 5 MB. Boleh tautan saja."),
    )
    kept = forms.CharField(required=False, max_length=600, widget=forms.HiddenInput)
    form_token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    names = [
        "title",
        "held_on",
        "commitment",
        "amount",
        "plan_line",
        "result_ours",
        "result_partner",
        "obstacles",
        "link",
    ]
    found: EvidenceFile | None = None

    def __init__(self, *args: Any, agreement: Agreement, activity: Activity | None = None, **kwargs: Any) -> None:
        first: dict[str, Any] = {"form_token": uuid.uuid4()}
        if activity is not None:
            first = {name: getattr(activity, name) for name in self.names} | {"version": version_of(activity)}
        kwargs["initial"] = first
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(Activity, "title", "result_ours", "result_partner", "obstacles", "link"))
        for name in ("result_ours", "result_partner", "obstacles"):
            self.fields[name].widget.attrs["rows"] = 3
        self.fields["link"].widget.attrs["placeholder"] = "https://"
        commitment: Any = self.fields["commitment"]
        commitment.queryset = agreement.commitments.order_by("pk")
        plan_line: Any = self.fields["plan_line"]
        plan_line.queryset = WorkPlanLine.objects.of_agreement(agreement).select_related("plan")
        if not plan_line.queryset.exists():
            del self.fields["plan_line"]
        if activity is not None and activity.file:
            self.fields["file"].help_text = _("Tersimpan: %(name)s. Berkas baru menggantikannya.") % {
                "name": escape(activity.original_name)
            }
        self.order_fields([*self.names, "file"])

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file:
            try:
                self.found = check_evidence(file)
            except UnfitFile as problem:
                raise ValidationError(str(problem)) from problem
        return file

    def facts(self) -> ActivityFacts:
        return ActivityFacts(**{name: self.cleaned_data[name] for name in self.names if name in self.cleaned_data})

    @property
    def helper(self) -> FormHelper:
        return bare_helper(
            Row(Column("title", css_class="col-md-8"), Column("held_on", css_class="col-md-4")),
            Row(Column("commitment", css_class="col-md-8"), Column("amount", css_class="col-md-4")),
            *[name for name in self.fields if name == "plan_line"],
            Row(Column("result_ours", css_class="col-md-6"), Column("result_partner", css_class="col-md-6")),
            "obstacles",
            "link",
            "file",
            "kept",
            "version",
            "form_token",
        )
