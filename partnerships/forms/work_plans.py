"""What a person may type about a yearly work plan."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.actions.endings import TermRefusal
from partnerships.actions.work_plans import LineFacts
from partnerships.forms.endings import DayField
from partnerships.models import Activity, ApprovalSide, Responsible, WorkPlanLine
from toolkit.local_times import day_short
from toolkit.one_line import one_line
from toolkit.rupiah import RupiahField
from toolkit.uploads import UnfitFile, check_pdf

MOST_LINES = 100
EXTRA_LINES = 3
NAMES = ("activity", "quarter", "place", "budget", "responsible")


class LineForm(forms.Form):
    """A row is empty, or has at least its activity."""

    activity = forms.CharField(label=_("Kegiatan"), max_length=300, required=False, validators=[one_line])
    quarter = forms.TypedChoiceField(
        label=_("Triwulan"), coerce=int, choices=[(1, "I"), (2, "II"), (3, "III"), (4, "IV")], initial=1
    )
    place = forms.CharField(label=_("Tempat"), max_length=150, required=False, validators=[one_line])
    budget = RupiahField(label=_("Anggaran (Rp)"), required=False)
    line = forms.IntegerField(required=False, widget=forms.HiddenInput)
    responsible = forms.ChoiceField(label=_("Penanggung jawab"), choices=Responsible.choices, initial=Responsible.BOTH)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_typed = cleaned.get("place") or cleaned.get("budget") is not None
        if is_typed and not cleaned.get("activity") and "activity" not in self.errors:
            self.add_error("activity", _("Isi kegiatannya, atau kosongkan barisnya."))
        return cleaned

    @property
    def facts(self) -> LineFacts | None:
        cleaned: dict[str, Any] = self.cleaned_data
        if not cleaned.get("activity"):
            return None
        facts: dict[str, Any] = {name: cleaned.get(name) for name in (*NAMES, "line")}
        return LineFacts(**facts)


class BaseLineFormSet(forms.BaseFormSet[Any]):
    def facts(self) -> list[LineFacts]:
        """The rows that are filled in and not struck out, by quarter and then as they stand."""
        kept = [form.facts for form in self.forms if form not in self.deleted_forms and hasattr(form, "cleaned_data")]
        return sorted((facts for facts in kept if facts is not None), key=lambda facts: facts.quarter)


LineFormSet: Any = forms.formset_factory(
    LineForm,
    formset=BaseLineFormSet,
    extra=EXTRA_LINES,
    max_num=MOST_LINES,
    validate_max=True,
    absolute_max=MOST_LINES + 10,
    can_delete=True,
    can_delete_extra=False,
)


def lines_formset(data: Any, lines: list[WorkPlanLine]) -> Any:
    initial = [{name: getattr(line, name) for name in NAMES} | {"line": line.pk} for line in lines]
    return LineFormSet(data, prefix="lines", initial=initial)


class WorkshopsForm(forms.Form):
    """For each workshop the line that it carried out."""

    def __init__(self, data: Any = None, *, workshops: list[Activity], lines: list[WorkPlanLine]) -> None:
        super().__init__(data, prefix="workshop")
        self.lines = {str(line.pk): line for line in lines}
        choices: list[tuple[str, Any]] = [("", _("Tidak ada, di luar rencana kerja"))]
        choices += [(pk, f"{line.get_quarter_display()} · {line.activity}") for pk, line in self.lines.items()]
        for row in workshops:
            self.fields[str(row.pk)] = forms.ChoiceField(
                label=f"{row.title}, {day_short(row.held_on)}",
                choices=choices,
                required=False,
                initial=str(row.plan_line_id or ""),
            )

    def chosen(self) -> dict[int, WorkPlanLine | None]:
        return {int(pk): self.lines.get(key) for pk, key in self.cleaned_data.items()}


class ApprovalForm(forms.Form):
    side = forms.ChoiceField(label=_("Pihak yang menyetujui"), choices=[])
    approver = forms.CharField(
        label=_("Nama dan jabatan"),
        max_length=200,
        validators=[one_line],
        help_text=_("Seperti tertulis pada dokumennya."),
    )
    approved_on = DayField(label=_("Tanggal persetujuan"))
    file = forms.FileField(
        label=_("Dokumen persetujuan"), required=False, help_text=_("PDF; boleh kosong bila belum ada.")
    )

    def __init__(self, *args: Any, sides: list[ApprovalSide], today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"approved_on": today}
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["side"].choices = [(side.value, side.label) for side in sides]
        fields["file"].widget.attrs["accept"] = "application/pdf"

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is not None:
            try:
                check_pdf(file)
            except UnfitFile as problem:
                raise forms.ValidationError(str(problem)) from problem
        return file

    def refuse(self, problem: Exception) -> None:
        field = problem.field if isinstance(problem, TermRefusal) else "file"
        self.add_error(field if field in self.fields else None, str(problem))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("side", "approver", "approved_on", "file")
        return helper
