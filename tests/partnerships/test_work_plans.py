"""Yearly work plans under a memorandum: one for each year, lines that close with the first approval, its state."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import docx
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from partnerships.actions.activities import (
    ActivityFacts,
    ActivityIsInTheFuture,
    HeldWorkshop,
    LineIsOfAnotherPlan,
    Share,
    record_workshop,
    report_activity,
)
from partnerships.actions.endings import TermRefusal
from partnerships.actions.work_plans import (
    LineFacts,
    begin_work_plan,
    record_approval,
    remove_approval,
    write_lines,
    years_of,
)
from partnerships.models import Activity, Agreement, AgreementParty, ApprovalSide, Commitment, PlanState, WorkPlan
from tests.factories import Bureau, Kanwil, make_agreement
from tests.partnerships.scene import build_scene
from tests.pdf_files import pdf

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    return build_scene()


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to("2026-11-23T03:00:00Z")


@pytest.fixture
def memorandum(scene: Any) -> Agreement:
    made = make_agreement(
        scene[1].unit,
        title="Memorandum",
        number="MSP-1",
        effective_from=date(2026, 3, 1),
        effective_until=date(2028, 2, 28),
    )
    Agreement.objects.filter(pk=made.pk).update(agreement_type="memorandum_saling_pengertian")
    AgreementParty.objects.create(agreement=made, position=1, unit=scene[1].unit)
    made.refresh_from_db()
    return made


LINES = (LineFacts("Pelatihan", 1, "Jakarta", 85_000_000, "both"), LineFacts("Evaluasi", 4, "", None, "partner"))


def state_of(plan: WorkPlan) -> PlanState:
    return WorkPlan.objects.with_state_facts().get(pk=plan.pk).state


def test_plan_lies_within_its_year_and_the_memorandum(scene: Any, memorandum: Agreement) -> None:
    admin = scene[0].admin
    assert years_of(memorandum) == [2026, 2027, 2028]
    terms = {}
    for year in years_of(memorandum):
        agreement = begin_work_plan(memorandum, year=year, by=admin, now=NOW).agreement
        terms[year] = (agreement.effective_from, agreement.effective_until)
        assert agreement.agreement_type_id == "rencana_kerja_tahunan"
        assert agreement.links_to_earlier.get().earlier == memorandum
        assert agreement.parties.get().unit == scene[1].unit
    assert terms == {
        2026: (date(2026, 3, 1), date(2026, 12, 31)),
        2027: (date(2027, 1, 1), date(2027, 12, 31)),
        2028: (date(2028, 1, 1), date(2028, 2, 28)),
    }
    n = Agreement.objects.count()
    for subject, year in ((memorandum, 2027), (memorandum, 2029), (scene[1].agreement, 2026)):
        with pytest.raises(TermRefusal):
            begin_work_plan(subject, year=year, by=admin, now=NOW)
    assert Agreement.objects.count() == n, "a refused plan leaves no agreement behind"


def test_state_follows_the_approvals_and_the_first_closes_the_lines(scene: Any, memorandum: Agreement) -> None:
    admin = scene[0].admin
    plan = begin_work_plan(memorandum, year=2026, by=admin, now=NOW)
    facts: dict[str, Any] = {"approver": "Kepala", "approved_on": TODAY, "by": admin, "now": NOW, "today": TODAY}
    with pytest.raises(TermRefusal, match="Isi dahulu"):
        record_approval(plan, side="bureau", file=None, **facts)
    write_lines(plan, lines=LINES, by=admin, now=NOW)
    assert state_of(plan) == PlanState.DRAFTED
    with pytest.raises(TermRefusal, match="masa depan"):
        record_approval(plan, side="bureau", file=None, **facts | {"approved_on": TODAY + timedelta(days=1)})
    first = record_approval(plan, side="bureau", file=ContentFile(pdf(), name="nota.pdf"), **facts)
    assert first.file is not None
    assert (first.file.agreement, first.file.kind) == (plan.agreement, "annex")
    assert state_of(plan) == PlanState.IN_APPROVAL
    with pytest.raises(TermRefusal, match="sudah disetujui sebagian"):
        write_lines(plan, lines=LINES[:1], by=admin, now=NOW)
    with pytest.raises(TermRefusal, match="sudah tercatat"):
        record_approval(plan, side="bureau", file=None, **facts)
    for side in ("partner", "province", "tpoa"):
        record_approval(plan, side=side, file=None, **facts)
    assert state_of(plan) == PlanState.APPROVED
    for approval in plan.approvals.all():
        remove_approval(approval, by=admin, now=NOW)
    write_lines(plan, lines=LINES[:1], by=admin, now=NOW)
    assert [line.activity for line in plan.lines.all()] == ["Pelatihan"]
    assert plan.agreement.files.count() == 1, "the document stays"


def test_pages_take_lines_and_approvals(client: Client, scene: Any, memorandum: Agreement) -> None:
    _bureau, java, bali = scene
    client.force_login(java.admin)
    page = client.get(reverse("agreement_ending", args=[memorandum.pk])).content.decode()
    assert "Susun RKT 2027" in page
    client.post(reverse("agreement_work_plan_begin", args=[memorandum.pk]), {"year": "2027"})
    plan = WorkPlan.objects.get(memorandum=memorandum)
    url = reverse("work_plan_edit", args=[plan.pk])
    data = {"lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0"}
    for n, row in enumerate((("Evaluasi", "4", "", ""), ("Pelatihan", "1", "Jakarta", "85.000.000,50"))):
        names = ("activity", "quarter", "place", "budget")
        data |= {f"lines-{n}-{name}": value for name, value in zip(names, row, strict=True)}
        data[f"lines-{n}-responsible"] = "both"
    wrong = client.post(url, data)
    assert "85.000.000,50" in wrong.content.decode()
    assert not plan.lines.exists()
    client.post(url, data | {"lines-1-budget": "85.000.000"})
    assert [line.activity for line in plan.lines.order_by("position")] == ["Pelatihan", "Evaluasi"]
    approve = reverse("work_plan_approve", args=[plan.pk])
    sent = {"side": "partner", "approver": "Direktur", "approved_on": "2026-11-20"}
    bad = client.post(approve, sent | {"file": SimpleUploadedFile("x.pdf", b"PK\x03\x04", "application/pdf")})
    assert bad.status_code == 422
    assert "Direktur" in bad.content.decode()
    client.post(approve, sent | {"file": SimpleUploadedFile("x.pdf", pdf(), "application/pdf")})
    assert plan.approvals.get().side == ApprovalSide.PARTNER
    client.force_login(bali.admin)
    for name in ("work_plan_detail", "work_plan_edit", "work_plan_pdf", "work_plan_docx"):
        assert client.get(reverse(name, args=[plan.pk])).status_code == 404


def test_papers_say_what_the_page_says(client: Client, scene: Any, memorandum: Agreement) -> None:
    admin = scene[0].admin
    plan = begin_work_plan(memorandum, year=2027, by=admin, now=NOW)
    write_lines(plan, lines=LINES, by=admin, now=NOW)
    client.force_login(admin)
    paper = client.get(reverse("work_plan_pdf", args=[plan.pk]))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    word = docx.Document(io.BytesIO(client.get(reverse("work_plan_docx", args=[plan.pk])).content))
    cells = " ".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    for words in ("Pelatihan", "Evaluasi", "85.000.000", "Tim Perizinan Ormas Asing (TPOA)"):
        assert words in " ".join(text.split())
        assert words in cells


@pytest.mark.parametrize("n_rows", [1, 3])
def test_plan_page_costs_the_same_for_one_line_and_three(
    client: Client, scene: Any, memorandum: Agreement, n_rows: int
) -> None:
    admin = scene[0].admin
    plan = begin_work_plan(memorandum, year=2027, by=admin, now=NOW)
    write_lines(plan, lines=[LINES[0]] * n_rows, by=admin, now=NOW)
    for side in ("bureau", "partner", "province")[:n_rows]:
        facts: dict[str, Any] = {"approver": "x", "approved_on": TODAY, "by": admin, "now": NOW, "today": TODAY}
        record_approval(plan, side=side, file=None, **facts)
        held(scene[0], plan.agreement, date(2027, 2, 1), pk=len(side))
    client.force_login(admin)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("work_plan_detail", args=[plan.pk])).status_code == 200
    assert len(queries) == 7


# --- what was done of the lines


def held(
    bureau: Bureau, agreement: Agreement, day: date, *, pk: int = 1, rupiah: int = 0, under: bool = True
) -> Activity:
    workshop = HeldWorkshop(pk=pk, title=f"Workshop {pk}", first_day=day, unit=bureau.unit, n_people=30)
    record_workshop(workshop, shares={agreement.pk: Share(under, rupiah)}, by=bureau.admin, now=NOW)
    return Activity.objects.get(agreement=agreement, workshop_pk=pk)


@pytest.fixture
def plan(scene: Any, memorandum: Agreement) -> WorkPlan:
    made = begin_work_plan(memorandum, year=2026, by=scene[0].admin, now=NOW)
    lines = [*LINES, LineFacts("Modul", 4, "", 60_000_000, "ours")]
    write_lines(made, lines=lines, by=scene[0].admin, now=NOW)
    return made


def done(plan: WorkPlan) -> dict[str, tuple[str, int]]:
    return {line.activity: (line.done, line.cost) for line in plan.lines.with_done()}


def test_workshop_under_the_plan_counts_for_the_one_line_of_its_quarter(scene: Any, plan: WorkPlan) -> None:
    bureau = scene[0]
    assert held(bureau, plan.agreement, date(2026, 3, 31), rupiah=5_000_000).plan_line == plan.lines.get(quarter=1)
    assert held(bureau, plan.agreement, date(2026, 10, 1), pk=2).plan_line is None, "two lines stand in that quarter"
    assert held(bureau, plan.agreement, date(2026, 6, 30), pk=3).plan_line is None, "no line stands in that quarter"
    assert held(bureau, plan.memorandum, date(2026, 3, 30), pk=4).plan_line is None, "the memorandum has many plans"
    assert held(bureau, plan.agreement, date(2026, 3, 30), pk=5, under=False).plan_line is None, "only paid"
    assert done(plan) == {
        "Pelatihan": ("1 kegiatan, terakhir 31 Mar 2026", 5_000_000),
        "Evaluasi": ("Belum", 0),
        "Modul": ("Belum", 0),
    }


def test_a_plan_does_not_sleep_whose_lines_are_carried_out_under_the_memorandum(scene: Any, plan: WorkPlan) -> None:
    bureau = scene[0]
    Agreement.objects.filter(pk=plan.agreement_id).update(number="RKT-1", signed_on=date(2026, 1, 5))
    held(bureau, plan.memorandum, date(2026, 3, 30), pk=4)

    def facts() -> tuple[bool, bool, bool, bool]:
        rows = Agreement.objects.filter(pk=plan.agreement_id)
        counted = rows.with_deed_facts(TODAY).get()
        is_asleep = counted.is_never and counted.is_long_signed
        return rows.asleep(TODAY).exists(), rows.never_implemented().exists(), is_asleep, counted.is_never

    assert facts() == (True, True, True, True), "an activity of the memorandum alone says nothing of this plan"
    Activity.objects.update(plan_line=plan.lines.get(quarter=1))
    assert facts() == (False, False, False, False)
    assert Agreement.objects.implemented().filter(pk=plan.agreement_id).exists()


def test_choice_of_a_line_stays_until_the_workshop_leaves_the_year(client: Client, scene: Any, plan: WorkPlan) -> None:
    bureau, java, bali = scene
    row = held(bureau, plan.agreement, date(2026, 10, 1), rupiah=1_000)
    paid = held(bureau, plan.agreement, date(2026, 10, 2), pk=2, under=False)
    model, foreign = plan.lines.get(activity="Modul"), make_line(plan.memorandum, bureau)
    url, field = reverse("work_plan_place", args=[plan.pk]), f"workshop-{row.pk}"
    client.force_login(bali.admin)
    assert client.post(url, {field: str(model.pk)}).status_code == 404
    client.force_login(java.admin)
    wrong = client.post(url, {field: str(foreign.pk)})
    assert wrong.status_code == 422
    assert wrong.context["placing"].errors[str(row.pk)]
    client.post(url, {field: str(model.pk), f"workshop-{paid.pk}": str(model.pk)})
    assert done(plan)["Modul"] == ("1 kegiatan, terakhir 1 Okt 2026", 1_000)
    n = Activity.history.count()
    held(bureau, plan.agreement, date(2026, 10, 1), rupiah=1_000)
    assert Activity.history.count() == n, "again changes nothing"
    assert held(bureau, plan.agreement, date(2026, 11, 2)).plan_line == model
    client.post(url, {field: ""})
    assert held(bureau, plan.agreement, date(2026, 2, 2)).plan_line is None, "a person took it away"
    client.post(url, {field: str(model.pk)})
    assert held(bureau, plan.agreement, date(2027, 1, 2)).plan_line is None


def make_line(memorandum: Agreement, bureau: Bureau) -> Any:
    other = begin_work_plan(memorandum, year=2027, by=bureau.admin, now=NOW)
    write_lines(other, lines=LINES[:1], by=bureau.admin, now=NOW)
    return other.lines.get()


def test_report_names_a_line_of_its_year(client: Client, scene: Any, plan: WorkPlan) -> None:
    bureau, java, _bali = scene
    client.force_login(java.admin)
    url = reverse("activity_create", args=[plan.memorandum_id])
    line, next_year = plan.lines.get(activity="Evaluasi"), make_line(plan.memorandum, bureau)
    sent = {"title": "Rapat evaluasi", "held_on": "2026-11-20", "result_ours": "Dua naskah"}
    wrong = client.post(url, sent | {"plan_line": str(next_year.pk)})
    assert "rencana kerja tahun lain" in str(wrong.context["form"].errors["plan_line"])
    assert "Dua naskah" in wrong.content.decode()
    assert done(plan)["Evaluasi"] == ("Belum", 0)
    promise = Commitment.objects.create(agreement=plan.memorandum, what="Dana", measure="rupiah", quantity=9_000_000)
    amount = {"commitment": str(promise.pk), "amount": "7.000.000"}
    assert client.post(url, sent | amount | {"plan_line": str(line.pk)}).status_code == 302
    assert done(plan)["Evaluasi"] == ("1 kegiatan, terakhir 20 Nov 2026", 7_000_000)
    assert "RKT 2026: <a" in client.get(reverse("agreement_implementation", args=[plan.memorandum_id])).content.decode()
    planless = make_agreement(java.unit, title="Tanpa rencana", number="PKS-9")
    elsewhere = client.get(reverse("activity_create", args=[planless.pk]))
    assert "plan_line" not in elsewhere.context["form"].fields, "that agreement has no plan"
    facts = ActivityFacts(title="x", held_on=TODAY, plan_line=line)
    with pytest.raises(LineIsOfAnotherPlan):
        report_activity(java.agreement, facts=facts, unit=java.unit, by=java.admin, now=NOW)


def test_line_that_was_carried_out_keeps_its_deeds(client: Client, scene: Any, plan: WorkPlan) -> None:
    bureau = scene[0]
    held(bureau, plan.agreement, date(2026, 3, 31))
    first = plan.lines.get(activity="Pelatihan")
    with pytest.raises(TermRefusal, match="sudah dilaksanakan"):
        write_lines(plan, lines=LINES[1:], by=bureau.admin, now=NOW)
    assert plan.lines.count() == 3
    client.force_login(bureau.admin)
    url = reverse("work_plan_edit", args=[plan.pk])
    rows = client.get(url).context["lines"].initial_forms
    data = {"lines-TOTAL_FORMS": "3", "lines-INITIAL_FORMS": "3"}
    for n, row in enumerate(rows):
        data |= {f"lines-{n}-{name}": str(value or "") for name, value in row.initial.items()}
    client.post(url, data | {"lines-0-activity": "Pelatihan pelatih", "lines-0-quarter": "4", "lines-1-DELETE": "on"})
    first.refresh_from_db()
    assert (first.activity, first.quarter) == ("Pelatihan pelatih", 4)
    assert set(done(plan)) == {"Pelatihan pelatih", "Modul"}
    assert done(plan)["Pelatihan pelatih"][0].startswith("1 kegiatan")


def test_papers_and_page_say_what_was_done(client: Client, scene: Any, plan: WorkPlan) -> None:
    held(scene[0], plan.agreement, date(2026, 3, 31), rupiah=5_000_000)
    client.force_login(scene[0].admin)
    page = " ".join(client.get(reverse("work_plan_detail", args=[plan.pk])).content.decode().split())
    paper = client.get(reverse("work_plan_pdf", args=[plan.pk]))
    text = " ".join(" ".join(part.extract_text() for part in PdfReader(io.BytesIO(paper.content)).pages).split())
    word = docx.Document(io.BytesIO(client.get(reverse("work_plan_docx", args=[plan.pk])).content))
    cells = " ".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    for words in ("1 kegiatan, terakhir 31 Mar 2026", "5.000.000", "1 dari 3 baris", "Belum"):
        assert words in page
        assert words in text
        assert words in cells


def test_day_of_a_report_is_the_day_in_jakarta(scene: Any, plan: WorkPlan) -> None:
    facts: dict[str, Any] = {
        "unit": scene[1].unit,
        "by": scene[0].admin,
        "now": datetime(2026, 11, 20, 18, 0, tzinfo=UTC),
    }
    report_activity(plan.memorandum, facts=ActivityFacts(title="x", held_on=date(2026, 11, 21)), **facts)
    with pytest.raises(ActivityIsInTheFuture):
        report_activity(plan.memorandum, facts=ActivityFacts(title="x", held_on=date(2026, 11, 22)), **facts)
