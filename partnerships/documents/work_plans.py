"""The yearly work plan, as PDF and as DOCX, from the same facts."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from partnerships.models import ApprovalSide, WorkPlan
from toolkit.local_times import day_line, day_short
from toolkit.papers import Paper, set_pdf
from toolkit.rupiah import rupiah

QUARTERS = {1: "I", 2: "II", 3: "III", 4: "IV"}


@dataclass(frozen=True)
class PlanPaper:
    """All texts in the reader's language."""

    title: str
    subtitle: str
    letterhead: list[str]
    facts: list[tuple[str, str]]
    head: list[str]
    lines: list[list[str]]
    approval_head: list[str]
    approvals: list[list[str]]


def plan_paper(plan: WorkPlan) -> PlanPaper:
    """Reads lines, parties and approvals; needs `agreement.owner_unit` and `memorandum`."""
    agreement, unit = plan.agreement, plan.agreement.owner_unit
    lines = list(plan.lines.with_done().order_by("position", "pk"))
    approvals = {row.side: row for row in plan.approvals.order_by("pk")}
    parties = agreement.parties.select_related("unit", "organization").order_by("position", "pk")
    names = [party.unit.official_name if party.unit else getattr(party.organization, "name", "") for party in parties]
    total = sum(line.budget or 0 for line in lines)
    cost = sum(line.cost for line in lines)
    n_done = sum(line.n_done > 0 for line in lines)
    term = ""
    if agreement.effective_from and agreement.effective_until:
        term = f"{day_line(agreement.effective_from)} – {day_line(agreement.effective_until)}"
    facts = [
        (_("Memorandum"), f"{plan.memorandum.number} {plan.memorandum.title}".strip()),
        (_("Para pihak"), "; ".join(names)),
        (_("Masa"), term),
        (_("Jumlah anggaran"), rupiah(total)),
        (_("Sudah dilaksanakan"), _("%(n)d dari %(all)d baris") % {"n": n_done, "all": len(lines)} if lines else ""),
        (_("Biaya realisasi"), rupiah(cost) if cost else ""),
    ]
    rows = []
    for side in ApprovalSide:
        row = approvals.get(side.value)
        rows.append([str(side.label), row.approver if row else "", day_short(row.approved_on) if row else _("Belum")])
    return PlanPaper(
        title=_("Rencana kerja tahunan %(year)d") % {"year": plan.year},
        subtitle=plan.memorandum.title,
        letterhead=unit.letterhead.splitlines() or [unit.official_name],
        facts=[fact for fact in facts if fact[1]],
        head=[
            _("No."),
            _("Kegiatan"),
            _("Triwulan"),
            _("Tempat"),
            _("Penanggung jawab"),
            _("Anggaran"),
            _("Pelaksanaan"),
        ],
        lines=[
            [
                str(n),
                line.activity,
                QUARTERS[line.quarter],
                line.place or "–",
                line.get_responsible_display(),
                rupiah(line.budget) if line.budget is not None else "–",
                f"{line.done}, {rupiah(line.cost)}" if line.cost else line.done,
            ]
            for n, line in enumerate(lines, start=1)
        ],
        approval_head=[_("Pihak"), _("Nama dan jabatan"), _("Disetujui")],
        approvals=rows,
    )


def plan_pdf_of(plan: WorkPlan, *, language: str) -> bytes:
    words = {
        "lines": _("Kegiatan"),
        "approvals": _("Persetujuan"),
        "no_lines": _("Belum ada kegiatan."),
        "page": _("Halaman"),
    }
    return set_pdf("partnerships/papers/work_plan.typ", {**vars(plan_paper(plan)), "words": words, "lang": language})


def plan_docx_of(plan: WorkPlan) -> bytes:
    facts = plan_paper(plan)
    paper = Paper(title=facts.title, letterhead=facts.letterhead, subtitle=facts.subtitle)
    paper.facts(facts.facts)
    paper.heading(_("Kegiatan"))
    if facts.lines:
        paper.table(facts.head, facts.lines, widths=[0.9, 3.6, 1.7, 2.3, 2.5, 2.7, 3.1])
    else:
        paper.text(_("Belum ada kegiatan."))
    paper.heading(_("Persetujuan"))
    paper.table(facts.approval_head, facts.approvals, widths=[5, 8, 3.6])
    return paper.content()
