"""What a bureau admin may type about standard costs and accounts."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Row
from django import forms
from django.utils.translation import gettext_lazy

from toolkit.rupiah import RupiahField
from workshops.actions.standard_costs import CostFacts
from workshops.forms.budgets import RefusingForm, plain_helper
from workshops.forms.fields import fields_like, order_as_shown
from workshops.models import AccountCode, CostKind, StandardCost
from workshops.models.standard_costs import FIRST_FISCAL_YEAR, LAST_FISCAL_YEAR
from workshops.versions import version_of_standard_cost

FACTS = ["code", "kind", "description", "grade", "province", "unit", "cap", "basis"]


class StandardCostForm(RefusingForm):
    cap = RupiahField(
        label=gettext_lazy("Batas harga (Rp)"), help_text=gettext_lazy("Rupiah bulat, misalnya 1.500.000.")
    )

    def __init__(self, *args: Any, cost: StandardCost | None = None, **kwargs: Any) -> None:
        if cost is not None:
            first = {name: getattr(cost, name) for name in FACTS}
            kwargs["initial"] = first | {"version": version_of_standard_cost(cost)}
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(StandardCost, *[name for name in FACTS if name != "cap"]))
        order_as_shown(self)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("grade") and cleaned.get("kind") not in {None, CostKind.HONORARIUM}:
            self.add_error("grade", gettext_lazy("Golongan hanya diisi untuk honorarium narasumber."))
        return cleaned

    def facts(self) -> CostFacts:
        return CostFacts(**{name: self.cleaned_data[name] for name in FACTS})

    @property
    def helper(self) -> FormHelper:
        return plain_helper(
            Row(
                Column("code", css_class="col-md-2"),
                Column("kind", css_class="col-md-4"),
                Column("description", css_class="col-md-6"),
            ),
            Row(
                Column("unit", css_class="col-md-2"),
                Column("cap", css_class="col-md-4"),
                Column("grade", css_class="col-md-6"),
            ),
            Row(Column("province", css_class="col-md-6"), Column("basis", css_class="col-md-6")),
            "version",
        )


class YearForm(forms.Form):
    """From which year the rows come."""

    from_year = forms.IntegerField(
        label=gettext_lazy("Salin dari tahun"), min_value=FIRST_FISCAL_YEAR, max_value=LAST_FISCAL_YEAR
    )


class AccountForm(forms.ModelForm[AccountCode]):
    class Meta:
        model = AccountCode
        fields = ["code", "name"]


AccountFormSet: type[forms.BaseModelFormSet[AccountCode, AccountForm]] = forms.modelformset_factory(
    AccountCode, form=AccountForm, extra=3, max_num=200, absolute_max=300, can_delete=True, can_delete_extra=False
)
