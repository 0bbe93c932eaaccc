"""What is being prepared now: a fresh edition of the workshop with the foundation, and two plans beside it."""

from datetime import date, timedelta

from django.utils import dates

from dashboard.management.sample.meetings import current_meeting
from dashboard.management.sample.post import deliver, leave_in_doubt, refuse
from dashboard.management.sample.scene import (
    HOST_MC,
    MODERATOR,
    OFFICIAL,
    SPEAKER,
    Item,
    Scene,
    at,
    contact_of,
    enroll,
    say_no,
    say_yes,
    write_agenda,
)
from dashboard.management.sample.speakers import appoint_committee, question_speakers, speakers_answer
from outbox.models import Message, State
from participants.actions.invitations import accept, edit_invitation, invite_units, pass_on_seats
from participants.actions.registrations import cancel, replace
from participants.letters.names import INVITATION
from participants.models import Invitation, Registration
from toolkit.working_days import is_working_day
from units.models import Level, Unit, Zone
from workshops.actions.agenda import SessionFacts, add_session
from workshops.actions.ordering import Target, move_session
from workshops.actions.planning import Facts, SegmentRow, With, create_workshop
from workshops.actions.releases import release_agenda
from workshops.actions.rooms import RoomRow, set_rooms
from workshops.actions.schedule import RegistrationWindow, Schedule
from workshops.actions.speakers import SpeakerFacts
from workshops.actions.states import change_state
from workshops.models import Mode, SessionKind, Workshop, WorkshopKind, WorkshopState

WIB = Zone.JAKARTA.value
# Kanwil that have not answered yet, and those that cannot come.
SILENT = ["Bengkulu", "Gorontalo", "Kalimantan Tengah", "Maluku", "Maluku Utara", "Papua Barat", "Sulawesi Utara"]
DECLINED = {
    "Sulawesi Barat": "Bersamaan dengan pemeriksaan Inspektorat Jenderal.",
    "Nusa Tenggara Timur": "Petugas kami sedang mengikuti pelatihan lain.",
}


def load_current_events(scene: Scene) -> Workshop:
    """Returns the workshop that the demonstration is about."""
    coming_guidance(scene)
    next_idea(scene)
    return social_media_workshop(scene)


def first_of_two_days(day: date) -> date:
    """The next Thursday from then on that is, like its Friday, a working day."""
    while day.weekday() != 3 or not is_working_day(day) or not is_working_day(day + timedelta(days=1)):
        day += timedelta(days=1)
    return day


def social_media_workshop(scene: Scene) -> Workshop:
    by, today = scene.users["admin.biro"], scene.today
    first = first_of_two_days(today + timedelta(days=18))
    workshop = create_workshop(
        facts=Facts(
            title="Workshop Media Sosial bersama FNS",
            kind=WorkshopKind.WORKSHOP,
            organizer_unit=scene.units["Biro Humas"],
            theme="Media sosial yang terpadu di Kanwil dan UPT",
            aims="Peserta mampu merencanakan konten, mengukur keterlibatan, dan menjawab krisis.",
            partner=scene.partners["fns"],
            agreement=scene.agreements["fns"],
            person_in_charge=scene.users["staf.biro"],
            is_public=True,
        ),
        schedule=Schedule(
            tz=WIB,
            mode=Mode.HYBRID,
            starts_at=at(first, "08.00"),
            ends_at=at(first + timedelta(days=1), "16.00"),
            venue="Kolega Co-Working Space",
            venue_address="Jakarta Selatan",
            meeting_url="https://rapat.humas.invalid/medsos",
            meeting_id="812 0000 3300",
            meeting_passcode="medsos33",
        ),
        window=RegistrationWindow(at(today - timedelta(days=9), "08.00"), at(today + timedelta(days=12), "16.00")),
        beside=With(
            segments=[
                SegmentRow("ASN humas", Mode.ONSITE, 80),
                SegmentRow("ASN humas", Mode.ONLINE, 140),
                SegmentRow("Mahasiswa", Mode.ONLINE, 40),
            ]
        ),
        by=by,
        now=at(today - timedelta(days=34), "10.00"),
    )
    _agenda(scene, workshop, first)
    change_state(workshop, to=WorkshopState.APPROVED, by=by, now=at(today - timedelta(days=12), "09.00"))
    current_meeting(scene, workshop)
    asked_at = at(today - timedelta(days=8), "10.00")
    invitations = invite_units(
        workshop,
        units=Unit.objects.filter(level=Level.REGIONAL_OFFICE).order_by("path"),
        seats_onsite=2,
        seats_online=2,
        reply_deadline=at(today + timedelta(days=9), "16.00"),
        by=by,
        now=asked_at,
    )
    deliver(asked_at)
    _answers(scene, invitations)
    question_speakers(scene, workshop)
    for days_ago in (5, 3, 1):
        deliver(at(today - timedelta(days=days_ago), "10.05"))
    speakers_answer(scene, workshop)
    _trouble(scene, workshop)
    _latest(scene, workshop)
    appoint_committee(scene, workshop)
    _next_draft(scene, workshop)
    return workshop


def _agenda(scene: Scene, workshop: Workshop, first: date) -> None:
    by, now = scene.users["staf.biro"], at(scene.today - timedelta(days=30), "09.00")
    bureau, fns = scene.units["Biro Humas"], scene.partners["fns"]
    chief = SpeakerFacts(name="Hendra Contohnegara", position="Kepala Biro", unit=bureau)
    foundation = SpeakerFacts(
        name="Hana Bayanguna", position="Program Officer", organization=fns, email="hana@fns.invalid"
    )
    expert = SpeakerFacts(
        name="Pandu Lambangsari",
        position="Pegiat media sosial, dikenal sebagai Ki Contoh",
        email="pandu@praktisi.invalid",
    )
    journalist = SpeakerFacts(
        name="Oki Sampelningrat", position="Wartawan", organization=scene.partners["joglo"], email="oki@joglo.invalid"
    )
    host = SpeakerFacts(
        name="Yuni Tirucahya",
        position="Pranata Humas Ahli Pertama",
        unit=bureau,
        email="yuni.tirucahya@pegawai.invalid",
    )
    days = [
        [
            Item(SessionKind.CHECK_IN, "Registrasi", "08.00", "08.45", "Lobi"),
            Item(
                SessionKind.OPENING, "Pembukaan dan sambutan mitra",
                "08.45", "09.30", "Ruang A", ((OFFICIAL, chief), (OFFICIAL, foundation), (HOST_MC, host)),
            ),
            Item(SessionKind.PRE_TEST, "Pre-test", "09.30", "09.45", "Ruang A"),
            Item(
                SessionKind.MATERIAL, "Tujuan, kanal, khalayak: rencana konten satu bulan",
                "09.45", "12.00", "Ruang A", ((SPEAKER, expert), (MODERATOR, host)),
            ),
            Item(SessionKind.BREAK, "Istirahat", "12.00", "13.00"),
            Item(
                SessionKind.MATERIAL, "Mengukur keterlibatan, bukan hanya pengikut",
                "13.00", "15.15", "Ruang A", ((SPEAKER, expert),),
            ),
        ],
        [
            Item(
                SessionKind.MATERIAL, "Komunikasi krisis di media sosial",
                "08.30", "10.45", "Ruang A", ((SPEAKER, journalist), (MODERATOR, host)),
            ),
            Item(SessionKind.PANEL, "Berbagi praktik baik Kanwil", "11.00", "12.30", "Ruang A", ((SPEAKER, None),)),
            Item(SessionKind.DISCUSSION, "Klinik konten", "13.30", "15.00", "Ruang A dan B"),
            Item(SessionKind.POST_TEST, "Post-test", "15.00", "15.15", "Ruang A"),
            Item(SessionKind.CLOSING, "Penutupan dan foto bersama", "15.15", "16.00", "Ruang A"),
        ],
    ]  # fmt: skip
    for offset, items in enumerate(days):
        write_agenda(workshop, first + timedelta(days=offset), items, by=by, now=now)
    rooms = [RoomRow("Ruang A", 90), RoomRow("Ruang B", 40), RoomRow("Lobi"), RoomRow("Ruang A dan B", 130)]
    set_rooms(workshop, rows=rooms, by=by, now=now)
    release_agenda(workshop, name="Edaran pertama", by=by, now=now)


def _answers(scene: Scene, invitations: list[Invitation]) -> None:
    """Over the last week most Kanwil answered by the link in their letter and named some people."""
    for place, invitation in enumerate(invitations):
        region = invitation.unit.short_name.removeprefix("Kanwil ")
        now = at(scene.today - timedelta(days=7 - place % 6), f"{8 + place % 7:02}.{place % 6}0")
        if region in DECLINED:
            say_no(invitation, reason=DECLINED[region], now=now)
        elif region not in SILENT and region != "Jawa Tengah":
            say_yes(invitation, now=now)
            modes = [Mode.ONSITE, Mode.ONSITE, Mode.ONLINE, Mode.ONLINE][: (place * 3 + 1) % 5]
            enroll(scene, invitation.allocations.get(), modes, now=now + timedelta(minutes=10))
    _second_thoughts(scene)


def _second_thoughts(scene: Scene) -> None:
    """One person gave the seat to a colleague, one cannot come."""
    now = at(scene.today - timedelta(days=1), "16.00")
    first, last = Registration.objects.active().filter(workshop__starts_at__gt=scene.now).order_by("pk")[:2]
    for registration in (first, last):
        unit = registration.unit
        if unit is None:
            raise ValueError("Everybody registered so far works at a unit.")
        if registration is first:
            reason, contact = "Tugas lapangan bersamaan.", contact_of(unit)
            replace(registration, person=scene.people.employee(unit), reason=reason, contact=contact, now=now)
        else:
            cancel(registration, reason="Sakit.", by=scene.users["staf.biro"], now=now)


def _next_draft(scene: Scene, workshop: Workshop) -> None:
    """What the next version will say: a clinic in a second room, and a session that has no hour yet."""
    by, now = scene.users["staf.biro"], scene.now - timedelta(hours=3)
    clinic = workshop.sessions.get(theme="Klinik konten")
    day = workshop.last_day
    move_session(clinic, target=Target(day, room="Ruang A"), by=by, now=now)
    writing = Item(SessionKind.DISCUSSION, "Klinik takarir dan alih bahasa", "13.30", "15.00", "Ruang B")
    if day is not None:
        write_agenda(workshop, day, [writing], by=by, now=now)
    facts = SessionFacts(kind=SessionKind.MATERIAL, theme="Etika dan keamanan akun dinas", duration=60)
    add_session(workshop, facts=facts, by=by, now=now)


def _trouble(scene: Scene, workshop: Workshop) -> None:
    """One letter came back, of one nobody knows whether it arrived: both wait for a decision."""
    sent = Message.objects.filter(topic=workshop.topic_id, kind=INVITATION, state=State.SENT)
    moment = at(scene.today - timedelta(days=8), "10.01")
    bengkulu, gorontalo = scene.units["Kanwil Bengkulu"], scene.units["Kanwil Gorontalo"]
    refuse(sent.get(unit=bengkulu), reply="550 5.1.1 Mailbox unavailable", now=moment)
    leave_in_doubt(sent.get(unit=gorontalo), now=moment)


def _latest(scene: Scene, workshop: Workshop) -> None:
    """Kanwil Jawa Tengah has more seats, passed some on, and has just named its first people: their letters wait."""
    by, now = scene.users["admin.jateng"], scene.now - timedelta(minutes=20)
    invitation = workshop.invitations.get(unit=scene.units["Kanwil Jawa Tengah"])
    edit_invitation(
        invitation,
        seats_onsite=4,
        seats_online=4,
        reply_deadline=invitation.reply_deadline,
        by=scene.users["staf.biro"],
        now=now,
    )
    accept(invitation, by=by, now=now)
    for name, onsite, online in (
        ("Rutan Kelas IIB Jepara", 1, 0),
        ("Kantor Imigrasi Kelas I TPI Semarang", 1, 1),
        ("Lapas Kelas I Semarang", 0, 2),
    ):
        pass_on_seats(invitation, unit=scene.units[name], onsite=onsite, online=online, by=by, now=now)
    own = invitation.allocations.get(unit=invitation.unit)
    enroll(scene, own, [Mode.ONSITE, Mode.ONLINE], by=by, now=now)
    semarang = invitation.allocations.get(unit=scene.units["Kantor Imigrasi Kelas I TPI Semarang"])
    enroll(scene, semarang, [Mode.ONSITE], by=by, now=now)


def coming_guidance(scene: Scene) -> None:
    """The Kanwil's own next guidance: approved, nobody asked yet."""
    by, today = scene.users["admin.jateng"], scene.today
    day = first_of_two_days(today + timedelta(days=40))
    workshop = create_workshop(
        facts=Facts(
            title="Bimtek Pengelolaan Berita UPT se-Keresidenan Pati",
            kind=WorkshopKind.TECH_GUIDANCE,
            organizer_unit=scene.units["Kanwil Jawa Tengah"],
            theme="Berita satuan kerja yang layak muat",
            host_unit=scene.units["Rutan Kelas IIB Kudus"],
            person_in_charge=by,
        ),
        schedule=Schedule(
            tz=WIB,
            mode=Mode.ONSITE,
            starts_at=at(day, "08.00"),
            ends_at=at(day, "15.00"),
            venue="Aula Rutan Kelas IIB Kudus",
            venue_address="Kudus",
        ),
        beside=With(segments=[SegmentRow("Pengelola humas", Mode.ONSITE, 18)]),
        by=by,
        now=at(today - timedelta(days=6), "10.00"),
    )
    own = SpeakerFacts(
        name="Wulan Karangadinata", position="Kasubbag Humas, RB, dan TI", unit=scene.units["Kanwil Jawa Tengah"]
    )
    items = [
        Item(SessionKind.OPENING, "Pembukaan", "08.00", "08.30", "Aula"),
        Item(SessionKind.MATERIAL, "Menulis berita yang layak muat", "08.30", "11.30", "Aula", ((SPEAKER, own),)),
        Item(SessionKind.MATERIAL, "Foto dan keterangan foto", "12.30", "14.45", "Aula", ((SPEAKER, None),)),
    ]  # fmt: skip
    write_agenda(workshop, day, items, by=by, now=at(today - timedelta(days=6), "11.00"))
    release_agenda(workshop, name="Edaran pertama", by=by, now=at(today - timedelta(days=6), "11.30"))
    change_state(workshop, to=WorkshopState.APPROVED, by=by, now=at(today - timedelta(days=5), "09.00"))


def next_idea(scene: Scene) -> None:
    """An idea with a month but no day."""
    month = (scene.today.replace(day=1) + timedelta(days=100)).replace(day=1)
    create_workshop(
        facts=Facts(
            title="Konsinyering Pembaruan Pedoman Media Sosial",
            kind=WorkshopKind.DRAFTING_RETREAT,
            organizer_unit=scene.units["Biro Humas"],
            theme="Pedoman yang mengikuti kanal baru",
            person_in_charge=scene.users["staf.biro"],
        ),
        schedule=Schedule(
            tz=WIB,
            mode=Mode.ONSITE,
            fuzzy_date=f"pertengahan {dates.MONTHS[month.month]} {month.year}",
            fuzzy_month=month,
        ),
        beside=With(units=[scene.units["Ditjen Imigrasi"]]),
        state=WorkshopState.IDEA,
        by=scene.users["staf.biro"],
        now=at(scene.today - timedelta(days=3), "13.00"),
    )
