"""What a planner may type about a budget, its lines and its payments."""

import uuid
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.models import Agreement
from toolkit.form_fields import keep_within
from toolkit.quantities import QuantityField
from toolkit.rupiah import RupiahField, rupiah
from toolkit.uploads import PdfFacts, UnfitFile, check_pdf
from units.models import User
from workshops.actions.budgets import BudgetFacts, fiscal_year_of
from workshops.actions.realizations import RealizationFacts
from workshops.actions.refusals import Refusal
from workshops.budget_lines import FACTS, LineFacts, faults_of
from workshops.forms.fields import FIRST_YEAR, LAST_YEAR, fields_like, order_as_shown
from workshops.forms.pickers import AGREEMENTS, PickField
from workshops.models import Budget, BudgetLine, BudgetRealization, FundingSource, StandardCost, Workshop
from workshops.models.standard_costs import IS_FISCAL_YEAR, SIX_DIGITS
from workshops.versions import version_of_budget, version_of_budget_line, version_of_realization

HEAD = ["fiscal_year", "dipa_number", "activity_code", "ceiling", "officer_name", "officer_number"]
VOLUMES = (1, 2, 3)


def plain_helper(*layout: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*layout)
    return helper


class RefusingForm(forms.Form):
    """A form that shows an action's sentence beside the field it is about, or on top."""

    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def refuse(self, problem: Refusal) -> None:
        self.add_error(problem.field if problem.field in self.fields else None, str(problem))


class BudgetForm(RefusingForm):
    ceiling = RupiahField(
        required=False,
        label=gettext_lazy("Pagu (Rp)"),
        help_text=gettext_lazy("Yang tersedia di DIPA untuk kegiatan ini; kosong berarti belum ditetapkan."),
    )

    def __init__(self, *args: Any, workshop: Workshop, budget: Budget | None, **kwargs: Any) -> None:
        first: dict[str, Any] = {"fiscal_year": fiscal_year_of(workshop)}
        if budget is not None:
            first = {name: getattr(budget, name) for name in HEAD}
        kwargs["initial"] = first | {"version": version_of_budget(budget)}
        super().__init__(*args, **kwargs)
        names = ["fiscal_year", "dipa_number", "activity_code", "officer_name", "officer_number"]
        self.fields.update(fields_like(Budget, *names))
        # Only a ModelForm asks the validators of the model.
        keep_within(self.fields["fiscal_year"], *IS_FISCAL_YEAR)
        self.fields["officer_name"].help_text = _("Menandatangani cetakan anggaran.")
        order_as_shown(self)

    def facts(self) -> BudgetFacts:
        return BudgetFacts(**{name: self.cleaned_data[name] for name in HEAD})

    @property
    def helper(self) -> FormHelper:
        return plain_helper(
            Row(Column("fiscal_year", css_class="col-md-4"), Column("ceiling", css_class="col-md-8")),
            Row(Column("dipa_number", css_class="col-md-6"), Column("activity_code", css_class="col-md-6")),
            Row(Column("officer_name", css_class="col-md-6"), Column("officer_number", css_class="col-md-6")),
            "version",
        )


class CostChoice(forms.ModelChoiceField[StandardCost]):
    def label_from_instance(self, obj: StandardCost) -> str:
        return f"{obj} · {rupiah(obj.cap)}/{obj.unit}"


class LineForm(RefusingForm):
    unit_price = RupiahField(
        label=gettext_lazy("Harga satuan (Rp)"), help_text=gettext_lazy("Rupiah bulat, misalnya 1.500.000.")
    )
    standard_cost = CostChoice(
        queryset=StandardCost.objects.none(),
        required=False,
        label=gettext_lazy("Standar biaya (SBM)"),
        empty_label=gettext_lazy("Tanpa SBM"),
        help_text=gettext_lazy("Harga di atas batasnya ditandai, tetapi tetap tersimpan."),
    )
    form_token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        workshop: Workshop,
        fiscal_year: int,
        by: User,
        line: BudgetLine | None = None,
        **kwargs: Any,
    ) -> None:
        self.workshop = workshop
        first: dict[str, Any] = {"form_token": uuid.uuid4()}
        if line is not None:
            first = {name: getattr(line, name) for name in FACTS} | {"version": version_of_budget_line(line)}
            first |= {"agreement": line.agreement_id, "standard_cost": line.standard_cost_id}
        kwargs["initial"] = first | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        names = ["account_code", "description", "unit1", "unit2", "unit3", "funding_source", "consent"]
        self.fields.update(fields_like(BudgetLine, *names))
        for number in VOLUMES:
            self.fields[f"volume{number}"] = QuantityField(
                required=number == 1, label=_("Volume %(n)s") % {"n": number}
            )
        self.fields["account_code"].validators.append(SIX_DIGITS)
        self.fields["account_code"].widget.attrs |= {"list": "account-codes", "inputmode": "numeric"}
        self._offer(by, line, fiscal_year)
        order_as_shown(self)

    def _offer(self, by: User, line: BudgetLine | None, fiscal_year: int) -> None:
        """Agreements one may see, and the two that are linked already; costs of the year, and the one chosen before."""
        linked = [self.workshop.agreement_id, line.agreement_id if line else None]
        seen = Agreement.objects.visible_to(by).values("pk")
        agreement = PickField(
            source=AGREEMENTS,
            queryset=Agreement.objects.filter(Q(pk__in=seen) | Q(pk__in=[pk for pk in linked if pk])),
            required=False,
            label=_("Perjanjian mitra"),
        )
        if self.workshop.agreement is not None:
            agreement.help_text = _("Untuk dana mitra. Kosong berarti perjanjian kegiatan ini: %(agreement)s.") % {
                "agreement": escape(self.workshop.agreement)
            }
        else:
            agreement.help_text = _("Untuk dana mitra: perjanjian yang mendasarinya.")
        self.fields["agreement"] = agreement
        chosen = line.standard_cost_id if line else None
        costs: Any = self.fields["standard_cost"]
        of_year = StandardCost.objects.filter(Q(fiscal_year=fiscal_year) | Q(pk=chosen))
        costs.queryset = of_year.order_by("-fiscal_year", "code", "pk")

    def facts(self) -> LineFacts:
        values = {name: self.cleaned_data[name] for name in FACTS}
        if values["funding_source"] == FundingSource.PARTNER and values["agreement"] is None:
            values["agreement"] = self.workshop.agreement
        return LineFacts(**values)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            for fault in faults_of(self.facts()):
                self.add_error(fault.field, fault.sentence)
        return cleaned

    @property
    def helper(self) -> FormHelper:
        volumes = [
            Column(
                Row(Column(f"volume{number}", css_class="col-6 pe-1"), Column(f"unit{number}", css_class="col-6 ps-1")),
                css_class="col-md-4",
            )
            for number in VOLUMES
        ]
        return plain_helper(
            Row(Column("account_code", css_class="col-md-3"), Column("description", css_class="col-md-9")),
            Row(*volumes),
            Row(Column("unit_price", css_class="col-md-4"), Column("standard_cost", css_class="col-md-8")),
            Fieldset(
                _("Sumber dana"),
                Row(Column("funding_source", css_class="col-md-4"), Column("agreement", css_class="col-md-8")),
                "consent",
            ),
            "version",
            "form_token",
        )


class DayField(forms.DateField):
    """A day between 2000 and 2100."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if isinstance(day, date) and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(_("Periksa tahunnya: tanggal harus antara tahun 2000 dan 2100."))
        return day


class RealizationForm(RefusingForm):
    amount = RupiahField(least=1, label=gettext_lazy("Jumlah dibayar (Rp)"))
    paid_on = DayField(label=gettext_lazy("Tanggal"))
    file = forms.FileField(
        required=False,
        max_length=200,
        label=gettext_lazy("Berkas bukti (PDF)"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        help_text=gettext_lazy("Paling besar 20 MB. Boleh menyusul."),
    )
    kept = forms.CharField(required=False, max_length=600, widget=forms.HiddenInput)
    form_token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    pdf: PdfFacts | None = None

    def __init__(self, *args: Any, realization: BudgetRealization | None = None, **kwargs: Any) -> None:
        names = ["amount", "paid_on", "document_number", "note"]
        first: dict[str, Any] = {"form_token": uuid.uuid4()}
        if realization is not None:
            first = {name: getattr(realization, name) for name in names}
            first |= {"version": version_of_realization(realization)}
        kwargs["initial"] = first
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(BudgetRealization, "document_number", "note"))
        if realization is not None and realization.file:
            self.fields["file"].help_text = _("Tersimpan: %(name)s. Berkas baru menggantikannya.") % {
                "name": escape(realization.original_name)
            }
        order_as_shown(self)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file:
            try:
                self.pdf = check_pdf(file)
            except UnfitFile as problem:
                raise ValidationError(str(problem)) from problem
        return file

    def facts(self) -> RealizationFacts:
        names = ["amount", "paid_on", "document_number", "note"]
        return RealizationFacts(**{name: self.cleaned_data[name] for name in names})

    @property
    def helper(self) -> FormHelper:
        return plain_helper(
            Row(Column("amount", css_class="col-md-6"), Column("paid_on", css_class="col-md-6")),
            "document_number",
            "note",
            "file",
            "kept",
            "version",
            "form_token",
        )
