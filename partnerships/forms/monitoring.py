"""What a person may type about monitoring: a round, and what a unit says of one agreement."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.actions.monitoring import AnswerFacts, RoundFacts
from partnerships.actions.refusals import Refusal
from partnerships.forms.implementation import RefusingForm
from partnerships.models import Activity, AgreementKind, MonitoringAnswer, MonitoringRound, Rating
from toolkit.evidence_files import EvidenceFile, UnfitFile, check_evidence
from toolkit.form_fields import CalendarDayField, bare_helper, fields_like
from toolkit.local_times import day_short
from units.forms.picker import UnitMultipleChoiceField


class RoundForm(RefusingForm):
    period_from = CalendarDayField(label=gettext_lazy("Periode mulai"))
    period_until = CalendarDayField(label=gettext_lazy("Periode sampai"))
    due_on = CalendarDayField(label=gettext_lazy("Batas jawaban"))
    kinds = forms.ModelMultipleChoiceField(
        AgreementKind.objects.all(),
        required=False,
        label=gettext_lazy("Jenis perjanjian"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tanpa pilihan berarti semua jenis."),
    )
    roots = UnitMultipleChoiceField(
        required=False,
        label=gettext_lazy("Satuan kerja"),
        help_text=gettext_lazy("Sebuah Kanwil berarti dengan semua satuan kerjanya. Tanpa pilihan berarti semua."),
    )
    form_token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        first, last = last_half(today)
        kwargs["initial"] = {"form_token": uuid.uuid4(), "period_from": first, "period_until": last}
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(MonitoringRound, "title", "message"))
        self.fields["title"].help_text = _("Misalnya: Pemantauan semester I 2026.")
        self.fields["message"].widget.attrs["rows"] = 3

    def facts(self) -> RoundFacts:
        names = ["title", "period_from", "period_until", "due_on", "message", "kinds", "roots"]
        return RoundFacts(**{name: self.cleaned_data[name] for name in names})

    @property
    def helper(self) -> FormHelper:
        return bare_helper(
            "title",
            Row(
                Column("period_from", css_class="col-md-4"),
                Column("period_until", css_class="col-md-4"),
                Column("due_on", css_class="col-md-4"),
            ),
            "kinds",
            "roots",
            "message",
            "form_token",
        )


def last_half(today: date) -> tuple[date, date]:
    """The last half of a year that is over: what a round is usually about."""
    if today.month > 6:
        return date(today.year, 1, 1), date(today.year, 6, 30)
    return date(today.year - 1, 7, 1), date(today.year - 1, 12, 31)


class AnswerForm(forms.Form):
    """One agreement of the list. Untouched it says nothing; each row is saved for itself."""

    rating = forms.ChoiceField(
        choices=[("", gettext_lazy("Pilih")), *Rating.choices], required=False, label=gettext_lazy("Pelaksanaan")
    )
    file = forms.FileField(
        required=False,
        max_length=200,
        label=gettext_lazy("Berkas bukti (PDF atau foto)"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf,image/jpeg,image/png,image/webp"}),
    )
    kept = forms.CharField(required=False, max_length=600, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    found: EvidenceFile | None = None
    texts = ["what", "obstacles", "recommendation", "link"]

    def __init__(self, *args: Any, answer: MonitoringAnswer, done: Iterable[Activity] = (), **kwargs: Any) -> None:
        self.answer = answer
        first = {name: getattr(answer, name) for name in ("rating", "version", *self.texts)}
        if not answer.rating:
            first["what"] = "\n".join(f"{day_short(one.held_on)}: {one.title}" for one in done)[:2000]
        kwargs |= {"prefix": f"a{answer.pk}", "initial": first}
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(MonitoringAnswer, *self.texts))
        for name in ("what", "obstacles", "recommendation"):
            self.fields[name].widget.attrs["rows"] = 2
        self.fields["link"].widget.attrs["placeholder"] = "https://"
        if answer.file:
            self.fields["file"].help_text = _("Tersimpan: %(name)s. Berkas baru menggantikannya.") % {
                "name": escape(answer.original_name)
            }
        self.order_fields(["rating", "what", "obstacles", "recommendation", "link", "file"])

    def clean_rating(self) -> str:
        rating: str = self.cleaned_data["rating"]
        if not rating:
            raise ValidationError(_("Pilih apakah perjanjian ini terlaksana."))
        return rating

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file:
            try:
                self.found = check_evidence(file)
            except UnfitFile as problem:
                raise ValidationError(str(problem)) from problem
        return file

    @property
    def is_touched(self) -> bool:
        """The hidden version and what was kept say nothing by themselves."""
        return bool(set(self.changed_data) - {"version"})

    def facts(self) -> AnswerFacts:
        return AnswerFacts(**{name: self.cleaned_data[name] for name in ("rating", *self.texts)})

    def refuse(self, problem: Refusal) -> None:
        self.add_error(problem.field if problem.field in self.fields else None, str(problem))
