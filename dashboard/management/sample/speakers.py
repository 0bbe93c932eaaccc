"""Speakers of the sample: what is known of them, what they were asked and answered, and the committee beside them."""

import io
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from dashboard.management.sample.agreements import one_page_pdf
from dashboard.management.sample.scene import Scene, at
from toolkit.pictures import plain_photo
from toolkit.presentations import check_presentation
from toolkit.uploads import check_pdf
from workshops.actions.committee import DecreeFacts, MemberFacts, save_committee, save_decree
from workshops.actions.speaker_invitations import (
    HandedIn,
    HandedPresentation,
    Profile,
    Reply,
    Span,
    ask_speakers,
    keep_handed_in,
    to_ask,
)
from workshops.actions.speakers import keep_photo, score_speaker
from workshops.models import (
    CommitteeMember,
    HonorariumGrade,
    SessionRole,
    Speaker,
    SpeakerAnswer,
    SpeakerInvitation,
    Workshop,
)

EXPERT, JOURNALIST, HOST = "Pandu Lambangsari", "Oki Sampelningrat", "Yuni Tirucahya"
# Field of expertise and grade of those whom the register knows better.
KNOWN = {
    EXPERT: ("Strategi media sosial", HonorariumGrade.EXPERT),
    JOURNALIST: ("Komunikasi krisis", HonorariumGrade.EXPERT),
    HOST: ("Kehumasan", HonorariumGrade.ECHELON_3_BELOW),
    "Hendra Contohnegara": ("Kebijakan kehumasan", HonorariumGrade.ECHELON_2),
    "Hana Bayanguna": ("Pemberdayaan masyarakat", HonorariumGrade.EXPERT),
}
BIOGRAPHY = (
    "Pegiat media sosial sejak 2009. Mendampingi lembaga negara menyusun rencana konten, mengukur keterlibatan, dan "
    "menjawab isu dalam satu hari kerja."
)
Role = CommitteeMember.Role


def question_speakers(scene: Scene, workshop: Workshop) -> None:
    """Six days ago the people of the agenda were asked whether they come."""
    asked = to_ask(workshop).filter(name__in=[EXPERT, JOURNALIST, HOST, "Hana Bayanguna"])
    ask_speakers(
        workshop,
        speakers=asked,
        reply_deadline=at(scene.today + timedelta(days=6), "16.00"),
        by=scene.users["staf.biro"],
        now=at(scene.today - timedelta(days=6), "09.00"),
    )


def speakers_answer(scene: Scene, workshop: Workshop) -> None:
    """One comes and has sent everything, one proposes another time, one said yes by telephone, one is silent."""
    asked = {row.speaker.name: row for row in SpeakerInvitation.objects.filter(workshop=workshop)}
    now = at(scene.today - timedelta(days=2), "19.30")
    _expert_answers(scene, asked[EXPERT])
    session = SessionRole.objects.get(session__workshop=workshop, speaker__name=JOURNALIST).session
    proposal = Reply(
        answer=SpeakerAnswer.PROPOSED,
        note="Pagi itu ada rapat redaksi.",
        session=session,
        starts_at=session.starts_at + timedelta(hours=5) if session.starts_at else None,
        proposed_time="sesudah makan siang",
    )
    keep_handed_in(asked[JOURNALIST], parts=HandedIn(reply=proposal), now=now)
    by_telephone = Reply(answer=SpeakerAnswer.ACCEPTED, note="Lewat telepon.")
    keep_handed_in(asked[HOST], parts=HandedIn(reply=by_telephone), by=scene.users["staf.biro"], now=now)


def _expert_answers(scene: Scene, invitation: SpeakerInvitation) -> None:
    content = one_page_pdf(["Rencana konten satu bulan", "Bahan paparan contoh"])
    name = "rencana-konten.pdf"
    file = ContentFile(content, name=name)
    away = at(scene.today + timedelta(days=40), "08.00")
    parts = HandedIn(
        reply=Reply(answer=SpeakerAnswer.ACCEPTED, note="Dengan senang hati."),
        profile=Profile(printed_title="Praktisi media sosial (Ki Contoh)", biography=BIOGRAPHY),
        photo=_drawn_face("#1d6a66"),
        presentation=HandedPresentation(file, name, check_presentation(file, name)),
        spans=[Span(away, away + timedelta(days=2), "Di luar kota")],
    )
    keep_handed_in(invitation, parts=parts, now=at(scene.today - timedelta(days=4), "20.15"))


def _drawn_face(colour: str) -> bytes:
    """Nobody's portrait: head and shoulders as a sign."""
    picture = Image.new("RGB", (480, 480), "#eef2f1")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((160, 90, 320, 250), fill=colour)
    pen.ellipse((80, 290, 400, 620), fill=colour)
    made = io.BytesIO()
    picture.save(made, "PNG")
    return plain_photo(ContentFile(made.getvalue()))


def know_speakers(scene: Scene) -> None:
    """Fields, grades and pen names, and how those of past events were judged."""
    for name, (field, grade) in KNOWN.items():
        Speaker.objects.filter(name=name).update(field_of_expertise=field, honorarium_grade=grade)
    Speaker.objects.filter(name=EXPERT).update(alias="Ki Contoh")
    keep_photo(
        Speaker.objects.filter(name=HOST).order_by("pk")[0],
        photo=_drawn_face("#8a5a2b"),
        by=scene.users["staf.biro"],
        now=scene.now,
    )
    heard = SessionRole.objects.filter(
        role=SessionRole.Role.SPEAKER, speaker__isnull=False, session__workshop__ends_at__lt=scene.now
    )
    pairs = heard.order_by("session__workshop", "speaker").values_list("session__workshop", "speaker").distinct()
    for n, (workshop_pk, speaker_pk) in enumerate(list(pairs)[:12]):
        score_speaker(
            Speaker.objects.get(pk=speaker_pk),
            workshop=Workshop.objects.get(pk=workshop_pk),
            score=Decimal("4.10") + Decimal(n % 7) / 10,
            n_answers=18 + n * 3 % 20,
            source="Formulir evaluasi akhir kegiatan",
            by=scene.users["staf.biro"],
            now=scene.now,
        )


def appoint_committee(scene: Scene, workshop: Workshop) -> None:
    by, bureau = scene.users["admin.biro"], scene.units["Biro Humas"]
    rows = [
        (Role.RESPONSIBLE, "Hendra Contohnegara", "Kepala Biro"),
        (Role.CHAIR, scene.people.name(), "Kepala Bagian Humas"),
        (Role.SECRETARY, scene.people.name(), "Pranata Humas Ahli Muda"),
        (Role.PROGRAMME, scene.people.name(), "Pranata Humas Ahli Pertama"),
        (Role.CATERING, scene.people.name(), "Pengadministrasi Umum"),
        (Role.DOCUMENTATION, scene.people.name(), "Pranata Komputer Ahli Pertama"),
    ]
    members = [MemberFacts(role=role, name=name, position=position, unit=bureau) for role, name, position in rows]
    save_committee(workshop, members=members, by=by, now=scene.now)
    day: date = scene.today - timedelta(days=20)
    number = f"SEK.3-{day:%m}.HH.04.01 TAHUN {day.year}"
    content = one_page_pdf(["KEPUTUSAN KEPALA BIRO (CONTOH)", number, "Pembentukan panitia"])
    file = ContentFile(content, name="sk-panitia.pdf")
    save_decree(
        workshop,
        facts=DecreeFacts(
            number=number,
            decided_on=day,
            subject=f"Pembentukan Panitia {workshop.title}",
            signatory="Hendra Contohnegara",
            signing_position="Kepala Biro",
        ),
        file=file,
        file_facts=check_pdf(file),
        by=by,
        now=scene.now,
    )
