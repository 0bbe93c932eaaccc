"""Rows for tests, without surprises: a bureau, and whole Kanwil of which each personal text carries a canary."""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from jobs.models import Job, JobState
from outbox.actions import plan_letters
from outbox.models import Channel, Message, State, Topic
from outbox.registry import planners
from participants.models import Allocation, Invitation, Participant, Registration
from partnerships.actions.texts import refresh_words
from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementParty,
    Campaign,
    CampaignBatch,
    CampaignItem,
    FileKind,
    KindCode,
    Organization,
    OrganizationKind,
    Publication,
    WorkPlan,
    WorkPlanApproval,
    WorkPlanLine,
)
from tests.partnerships.deeds_rows import Deeds, make_deeds
from tests.workshops.preparation_rows import Preparation, make_preparation
from units.access import Role
from units.models import Level, Unit, UnitContact, UnitGroup, UnitKind, User, Zone
from workshops.actions.releases import release_agenda
from workshops.models import (
    ActionItem,
    AgendaItem,
    AudienceSegment,
    Budget,
    BudgetLine,
    BudgetRealization,
    CalendarFeed,
    CommitteeDecree,
    CommitteeMember,
    CostKind,
    FundingSource,
    MeetingAttendee,
    MeetingPackage,
    MeetingState,
    Mode,
    PlanningMeeting,
    Session,
    SessionRole,
    Speaker,
    SpeakerAnswer,
    SpeakerInvitation,
    SpeakerPresentation,
    SpeakerScore,
    SpeakerUnavailability,
    StandardCost,
    Venue,
    VenueCandidate,
    VenueContact,
    VenueRoom,
    VenueUse,
    Workshop,
    WorkshopAudience,
    WorkshopKind,
    WorkshopState,
    plan_total,
)

PASSWORD = "kata-sandi-uji-2026"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def make_unit(name: str, *, parent: Unit | None = None, level: str = Level.TECHNICAL_UNIT, **fields: Any) -> Unit:
    """A unit at the end of its parent's children."""
    unit = Unit(parent=parent, official_name=name, short_name=name[:100], level=level, path=uuid.uuid4().hex, **fields)
    unit.save()
    unit.path = f"{parent.path if parent else ''}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def make_user(email: str, *, role: str, unit: Unit | None = None, **fields: Any) -> User:
    fields = {"full_name": email.partition("@")[0], "password": PASSWORD} | fields
    return User.objects.create_user(email, role=role, unit=unit, **fields)


def make_workshop(organizer: Unit, *, now: datetime, title: str = "Workshop Media Sosial", **fields: Any) -> Workshop:
    """A workshop with open registration in three weeks."""
    starts_at = now.replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=21)
    topic = Topic.objects.create(label=title, owner=organizer)
    values: dict[str, Any] = {
        "title": title,
        "kind": WorkshopKind.WORKSHOP,
        "mode": Mode.HYBRID,
        "state": WorkshopState.REGISTRATION,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=8),
        "calendar_on": starts_at.date(),
        "organizer_unit": organizer,
        "registration_opens_at": now - timedelta(days=1),
        "registration_deadline": starts_at - timedelta(days=3),
        "topic": topic,
        "created_at": now,
    }
    return Workshop.objects.create(**values | fields)


def make_invitation(
    workshop: Workshop, unit: Unit, *, now: datetime, onsite: int = 2, online: int = 2, **fields: Any
) -> Invitation:
    """An invitation with all its seats allocated to the unit itself."""
    WorkshopAudience.objects.get_or_create(workshop=workshop, unit=unit)
    values = {
        "reply_deadline": now + timedelta(days=10),
        "invited_at": now,
        "seats_onsite": onsite,
        "seats_online": online,
    }
    invitation = Invitation.objects.create(workshop=workshop, unit=unit, **values | fields)
    Allocation.objects.create(invitation=invitation, unit=unit, seats_onsite=onsite, seats_online=online)
    return invitation


def make_participant(unit: Unit, *, nip: str | None, name: str, now: datetime, **fields: Any) -> Participant:
    return Participant.objects.create(employee_number=nip, full_name=name, unit=unit, created_at=now, **fields)


def make_registration(
    participant: Participant, allocation: Allocation, *, now: datetime, **fields: Any
) -> Registration:
    values = {"mode": Mode.ONSITE, "position": participant.position, "unit": participant.unit, "registered_at": now}
    return Registration.objects.create(
        workshop=allocation.invitation.workshop, participant=participant, allocation=allocation, **values | fields
    )


def make_message(*, kind: str, to: str, name: str, now: datetime, channel: str = "mail", **fields: Any) -> Message:
    """A letter as the planner would have written it; waiting unless a state is given."""
    key = f"{kind}:test:{uuid.uuid4().hex}"
    values = {"not_before": now, "created_at": now, "message_id": f"{uuid.uuid4().hex}@humas.invalid"}
    return Message.objects.create(
        dedup_key=key,
        kind=kind,
        channel=Channel.objects.get_or_create(name=channel)[0],
        to_addr=to,
        recipient_name=name,
        **values | fields,
    )


def make_question(workshop: Workshop, speaker: Speaker, *, now: datetime, **fields: Any) -> SpeakerInvitation:
    """A speaker asked for this workshop, who has not answered."""
    values = {"reply_deadline": now + timedelta(days=10), "asked_at": now}
    return SpeakerInvitation.objects.create(workshop=workshop, speaker=speaker, **values | fields)


def make_presentation(
    invitation: SpeakerInvitation, *, name: str, now: datetime, content: bytes = PDF
) -> SpeakerPresentation:
    kept = SpeakerPresentation(
        invitation=invitation,
        original_name=name,
        content_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=now,
    )
    kept.file.save(name, ContentFile(content))
    return kept


def make_decree(workshop: Workshop, *, number: str, by: User, now: datetime, content: bytes = PDF) -> CommitteeDecree:
    decree = CommitteeDecree(
        workshop=workshop,
        number=number,
        decided_on=date(2026, 11, 2),
        subject="Pembentukan panitia",
        original_name=f"{number}.pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        n_pages=1,
        uploaded_at=now,
        uploaded_by=by,
    )
    decree.file.save("sk.pdf", ContentFile(content), save=False)
    decree.save()
    return decree


def make_job(owner: User, *, now: datetime, **fields: Any) -> Job:
    """An import that is done and left a sheet of wrong rows."""
    result = default_storage.save(f"jobs/{uuid.uuid4().hex}.xlsx", ContentFile(b"PK"))
    values = {"state": JobState.DONE, "finished_at": now, "result": result, "result_name": "baris-salah.xlsx"}
    values |= {"result_size": 2, "result_until": now + timedelta(days=7)}
    return Job.objects.create(kind="partnerships.import", owner=owner, created_at=now, **values | fields)


def make_cost(code: str = "SBM-1", *, fiscal_year: int = 2026, **fields: Any) -> StandardCost:
    values = {"kind": CostKind.OTHER, "description": "Biaya contoh", "unit": "OK", "cap": 100_000}
    return StandardCost.objects.create(code=code, fiscal_year=fiscal_year, **values | fields)


def make_line(workshop: Workshop, *, description: str = "Konsumsi", **fields: Any) -> BudgetLine:
    """A line of 10 OK of 50.000 in the workshop's budget of 2026, paid from the DIPA unless an agreement is given."""
    budget, _is_new = Budget.objects.get_or_create(workshop=workshop, defaults={"fiscal_year": 2026})
    values: dict[str, Any] = {
        "account_code": "521211",
        "volume1": Decimal("10.00"),
        "unit1": "OK",
        "unit_price": 50_000,
        "position": budget.lines.count() + 1,
        "funding_source": FundingSource.PARTNER if fields.get("agreement") else FundingSource.DIPA,
    }
    line = BudgetLine(budget=budget, description=description, **values | fields)
    line.planned = plan_total([line.volume1, line.volume2, line.volume3], line.unit_price)
    line.save()
    return line


def make_realization(line: BudgetLine, *, by: User, now: datetime, content: bytes = b"", **fields: Any) -> Any:
    values = {"amount": 100_000, "paid_on": date(2026, 11, 2), "document_number": "KW-1"}
    made = BudgetRealization(line=line, recorded_at=now, recorded_by=by, **values | fields)
    if content:
        made.original_name, made.size = f"{made.document_number}.pdf", len(content)
        made.file.save("bukti.pdf", ContentFile(content), save=False)
    made.save()
    return made


def make_venue(name: str = "Hotel Contoh", *, keeper: Unit | None, capacity: int = 100, **fields: Any) -> Venue:
    """A venue with one room, a fullday package of 2026 and a contact."""
    venue = Venue.objects.create(
        **{"name": name, "city": "Jakarta", "address": "Jalan Contoh 1"} | fields, keeper=keeper
    )
    VenueRoom.objects.create(venue=venue, name="Ruang Besar", theater=capacity)
    MeetingPackage.objects.create(venue=venue, kind="fullday", price=400_000, fiscal_year=2026)
    VenueContact.objects.create(venue=venue, name="Pengelola")
    return venue


def make_candidate(workshop: Workshop, venue: Venue, *, now: datetime, **fields: Any) -> VenueCandidate:
    return VenueCandidate.objects.create(workshop=workshop, venue=venue, added_at=now, **fields)


def make_meeting(workshop: Workshop, *, now: datetime, **fields: Any) -> PlanningMeeting:
    """A meeting that was held yesterday."""
    values: dict[str, Any] = {
        "title": "Rapat perencanaan",
        "starts_at": now - timedelta(days=1),
        "ends_at": now - timedelta(days=1) + timedelta(hours=2),
        "place": "Ruang rapat",
        "state": MeetingState.HELD,
        "created_at": now,
    }
    return PlanningMeeting.objects.create(workshop=workshop, **values | fields)


def make_action_item(meeting: PlanningMeeting, *, due_on: date, owner: User | None = None, **fields: Any) -> ActionItem:
    """To do for an account, or for an outsider with an address of the own; not issued unless told so."""
    name, email = (owner.full_name, owner.email) if owner else ("Orang Luar", "luar@mitra.test")
    values: dict[str, Any] = {"text": "Menyusun kerangka acuan", "owner_name": name, "owner_email": email}
    return ActionItem.objects.create(meeting=meeting, owner=owner, due_on=due_on, **values | fields)


@dataclass
class Bureau:
    """The national side: a ministry with its bureau, its people, and a workshop to which every Kanwil is asked."""

    ministry: Unit
    unit: Unit
    admin: User
    other_admin: User
    staff: User
    leader: User
    workshop: Workshop
    agreement: Agreement
    session: Session
    speaker: Speaker
    cost: StandardCost


@dataclass
class Kanwil:
    """One region with everything it can own. `secrets` are the texts that no other region may ever read."""

    name: str
    canary: str
    unit: Unit
    child: Unit
    admin: User
    operator: User
    officer: User
    disabled: User
    contact: UnitContact
    group: UnitGroup
    workshop: Workshop
    session: Session
    segment: AudienceSegment
    speaker: Speaker
    question: SpeakerInvitation
    presentation: SpeakerPresentation
    invitation: Invitation
    own_invitation: Invitation
    allocation: Allocation
    participant: Participant
    registration: Registration
    own_registration: Registration
    agreement: Agreement
    agreement_file: AgreementFile
    budget_line: BudgetLine
    realization: BudgetRealization
    message: Message
    feed: CalendarFeed
    venue: Venue
    venue_use: VenueUse
    candidate: VenueCandidate
    meeting: PlanningMeeting
    action_item: ActionItem
    preparation: Preparation
    campaign_batch: CampaignBatch
    plan_approval: WorkPlanApproval
    job: Job
    deeds: Deeds
    secrets: list[str] = field(default_factory=list)


def build_bureau(now: datetime | None = None) -> Bureau:
    now = now or timezone.now()
    ministry = make_unit("Kementerian Contoh", level=Level.MINISTRY)
    unit = make_unit("Biro Humas, Hukum dan Kerja Sama", parent=ministry, level=Level.BUREAU)
    admin = make_user("admin.biro@humas.test", role=Role.BUREAU_ADMIN, unit=unit, full_name="Admin Biro")
    other_admin = make_user("admin.kedua@humas.test", role=Role.BUREAU_ADMIN, unit=unit, full_name="Admin Kedua")
    workshop = make_workshop(unit, now=now, title="Workshop Nasional Media Sosial", person_in_charge=admin)
    starts_at = workshop.starts_at or now
    session = Session.objects.create(
        workshop=workshop,
        theme="Menulis untuk media sosial",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
    )
    speaker = Speaker.objects.create(name="Narasumber Pusat", unit=unit, email="narasumber@humas.test")
    SessionRole.objects.create(session=session, speaker=speaker)
    release_agenda(workshop, name="Versi 1", by=admin, now=now)
    agreement = make_agreement(unit, title="Perjanjian nasional", number="PKS-NAS-1")
    return Bureau(
        ministry=ministry,
        unit=unit,
        admin=admin,
        other_admin=other_admin,
        staff=make_user("staf.biro@humas.test", role=Role.BUREAU_STAFF, unit=unit, full_name="Staf Biro"),
        leader=make_user("pimpinan@humas.test", role=Role.LEADER, unit=unit, full_name="Pimpinan"),
        workshop=workshop,
        agreement=agreement,
        session=session,
        speaker=speaker,
        cost=make_cost(fiscal_year=now.year),
    )


def make_agreement(owner: Unit, *, title: str, number: str, **fields: Any) -> Agreement:
    values = {"effective_from": date(2026, 1, 1), "effective_until": date(2028, 12, 31), "signed_on": date(2026, 1, 1)}
    # A test that writes for good empties every table at its end, also of what the migrations put there.
    agreement = Agreement.objects.create(
        agreement_type_id=KindCode.COOPERATION, title=title, number=number, owner_unit=owner, **values | fields
    )
    refresh_words([agreement.pk], now=timezone.now())
    return agreement


def make_agreement_file(
    agreement: Agreement, *, name: str, by: User, now: datetime, content: bytes = PDF, kind: str = FileKind.SIGNED
) -> AgreementFile:
    copy = AgreementFile(
        agreement=agreement,
        kind=kind,
        original_name=name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        n_pages=1,
        uploaded_at=now,
        uploaded_by=by,
    )
    copy.file.save("naskah.pdf", ContentFile(content), save=False)
    copy.save()
    return copy


def make_campaign_batch(agreement: Agreement, region: Unit, *, canary: str, by: User, now: datetime) -> CampaignBatch:
    """A re-evaluation that is over, with one answer given in bulk."""
    campaign = Campaign.objects.create(
        title=f"Evaluasi {canary}",
        reason=f"Sebab {canary}",
        due_on=now.date(),
        created_at=now,
        created_by=by,
        started_at=now,
        closed_at=now,
    )
    batch = CampaignBatch.objects.create(campaign=campaign, answer="addendum", n_items=1, made_at=now, made_by=by)
    CampaignItem.objects.create(
        campaign=campaign,
        agreement=agreement,
        region=region,
        answer="addendum",
        note=f"Catatan {canary}",
        answered_at=now,
        answered_by=by,
        batch=batch,
    )
    return batch


def make_plan_approval(agreement: Agreement, *, canary: str, by: User, now: datetime) -> WorkPlanApproval:
    """A work plan of this year with a line, approved by the partner; it is its own memorandum, to add no agreement."""
    plan = WorkPlan.objects.create(agreement=agreement, memorandum=agreement, year=now.year)
    WorkPlanLine.objects.create(plan=plan, position=1, activity=f"Pelatihan {canary}", budget=1_000_000)
    return WorkPlanApproval.objects.create(
        plan=plan,
        side="partner",
        approver=f"Direktur {canary}",
        approved_on=now.date(),
        recorded_at=now,
        recorded_by=by,
    )


def publish_agreement(agreement: Agreement, *, by: User, now: datetime, content: bytes = PDF) -> Publication:
    """Shown to the public with a copy of its own, and found by its words."""
    copy = make_agreement_file(
        agreement, name="salinan-publik.pdf", by=by, now=now, content=content, kind=FileKind.PUBLIC
    )
    publication = Publication.objects.create(agreement=agreement, public_file=copy, published_at=now, published_by=by)
    refresh_words([agreement.pk], now=now)
    return publication


def _people_of(
    workshop: Workshop, session: Session, speaker: Speaker, canary: str, *, by: User, now: datetime
) -> tuple[SpeakerInvitation, SpeakerPresentation]:
    """The own speaker proposes another time and has handed in a file; a committee with its decree; a score."""
    speaker.photo.save("foto.jpg", ContentFile(b"\xff\xd8\xff\xd9"))
    question = make_question(
        workshop,
        speaker,
        now=now,
        answer=SpeakerAnswer.PROPOSED,
        answered_at=now,
        proposed_session=session,
        proposed_starts_at=session.starts_at + timedelta(hours=1),
        proposed_time=f"Siang {canary}",
        note=f"Pesan {canary}",
        printed_title=f"Jabatan {canary}",
    )
    presentation = make_presentation(
        question,
        name=f"paparan-{canary}.pdf",
        now=now,
        content=PDF.replace(b"endobj\n", f"endobj %{canary}\n".encode()),
    )
    day = session.starts_at + timedelta(days=30)
    SpeakerUnavailability.objects.create(
        speaker=speaker, starts_at=day, ends_at=day + timedelta(hours=2), note=f"Cuti {canary}"
    )
    SpeakerScore.objects.create(
        workshop=workshop, speaker=speaker, score=4, n_answers=3, source=f"Evaluasi {canary}", entered_at=now
    )
    CommitteeMember.objects.create(workshop=workshop, name=f"Ketua {canary}", role="chair", place=1)
    make_decree(workshop, number=f"SK-{canary}", by=by, now=now)
    return question, presentation


def build_kanwil(
    name: str, bureau: Bureau, *, number: int, now: datetime | None = None, has_letters: bool = True
) -> Kanwil:
    """A Kanwil `name` with a UPT, people, a workshop of its own, its part in the national one, an agreement with a
    signed copy, and letters. Each personal text of it holds `kenari<name>`; NIP and phone are its secrets too.

    Planning the letters takes longer than all the rest: without `has_letters` there is only one, which failed."""
    now = now or timezone.now()
    canary = f"kenari{name.lower()}"
    nip, other_nip = f"19870412201012{number}003", f"19910530201503{number}002"
    phone, whatsapp = f"+62 811-0{number}11-700", f"+62 811-0{number}22-800"
    unit = make_unit(
        f"Kantor Wilayah {name}",
        parent=bureau.ministry,
        level=Level.REGIONAL_OFFICE,
        tz=Zone.MAKASSAR,
        province=name,
        tile_row=number,
        tile_col=1,
    )
    child = make_unit(f"Rutan Kelas IIB {name}", parent=unit, kind=UnitKind.RUTAN)
    admin = make_user(f"admin.{canary}@humas.test", role=Role.REGIONAL_ADMIN, unit=unit, full_name=f"Admin {canary}")
    operator = make_user(
        f"operator.{canary}@humas.test", role=Role.UNIT_OPERATOR, unit=child, full_name=f"Operator {canary}"
    )
    officer = make_user(
        f"petugas.{canary}@humas.test",
        role=Role.UNIT_OPERATOR,
        unit=unit,
        full_name=f"Petugas {canary}",
        keeps_agreements=True,
    )
    disabled = make_user(
        f"bekas.{canary}@humas.test", role=Role.REGIONAL_ADMIN, unit=unit, full_name=f"Bekas {canary}", is_active=False
    )
    contact = UnitContact.objects.create(
        unit=unit,
        name=f"Narahubung {canary}",
        position=f"Kasubbag {canary}",
        email=f"humas.{canary}@humas.test",
        whatsapp=whatsapp,
    )
    UnitContact.objects.create(unit=child, name=f"Narahubung UPT {canary}", email=f"upt.{canary}@humas.test")
    group = UnitGroup.objects.create(name=f"Keresidenan {canary}", owner=unit)
    group.members.set([unit, child])
    workshop = make_workshop(
        unit,
        now=now,
        title=f"Bimtek {canary}",
        aims=f"Tujuan {canary}",
        venue=f"Aula {canary}",
        person_in_charge=admin,
        meeting_url=f"https://rapat.invalid/{canary}",
        meeting_id=f"ID {canary}",
        meeting_passcode=f"sandi {canary}",
    )
    starts_at = workshop.starts_at or now
    session = Session.objects.create(
        workshop=workshop, theme=f"Sesi {canary}", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)
    )
    speaker = Speaker.objects.create(
        name=f"Narasumber {name}", unit=unit, email=f"narasumber.{name.lower()}@humas.test", position="Praktisi"
    )
    SessionRole.objects.create(session=session, speaker=speaker, position_title=f"Praktisi {canary}")
    question, presentation = _people_of(workshop, session, speaker, canary, by=admin, now=now)
    release_agenda(workshop, name=f"Versi {canary}", by=admin, now=now)
    segment = AudienceSegment.objects.create(workshop=workshop, name=f"Segmen {canary}", mode=Mode.ONSITE, quota=10)
    # The part in the national workshop: accepted, two people, one seat passed on.
    invitation = make_invitation(
        bureau.workshop, unit, now=now, response=Invitation.Response.ACCEPTED, responded_at=now, responded_by=admin
    )
    allocation = invitation.allocations.get()
    Allocation.objects.create(invitation=invitation, unit=child, seats_onsite=1, seats_online=0)
    WorkshopAudience.objects.create(workshop=bureau.workshop, unit=child)
    participant = make_participant(
        unit,
        nip=nip,
        name=f"Peserta {canary}",
        now=now,
        phone=phone,
        email=f"peserta.{canary}@humas.test",
        position=f"Pranata {canary}",
    )
    other = make_participant(child, nip=other_nip, name=f"Peserta UPT {canary}", now=now)
    registration = make_registration(participant, allocation, now=now, represents=f"Mewakili {canary}")
    # The own workshop: the UPT is asked and has declined.
    own_invitation = make_invitation(
        workshop,
        child,
        now=now,
        response=Invitation.Response.DECLINED,
        responded_at=now,
        decline_reason=f"Alasan {canary}",
    )
    own_registration = make_registration(other, own_invitation.allocations.get(), now=now)
    partner = Organization.objects.create(name=f"Pemda {name}", kind=OrganizationKind.PROVINCE)
    agreement = make_agreement(unit, title=f"Perjanjian {canary}", number=f"PKS-{canary}", scope=f"Lingkup {canary}")
    AgreementParty.objects.create(agreement=agreement, position=1, unit=unit, signatory_name=f"Kakanwil {canary}")
    AgreementParty.objects.create(agreement=agreement, position=2, organization=partner, party_number=f"No {canary}")
    refresh_words([agreement.pk], now=now)
    agreement_file = make_agreement_file(
        agreement,
        name=f"naskah-{canary}.pdf",
        by=admin,
        now=now,
        content=PDF.replace(b"endobj\n", f"endobj %{canary}\n".encode()),
    )
    evidence = PDF + f"%{canary} bukti".encode()
    deeds = make_deeds(agreement, unit, canary=canary, content=evidence, by=admin, now=now)
    budget_line = make_line(workshop, description=f"Konsumsi {canary}", consent=f"Surat {canary}")
    Budget.objects.filter(workshop=workshop).update(officer_name=f"PPK {canary}", dipa_number=f"DIPA {canary}")
    realization = make_realization(
        budget_line, by=admin, now=now, document_number=f"KW-{canary}", content=PDF + f"%{canary}".encode()
    )
    message = make_message(
        kind="participants.invitation",
        to=contact.email,
        name=f"Narahubung {canary}",
        now=now,
        topic=bureau.workshop.topic,
        topic_rev=1,
        unit=unit,
        ref=invitation.pk,
        state=State.FAILED,
        last_error=f"550 {canary}",
    )
    if has_letters:
        for planner in planners():
            plan_letters(planner(now), now=now)
        message = Message.objects.get(kind="participants.confirmation", ref=registration.pk)
    # What the meeting left to do is so old that no letter is planned of it: it would be one more than tests count.
    long_ago = now - timedelta(days=60)
    venue = make_venue(f"Hotel {canary}", keeper=unit, city=f"Kota {canary}", notes=f"Catatan {canary}")
    venue_use = VenueUse.objects.create(
        venue=venue, event=f"Acara {canary}", used_on=now.date(), note="Baik", noted_at=now, noted_by=admin
    )
    candidate = make_candidate(workshop, venue, now=now, distance=f"Jarak {canary}")
    meeting = make_meeting(workshop, now=now, title=f"Rapat {canary}")
    MeetingAttendee.objects.create(meeting=meeting, name=f"Hadirin {canary}")
    topic = AgendaItem.objects.create(meeting=meeting, position=1, title=f"Topik {canary}", decision=f"Putus {canary}")
    action_item = make_action_item(
        meeting, due_on=long_ago.date(), owner=operator, text=f"Tugas {canary}", agenda_item=topic, issued_at=long_ago
    )
    return Kanwil(
        name=name,
        canary=canary,
        unit=unit,
        child=child,
        admin=admin,
        operator=operator,
        officer=officer,
        disabled=disabled,
        contact=contact,
        group=group,
        workshop=workshop,
        session=session,
        segment=segment,
        speaker=speaker,
        question=question,
        presentation=presentation,
        invitation=invitation,
        own_invitation=own_invitation,
        allocation=allocation,
        participant=participant,
        registration=registration,
        own_registration=own_registration,
        agreement=agreement,
        agreement_file=agreement_file,
        budget_line=budget_line,
        realization=realization,
        message=message,
        feed=CalendarFeed.objects.create(user=admin, made_at=now),
        venue=venue,
        venue_use=venue_use,
        candidate=candidate,
        meeting=meeting,
        action_item=action_item,
        preparation=make_preparation(workshop, unit, canary=canary, by=admin, now=now),
        campaign_batch=make_campaign_batch(agreement, unit, canary=canary, by=admin, now=now),
        plan_approval=make_plan_approval(agreement, canary=canary, by=admin, now=now),
        job=make_job(officer, now=now, summary=f"Hasil {canary}"),
        deeds=deeds,
        secrets=[canary, nip, other_nip, phone, whatsapp],
    )
