"""What a person says about a budget line, typed or in a sheet, and what of it cannot stand."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from partnerships.models import Agreement
from toolkit.rupiah import MAX_RUPIAH, rupiah
from workshops.models import BudgetLine, FundingSource, StandardCost, plan_total

FACTS = [
    "account_code",
    "description",
    "volume1",
    "unit1",
    "volume2",
    "unit2",
    "volume3",
    "unit3",
    "unit_price",
    "funding_source",
    "agreement",
    "consent",
    "standard_cost",
]


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    account_code: str
    description: str
    volume1: Decimal
    unit1: str
    unit_price: int
    volume2: Decimal | None = None
    unit2: str = ""
    volume3: Decimal | None = None
    unit3: str = ""
    funding_source: str = FundingSource.DIPA
    agreement: Agreement | None = None
    consent: str = ""
    standard_cost: StandardCost | None = None

    @property
    def planned(self) -> int:
        return plan_total([self.volume1, self.volume2, self.volume3], self.unit_price)


@dataclass(frozen=True)
class Fault:
    """`field` is one of FACTS."""

    field: str
    sentence: str


def facts_of(line: BudgetLine) -> LineFacts:
    """Wants `agreement` and `standard_cost` at hand."""
    return LineFacts(**{name: getattr(line, name) for name in FACTS})


def faults_of(facts: LineFacts) -> list[Fault]:
    """Every reason why this line cannot stand; warnings are another matter (budget_warnings)."""
    faults = [*_volume_faults(facts)]
    if facts.funding_source == FundingSource.PARTNER and facts.agreement is None:
        faults.append(Fault("agreement", _("Pilih perjanjian yang mendasari dana mitra.")))
    if facts.funding_source == FundingSource.DIPA and facts.agreement is not None:
        faults.append(Fault("agreement", _("Perjanjian hanya diisi bila sumber dananya mitra.")))
    if facts.unit_price == 0:
        faults.append(Fault("unit_price", _("Harga satuan harus lebih dari nol.")))
    if facts.planned > MAX_RUPIAH:
        most = rupiah(MAX_RUPIAH)
        faults.append(Fault("unit_price", _("Volume kali harga melebihi %(most)s. Periksa angkanya.") % {"most": most}))
    return faults


def _volume_faults(facts: LineFacts) -> list[Fault]:
    faults = []
    for number in (2, 3):
        values: dict[str, Any] = {name: getattr(facts, f"{name}{number}") for name in ("volume", "unit")}
        if values["volume"] is not None and not values["unit"]:
            faults.append(Fault(f"unit{number}", _("Isi satuannya, atau kosongkan volumenya.")))
        if values["volume"] is None and values["unit"]:
            faults.append(Fault(f"volume{number}", _("Isi volumenya, atau kosongkan satuannya.")))
    if facts.volume3 is not None and facts.volume2 is None:
        faults.append(Fault("volume2", _("Isi volume 2 dahulu, baru volume 3.")))
    return faults
