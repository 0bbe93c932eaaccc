"""Standard costs and budgets: invented figures, marked as such; one budget breaks the terms of its agreement."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from dashboard.management.sample.agreements import one_page_pdf
from dashboard.management.sample.scene import Scene, at
from partnerships.models import Agreement, FundingTerm
from toolkit.history import save_by
from workshops.actions.budgets import BudgetFacts, add_line, save_budget
from workshops.actions.honoraria import bring_honoraria
from workshops.actions.realizations import Proof, RealizationFacts, record_realization
from workshops.actions.standard_costs import CostFacts, add_standard_cost
from workshops.budget_lines import LineFacts
from workshops.honorarium_plan import honorarium_plans
from workshops.models import BudgetLine, CostKind, FundingSource, HonorariumGrade, Speaker, StandardCost, Workshop

BASIS = "Contoh, bukan angka resmi"
# Code, kind, what it is, unit, cap, grade.
COSTS = [
    ("H-01", CostKind.HONORARIUM, "Narasumber setingkat menteri", "OJ", 1_700_000, HonorariumGrade.MINISTER),
    ("H-02", CostKind.HONORARIUM, "Narasumber setingkat eselon I", "OJ", 1_400_000, HonorariumGrade.ECHELON_1),
    ("H-03", CostKind.HONORARIUM, "Narasumber setingkat eselon II", "OJ", 1_000_000, HonorariumGrade.ECHELON_2),
    ("H-04", CostKind.HONORARIUM, "Narasumber eselon III ke bawah", "OJ", 900_000, HonorariumGrade.ECHELON_3_BELOW),
    ("H-05", CostKind.HONORARIUM, "Pakar, praktisi, profesional", "OJ", 1_300_000, HonorariumGrade.EXPERT),
    ("H-06", CostKind.MODERATOR, "Moderator", "kali", 700_000, ""),
    ("H-07", CostKind.HOST_MC, "Pembawa acara", "kegiatan", 400_000, ""),
    ("P-01", CostKind.PACKAGE, "Paket fullboard luar kota", "OH", 950_000, ""),
    ("P-02", CostKind.PACKAGE, "Paket fullday dalam kota", "OK", 420_000, ""),
    ("K-01", CostKind.MEALS, "Konsumsi rapat: makan dan kudapan", "OK", 70_000, ""),
    ("T-01", CostKind.TRANSPORT, "Transportasi dalam kota", "OK", 150_000, ""),
    ("L-01", CostKind.LODGING, "Penginapan golongan III", "OH", 730_000, ""),
    ("L-02", CostKind.DAILY, "Uang harian fullboard luar kota", "OH", 150_000, ""),
]


def load_budgets(scene: Scene) -> None:
    """After the events, whose agendas the honoraria come from."""
    for year in (2020, 2021, scene.today.year):
        make_costs(scene, year)
    make_terms(scene)
    first_plan(scene)
    past_event(scene)
    coming_event(scene)


def make_costs(scene: Scene, year: int) -> None:
    by, now = scene.users["admin.biro"], at(date(year, 1, 2), "09.00")
    for code, kind, description, unit, cap, grade in COSTS:
        facts = CostFacts(code=code, kind=kind, description=description, unit=unit, cap=cap, grade=grade, basis=BASIS)
        add_standard_cost(year, facts=facts, by=by, now=now)


def make_terms(scene: Scene) -> None:
    """The foundation pays for meals, places and speakers; travel is not among it."""
    for key in ("fns-2019", "fns"):
        _term(scene, scene.agreements[key], "Konsumsi dan bahan", "5212", 40_000_000)
        _term(scene, scene.agreements[key], "Sewa tempat dan jasa profesi", "522", 60_000_000, needs_consent=True)


def _term(
    scene: Scene, agreement: Agreement, cost: str, prefix: str, ceiling: int, *, needs_consent: bool = False
) -> None:
    term = FundingTerm(
        agreement=agreement, cost=cost, account_prefix=prefix, ceiling=ceiling, needs_consent=needs_consent
    )
    save_by(term, by=scene.users["petugas.kerjasama"], now=scene.now)


def _cost(year: int, code: str) -> StandardCost:
    return StandardCost.objects.get(fiscal_year=year, code=code)


def first_plan(scene: Scene) -> None:
    """The plan of 2020: travel charged to the partner breaks the terms, a later memorandum was not yet in force, and
    one price lies above the standard."""
    by, now = scene.users["admin.biro"], at(date(2020, 9, 7), "10.00")
    workshop = Workshop.objects.get(title="Workshop Media Sosial bersama FNS (2020)")
    save_budget(
        workshop,
        facts=BudgetFacts(
            fiscal_year=2020,
            dipa_number="SP DIPA-013.01.1.000000/2020",
            activity_code="013.01.WA.1577.EBA.956.051.A",
            ceiling=60_000_000,
            officer_name="Bagus Contoh Prasetya",
        ),
        by=by,
        now=now,
    )
    partner: dict[str, Any] = {"funding_source": FundingSource.PARTNER, "agreement": scene.agreements["fns-2019"]}
    lines = [
        LineFacts(
            account_code="521211", description="Konsumsi peserta luring", volume1=Decimal(66), unit1="orang",
            volume2=Decimal(2), unit2="hari", unit_price=70_000, standard_cost=_cost(2020, "K-01"), **partner,
        ),
        LineFacts(
            account_code="521211", description="Seminar kit", volume1=Decimal(66), unit1="paket", unit_price=150_000,
        ),
        LineFacts(
            account_code="522141", description="Sewa ruang kerja bersama", volume1=Decimal(2), unit1="hari",
            unit_price=7_500_000, consent="Surat FNS-ID/031 tanggal 3 September 2020", **partner,
        ),
        LineFacts(
            account_code="522151", description="Narasumber praktisi media sosial", volume1=Decimal(2), unit1="orang",
            volume2=Decimal("4.5"), unit2="OJ", unit_price=1_500_000, standard_cost=_cost(2020, "H-05"),
        ),
        LineFacts(
            account_code="524114", description="Transportasi peserta dari wilayah Jabodetabek", volume1=Decimal(20),
            unit1="orang", volume2=Decimal(2), unit2="hari", unit_price=150_000, standard_cost=_cost(2020, "T-01"),
            **partner,
        ),
        LineFacts(
            account_code="521219", description="Paket data peserta daring", volume1=Decimal(132), unit1="orang",
            unit_price=50_000, funding_source=FundingSource.PARTNER, agreement=scene.agreements["fns"],
        ),
    ]  # fmt: skip
    for facts in lines:
        add_line(workshop, facts=facts, by=by, now=now)


def past_event(scene: Scene) -> None:
    """The retreat of 2021 with everything paid but one line."""
    by, day = scene.users["admin.biro"], date(2021, 5, 28)
    workshop = Workshop.objects.get(title="Konsinyering Penyusunan Pedoman Media Sosial")
    now = at(date(2021, 5, 3), "10.00")
    save_budget(workshop, facts=BudgetFacts(fiscal_year=2021, ceiling=45_000_000), by=by, now=now)
    meals = LineFacts(
        account_code="521211", description="Konsumsi rapat", volume1=Decimal(30), unit1="orang", volume2=Decimal(1),
        unit2="hari", unit_price=110_000,
    )  # fmt: skip
    room = LineFacts(
        account_code="524114", description="Paket fullday", volume1=Decimal(30), unit1="orang", unit_price=400_000
    )
    printing = LineFacts(
        account_code="521211", description="Penggandaan naskah pedoman", volume1=Decimal(40), unit1="eksemplar",
        unit_price=35_000,
    )  # fmt: skip
    for facts, number, amount in ((meals, "KW-021/2021", 3_180_000), (room, "SP2D-2105-0417", 12_000_000)):
        line = add_line(workshop, facts=facts, by=by, now=now)
        _pay(scene, line, number, amount, day)
    add_line(workshop, facts=printing, by=by, now=now)


def _pay(scene: Scene, line: BudgetLine, number: str, amount: int, day: date) -> None:
    file = ContentFile(
        one_page_pdf([number, line.description, "Bukti contoh"]), name=f"{number.replace('/', '-').lower()}.pdf"
    )
    record_realization(
        line,
        facts=RealizationFacts(amount=amount, paid_on=day, document_number=number),
        proof=Proof(file),
        by=scene.users["staf.biro"],
        now=at(day, "15.00"),
    )


def coming_event(scene: Scene) -> None:
    """The workshop of this year: honoraria from its agenda, the rest from two sources."""
    by, year = scene.users["admin.biro"], scene.today.year
    workshop = Workshop.objects.get(title="Workshop Media Sosial bersama FNS")
    Speaker.objects.filter(roles__session__workshop=workshop, honorarium_grade="").update(
        honorarium_grade=HonorariumGrade.EXPERT
    )
    keys = [plan.key for plan in honorarium_plans(workshop, fiscal_year=year).ready]
    save_budget(workshop, facts=BudgetFacts(fiscal_year=year, ceiling=150_000_000), by=by, now=scene.now)
    bring_honoraria(workshop, keys=keys, by=by, now=scene.now)
    meals = LineFacts(
        account_code="521211", description="Konsumsi peserta luring", volume1=Decimal(66), unit1="orang",
        volume2=Decimal(2), unit2="hari", unit_price=70_000, standard_cost=_cost(year, "K-01"),
        funding_source=FundingSource.PARTNER, agreement=scene.agreements["fns"],
    )  # fmt: skip
    add_line(workshop, facts=meals, by=by, now=scene.now)
