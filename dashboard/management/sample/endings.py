"""Ends of terms: one extended, one renewed, a re-evaluation that is half answered, and the work plan of this year."""

from datetime import timedelta

from dashboard.management.sample.agreements import Deed, make_deed
from dashboard.management.sample.scene import Scene
from partnerships.actions.activities import ActivityFacts, report_activity
from partnerships.actions.campaigns import Answer, CampaignFacts, answer_items, start_campaign, write_campaign
from partnerships.actions.endings import SuccessorFacts, extend_term, renew_agreement
from partnerships.actions.work_plans import LineFacts, record_approval, write_lines
from partnerships.models import AgreementLink, KindCode, LinkKind, WorkPlan
from toolkit.history import save_by


def load_endings(scene: Scene) -> None:
    _extended_and_renewed(scene)
    _work_plan(scene)
    _campaign(scene)


def _extended_and_renewed(scene: Scene) -> None:
    today, officer = scene.today, scene.users["petugas.kerjasama"]
    kanwil, kinds = scene.units["Kanwil Jawa Tengah"], KindCode
    near, soon = today + timedelta(days=25), today + timedelta(days=75)
    extended = make_deed(
        Deed(
            kinds.COOPERATION, "Pembinaan literasi digital pegawai", "W.13-HH.04.02-140", kanwil,
            scene.partners["joglo"], today - timedelta(days=705), near, "pks-literasi.pdf",
        ),
        by=officer, now=scene.now,
    )  # fmt: skip
    extend_term(
        extended,
        seen_until=near,
        new_until=near + timedelta(days=365),
        reason="Kegiatan tahun kedua sudah direncanakan bersama mitra.",
        by=officer,
        now=scene.now,
        today=today,
    )
    ending = make_deed(
        Deed(
            kinds.COOPERATION, "Magang mahasiswa di kantor wilayah", "W.13-HH.04.02-152", kanwil,
            scene.partners["kampus"], today - timedelta(days=655), soon, "pks-magang.pdf",
        ),
        by=officer, now=scene.now,
    )  # fmt: skip
    facts = SuccessorFacts(ending.agreement_type, ending.title, soon + timedelta(days=1), soon + timedelta(days=730))
    renew_agreement(
        ending,
        seen_until=soon,
        facts=facts,
        reason="Naskah baru memuat nama kementerian yang baru.",
        by=officer,
        now=scene.now,
        today=today,
    )


def _work_plan(scene: Scene) -> None:
    """Under the memorandum with the foundation: two of four sides have agreed, one line has been carried out."""
    officer, agreement, memorandum = scene.users["petugas.kerjasama"], scene.agreements["rkt"], scene.agreements["fns"]
    if not agreement.links_to_earlier.filter(earlier=memorandum, kind=LinkKind.IMPLEMENTS).exists():
        save_by(AgreementLink(later=agreement, earlier=memorandum, kind=LinkKind.IMPLEMENTS), by=officer, now=scene.now)
    plan = WorkPlan(agreement=agreement, memorandum=memorandum, year=scene.today.year)
    save_by(plan, by=officer, now=scene.now)
    lines = (
        LineFacts("Pelatihan pelatih media sosial", 1, "Jakarta", 85_000_000, "both"),
        LineFacts("Workshop media sosial untuk Kanwil", 3, "Jakarta dan daring", 240_000_000, "partner"),
        LineFacts("Penyusunan modul komunikasi krisis", 3, "", 60_000_000, "ours"),
        LineFacts("Evaluasi bersama dan laporan tahunan", 4, "Jakarta", None, "both"),
    )
    write_lines(plan, lines=lines, by=officer, now=scene.now)
    module = ActivityFacts(
        title="Modul komunikasi krisis selesai disusun",
        held_on=scene.today,
        plan_line=plan.lines.get(activity=lines[2].activity),
        result_ours="Modul dipakai pada pelatihan Kanwil.",
        result_partner="Modul terbit dengan nama kedua pihak.",
    )
    report_activity(memorandum, facts=module, unit=memorandum.owner_unit, by=officer, now=scene.now)
    for side, approver, days in (
        ("bureau", "Kepala Biro Humas, Hukum, dan Kerja Sama", 20),
        ("partner", "Direktur kantor perwakilan", 12),
    ):
        record_approval(
            plan,
            side=side,
            approver=approver,
            approved_on=scene.today - timedelta(days=days),
            file=None,
            by=officer,
            now=scene.now,
            today=scene.today,
        )


def _campaign(scene: Scene) -> None:
    """After the ministry was split: the agreements of Jawa Tengah, half of them answered."""
    admin, today = scene.users["admin.biro"], scene.today
    facts = CampaignFacts(
        title="Penyesuaian nama kementerian",
        reason="Nama kementerian berubah. Nilai setiap perjanjian: tetap berlaku, perlu adendum nama para pihak, "
        "atau diakhiri karena tugasnya berpindah.",
        due_on=today + timedelta(days=30),
        units=(scene.units["Kanwil Jawa Tengah"],),
        kinds=(),
    )
    campaign = write_campaign(None, facts=facts, by=admin, now=scene.now)
    start_campaign(campaign, by=admin, now=scene.now, today=today)
    items = list(campaign.items.order_by("pk"))
    answers = [
        Answer(item.pk, answer, note)
        for item, (answer, note) in zip(
            items, (("keep", ""), ("addendum", "Nama kementerian pada komparisi")), strict=False
        )
    ]
    answer_items(campaign, answers=answers, by=admin, now=scene.now)
