"""Signed copies on their way: one waits, one was returned, one is late, one is verified, and two are
published."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.base import ContentFile

from dashboard.management.sample.agreements import Deed, make_deed, one_page_pdf
from dashboard.management.sample.post import file_due
from dashboard.management.sample.scene import Scene
from partnerships.actions.publishing import publish_agreement, redact_copy
from partnerships.actions.submissions import return_submission, submit_copy, verify_submission
from partnerships.documents.public_copies import Box
from partnerships.models import Agreement, AgreementFile, ChecklistPoint, KindCode, Submission
from units.models import User

REASON = "Halaman 2 belum ditandatangani pihak kedua, dan nomor mitra pada naskah berbeda dari isian formulir."


@dataclass(frozen=True)
class Step:
    """Days ago of each step; None means that it has not been taken."""

    handed_in: int
    returned: int | None = None
    verified: int | None = None
    published: int | None = None


def load_submissions(scene: Scene) -> None:
    today = scene.now.date()
    jepara, kanwil = scene.units["Rutan Kelas IIB Jepara"], scene.units["Kanwil Jawa Tengah"]
    kinds = KindCode
    deeds = [
        ("Pembinaan keterampilan menjahit bagi warga binaan", "W.13-HH.05.05-031", jepara, "kampus", Step(2)),
        ("Penyuluhan hukum dan literasi media", "W.13-HH.05.05-029", jepara, "joglo", Step(8, returned=5)),
        ("Layanan perpustakaan keliling", "W.13-HH.05.05-026", jepara, "kampus", Step(15)),
        ("Magang mahasiswa di Kanwil Jawa Tengah", "W.13-HH.04.02-214", kanwil, "kampus", Step(9, verified=3)),
        ("Peliputan kegiatan pembinaan", "W.13-HH.05.05-018", jepara, "joglo", Step(40, verified=36, published=33)),
        ("Rujukan kesehatan warga binaan", "W.13-HH.05.05-014", jepara, "rsud", Step(60, verified=57, published=55)),
    ]  # fmt: skip
    for number, (title, reference, owner, partner, step) in enumerate(deeds):
        first = today - timedelta(days=step.handed_in + 6)
        deed = Deed(
            kinds.COOPERATION,
            title,
            reference,
            owner,
            scene.partners[partner],
            first,
            first + timedelta(days=730 + number),
        )
        made = scene.now - timedelta(days=step.handed_in)
        agreement = make_deed(deed, by=scene.users["operator.jepara"], now=made)
        _name_signatories(agreement)
        _take_steps(scene, agreement, _scan(title, reference, first), step)


def _name_signatories(agreement: Agreement) -> None:
    names = [("Arum Suryacontoh", "Kepala Rutan"), ("Bima Karyateladan", "Direktur")]
    for party, (name, position) in zip(agreement.parties.order_by("position"), names, strict=True):
        party.signatory_name, party.signatory_position = name, position
        party.save()


def _scan(title: str, reference: str, day: date) -> bytes:
    lines = [
        "PERJANJIAN KERJA SAMA", f"Nomor {reference}", title, "",
        "Pada hari ini para pihak bersepakat sebagai berikut.",
        f"Ditandatangani {day:%d-%m-%Y}", "", "Pihak Kesatu                         Pihak Kedua", "", "",
        "Arum Suryacontoh                 Bima Karyateladan", "NIP 19700101 199501 2 001", "Telepon 0812-0000-0000",
        "", "Naskah contoh Portal Humas",
    ]  # fmt: skip
    return one_page_pdf(lines)


def _take_steps(scene: Scene, agreement: Agreement, content: bytes, step: Step) -> None:
    operator, checker, bureau = (scene.users[name] for name in ("operator.jepara", "admin.jateng", "petugas.kerjasama"))
    file = ContentFile(content, name="naskah-bertanda-tangan.pdf")
    handed_in_at = scene.now - timedelta(days=step.handed_in)
    submission = submit_copy(agreement, file=file, facts=None, by=operator, now=handed_in_at)
    file_due(handed_in_at)
    points = list(ChecklistPoint.objects.in_use())
    if step.returned is not None:
        returned_at = scene.now - timedelta(days=step.returned)
        return_submission(submission, reason=REASON, ticked=points[2:], by=checker, now=returned_at)
        file_due(returned_at)
    if step.verified is not None:
        verified_at = scene.now - timedelta(days=step.verified)
        verify_submission(submission, ticked=points, by=checker, now=verified_at)
        file_due(verified_at)
    if step.published is not None:
        _publish(agreement, submission, checker, bureau, scene, step.published)


def _publish(
    agreement: Agreement, submission: Submission, checker: User, bureau: User, scene: Scene, days: int
) -> None:
    published_at = scene.now - timedelta(days=days)
    copy: AgreementFile = redact_copy(
        submission.file, boxes=[Box(1, 0.1, 0.424, 0.5, 0.052)], by=checker, now=published_at
    )
    publish_agreement(agreement, public_file=copy, by=bureau, now=published_at)
    file_due(published_at)
