"""What is done under agreements: commitments of the foundation, two workshops that consume them, reports of units, and
a round of monitoring that is half answered. One agreement sleeps."""

from datetime import date, timedelta
from decimal import Decimal

from dashboard.management.sample.scene import Scene, at, hold
from partnerships.actions.activities import ActivityFacts, report_activity
from partnerships.actions.commitments import CommitmentFacts, keep_commitment
from partnerships.actions.monitoring import AnswerFacts, RoundFacts, answer_agreement, open_round
from partnerships.models import Agreement, Commitment, Measure, MonitoringAnswer, Rating, Recurrence
from workshops.actions.budgets import BudgetFacts, add_line, save_budget
from workshops.actions.planning import Facts, create_workshop
from workshops.actions.realizations import RealizationFacts, record_realization
from workshops.actions.schedule import Schedule
from workshops.actions.states import change_state
from workshops.budget_lines import LineFacts
from workshops.models import FundingSource, Mode, WorkshopKind, WorkshopState


def load_deeds(scene: Scene) -> None:
    make_commitments(scene)
    for days, number in ((210, 1), (95, 2)):
        training(scene, scene.today - timedelta(days=days), number)
    report_of_the_campus(scene)
    half_a_round(scene)


def _promise(scene: Scene, key: str, position: int, what: str, quantity: int, **more: object) -> Commitment:
    agreement = scene.agreements[key]
    party = agreement.parties.get(position=position)
    facts = CommitmentFacts(party=party, what=what, quantity=quantity, **more)  # type: ignore[arg-type]
    return keep_commitment(agreement, facts=facts, by=scene.users["petugas.kerjasama"], now=scene.now)


def make_commitments(scene: Scene) -> None:
    """Four of the memorandum with the foundation; workshops consume the first two by themselves."""
    last = date(scene.today.year + 1, 6, 30)
    _promise(scene, "fns", 2, "Pelatihan dan workshop kehumasan", 4, counts_workshops=True)
    _promise(scene, "fns", 2, "Dukungan biaya pelatihan", 60_000_000, measure=Measure.RUPIAH, counts_workshops=True)
    _promise(
        scene, "fns", 1, "Laporan hasil pelatihan", 2,
        measure=Measure.OTHER, unit_of_measure="laporan", recurrence=Recurrence.YEARLY,
    )  # fmt: skip
    _promise(
        scene,
        "fns",
        1,
        "Panduan media sosial dwibahasa",
        1,
        measure=Measure.OTHER,
        unit_of_measure="naskah",
        due_on=last,
    )
    _promise(scene, "kampus", 1, "Kuliah tamu", 2, recurrence=Recurrence.SEMESTER)
    _promise(scene, "rsud", 2, "Pemeriksaan kesehatan berkala", 12, measure=Measure.OTHER, unit_of_measure="kunjungan")


def training(scene: Scene, day: date, number: int) -> None:
    """A workshop under the memorandum that took place; the foundation paid for its room and meals."""
    by, agreement = scene.users["admin.biro"], scene.agreements["fns"]
    planned = at(day - timedelta(days=40), "09.00")
    workshop = create_workshop(
        facts=Facts(
            title=f"Pelatihan Literasi Digital bersama FNS tahap {number}",
            kind=WorkshopKind.TRAINING,
            organizer_unit=scene.units["Biro Humas"],
            partner=scene.partners["fns"],
            agreement=agreement,
            person_in_charge=scene.users["staf.biro"],
        ),
        schedule=Schedule(
            tz="Asia/Jakarta",
            mode=Mode.ONSITE,
            starts_at=at(day, "08.30"),
            ends_at=at(day, "16.00"),
            venue="Aula Biro Humas",
        ),
        by=by,
        now=planned,
    )
    save_budget(workshop, facts=BudgetFacts(fiscal_year=day.year, ceiling=20_000_000), by=by, now=planned)
    line = add_line(
        workshop,
        facts=LineFacts(
            account_code="521211",
            description="Konsumsi peserta",
            volume1=Decimal(40),
            unit1="orang",
            unit_price=250_000,
            funding_source=FundingSource.PARTNER,
            agreement=agreement,
        ),
        by=by,
        now=planned,
    )
    change_state(workshop, to=WorkshopState.APPROVED, by=by, now=at(day - timedelta(days=30), "09.00"))
    change_state(workshop, to=WorkshopState.REGISTRATION, by=by, now=at(day - timedelta(days=29), "09.00"))
    hold(workshop, reported_on=day + timedelta(days=7), by=by)
    paid = RealizationFacts(amount=9_750_000, paid_on=day, document_number=f"FNS-ID/{number:03}")
    record_realization(line, facts=paid, by=by, now=at(day + timedelta(days=8), "10.00"))


def report_of_the_campus(scene: Scene) -> None:
    agreement = scene.agreements["kampus"]
    facts = ActivityFacts(
        title="Kuliah tamu: komunikasi publik lembaga pemasyarakatan",
        held_on=scene.today - timedelta(days=20),
        commitment=agreement.commitments.get(),
        amount=1,
        result_ours="Tiga puluh mahasiswa mendaftar magang kehumasan.",
        result_partner="Bahan kuliah dan studi kasus untuk dua mata kuliah.",
        link="https://kampus.invalid/kuliah-tamu",
    )
    by = scene.users["admin.jateng"]
    report_activity(agreement, facts=facts, unit=scene.units["Kanwil Jawa Tengah"], by=by, now=scene.now)


def half_a_round(scene: Scene) -> None:
    """Opened ten days ago; the bureau and one Kanwil have answered."""
    opened = at(scene.today - timedelta(days=10), "09.00")
    facts = RoundFacts(
        title="Pemantauan pelaksanaan kerja sama",
        period_from=scene.today - timedelta(days=190),
        period_until=scene.today - timedelta(days=10),
        due_on=scene.today + timedelta(days=11),
        message="Mohon lengkapi dengan bukti berupa berkas atau tautan.",
    )
    round_ = open_round(facts=facts, by=scene.users["petugas.kerjasama"], now=opened)
    said = {
        "fns": AnswerFacts(
            rating=Rating.PARTLY,
            what="Pelatihan Literasi Digital tahap 2.",
            recommendation="Jadwalkan dua pelatihan berikutnya bersama mitra.",
        ),
        "kampus": AnswerFacts(rating=Rating.DONE, what="Kuliah tamu dan penerimaan magang."),
    }
    for key, answer in said.items():
        _answer(scene, round_.pk, scene.agreements[key], answer)


def _answer(scene: Scene, round_pk: int, agreement: Agreement, facts: AnswerFacts) -> None:
    row = MonitoringAnswer.objects.get(monitored__round=round_pk, agreement=agreement)
    by = scene.users["staf.biro" if agreement.is_foreign else "admin.jateng"]
    answer_agreement(row, facts=facts, by=by, now=scene.now)
