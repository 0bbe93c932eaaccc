"""What a person may type about the end of a term."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.actions.endings import SuccessorFacts, TermRefusal, usual_renewal
from partnerships.models import Agreement, AgreementKind, EndingChoice
from toolkit.one_line import one_line

FIRST_YEAR, LAST_YEAR = 1945, 2199


class DayField(forms.DateField):
    """A day of a sensible century, from the browser's own picker."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Periksa tahunnya."))
        return day


class DecisionForm(forms.Form):
    """What all four have in common: the end that the person saw, and the reason."""

    choice: EndingChoice
    seen_until = forms.DateField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Alasan"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, agreement: Agreement, **kwargs: Any) -> None:
        kwargs["initial"] = {"seen_until": agreement.effective_until} | (kwargs.get("initial") or {})
        super().__init__(data, prefix=self.choice.value, **kwargs)
        self.agreement = agreement

    def refuse(self, problem: TermRefusal) -> None:
        """Puts an action's sentence beside the field it is about, or on top."""
        self.add_error(problem.field if problem.field in self.fields else None, str(problem))


class ExtendForm(DecisionForm):
    choice = EndingChoice.EXTEND
    new_until = DayField(label=_("Berlaku sampai"))
    field_order = ["new_until", "reason"]


class RenewForm(DecisionForm):
    choice = EndingChoice.RENEW
    agreement_type = forms.ModelChoiceField(queryset=AgreementKind.objects.none(), label=_("Jenis"))
    title = forms.CharField(label=_("Tentang"), max_length=300, validators=[one_line])
    effective_from = DayField(label=_("Mulai berlaku"))
    effective_until = DayField(
        label=_("Berlaku sampai"), required=False, help_text=_("Kosong berarti sampai diakhiri.")
    )
    field_order = ["agreement_type", "title", "effective_from", "effective_until", "reason"]

    def __init__(self, data: Any = None, *, agreement: Agreement, **kwargs: Any) -> None:
        first, last = usual_renewal(agreement)
        kwargs["initial"] = {
            "agreement_type": agreement.agreement_type_id,
            "title": agreement.title,
            "effective_from": first,
            "effective_until": last,
        }
        super().__init__(data, agreement=agreement, **kwargs)
        fields: Any = self.fields
        fields["agreement_type"].queryset = AgreementKind.objects.filter(is_active=True)

    def facts(self) -> SuccessorFacts:
        names = ("agreement_type", "title", "effective_from", "effective_until")
        return SuccessorFacts(**{name: self.cleaned_data[name] for name in names})


class LetEndForm(DecisionForm):
    choice = EndingChoice.LET_END


class TerminateForm(DecisionForm):
    choice = EndingChoice.TERMINATE
    on = DayField(label=_("Dihentikan pada"), help_text=_("Sejak tanggal ini perjanjian tidak berlaku lagi."))
    field_order = ["on", "reason"]


FORMS: dict[str, type[DecisionForm]] = {
    form.choice.value: form for form in (ExtendForm, RenewForm, LetEndForm, TerminateForm)
}


def forms_for(agreement: Agreement) -> list[str]:
    """The choices that make sense: a term without an end can only be terminated."""
    return list(FORMS) if agreement.effective_until is not None else [EndingChoice.TERMINATE.value]
