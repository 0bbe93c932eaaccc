"""The events of 2020 to 2024 that the portal was designed from: what, when and where; the people are invented."""

from datetime import date, timedelta

from dashboard.management.sample.meetings import first_meeting
from dashboard.management.sample.post import deliver
from dashboard.management.sample.scene import (
    MODERATOR,
    OFFICIAL,
    SPEAKER,
    Item,
    Scene,
    at,
    enroll,
    hold,
    post_before,
    say_no,
    say_yes,
    write_agenda,
)
from participants.actions.invitations import invite_units
from units.models import Level, Unit, UnitGroup, Zone
from workshops.actions.ordering import Target, move_session
from workshops.actions.planning import Facts, SegmentRow, With, create_workshop
from workshops.actions.releases import release_agenda
from workshops.actions.reshaping import split_session
from workshops.actions.rooms import RoomRow, set_rooms
from workshops.actions.schedule import RegistrationWindow, Schedule
from workshops.actions.speakers import SpeakerFacts
from workshops.actions.states import change_state
from workshops.models import Mode, SessionKind, Workshop, WorkshopKind, WorkshopState

WIB = Zone.JAKARTA.value


def load_past_events(scene: Scene) -> None:
    """In the order they took place, so that each day's post knows only what was known then."""
    national_briefing(scene)
    first_plan(scene)
    drafting_retreat(scene)
    guest_meeting(scene)
    pati_guidance(scene)


def national_briefing(scene: Scene) -> None:
    """18 May 2020: a video conference for all offices, joined from one room in Jambi."""
    by, day = scene.users["admin.biro"], date(2020, 5, 18)
    workshop = create_workshop(
        facts=Facts(
            title="Penguatan Kehumasan Nasional melalui Konferensi Video",
            kind=WorkshopKind.BRIEFING,
            organizer_unit=scene.units["Setjen"],
            theme="Menyusun agenda dan menjawab isu publik dalam satu kali dua puluh empat jam",
            aims="Semua pengelola humas menyebarkan berita yang sama cepat dan meluruskan kabar yang keliru.",
            host_unit=scene.units["Biro Humas"],
            person_in_charge=by,
        ),
        schedule=Schedule(
            tz=WIB,
            mode=Mode.ONLINE,
            starts_at=at(day, "09.00"),
            ends_at=at(day, "12.00"),
            meeting_url="https://rapat.humas.invalid/penguatan-humas",
            meeting_id="888 0000 2020",
            meeting_passcode="humas2020",
        ),
        window=RegistrationWindow(at(date(2020, 5, 8), "08.00"), at(date(2020, 5, 16), "16.00")),
        beside=With(
            segments=[SegmentRow("Pengelola humas satuan kerja", Mode.ONLINE, 2_000)], units=[scene.units["Biro Humas"]]
        ),
        by=by,
        now=at(date(2020, 5, 6), "10.00"),
    )
    official = SpeakerFacts(name="Krisna Wiracontoh", position="Staf Khusus", unit=scene.units["Setjen"])
    speaker = SpeakerFacts(
        name="Galih Tirucahya", position="Praktisi Komunikasi Publik", email="galih@praktisi.invalid"
    )
    items = [
        Item(SessionKind.OPENING, "Pengarahan", "09.00", "09.45", roles=((OFFICIAL, official),)),
        Item(
            SessionKind.MATERIAL, "Menyusun agenda, menggandeng wartawan dan pewarta warga",
            "09.45", "11.15", roles=((SPEAKER, speaker),),
        ),
        Item(SessionKind.DISCUSSION, "Tanya jawab dari daerah", "11.15", "12.00"),
    ]  # fmt: skip
    write_agenda(workshop, day, items, by=by, now=at(date(2020, 5, 7), "09.00"))
    release_agenda(workshop, name="Edaran", by=by, now=at(date(2020, 5, 7), "09.30"))
    change_state(workshop, to=WorkshopState.APPROVED, by=by, now=at(date(2020, 5, 8), "09.00"))
    asked_at = at(date(2020, 5, 8), "10.00")
    invitations = invite_units(
        workshop,
        units=Unit.objects.filter(level__in=[Level.ECHELON1, Level.REGIONAL_OFFICE, Level.TECHNICAL_UNIT]).order_by(
            "path"
        ),
        seats_onsite=0,
        seats_online=2,
        reply_deadline=at(date(2020, 5, 15), "16.00"),
        by=by,
        now=asked_at,
    )
    deliver(asked_at)
    watching = {"Kanwil Jambi", "Kantor Imigrasi Kelas I TPI Jambi", "Kanwil Papua Barat", "Kanwil Jawa Tengah"}
    for place, invitation in enumerate(invitations):
        now = asked_at + timedelta(hours=3 + place % 40)
        if invitation.unit.short_name in watching:
            enroll(scene, invitation.allocations.get(), [Mode.ONLINE] * 2, now=now)
        elif place == 17:
            say_no(invitation, reason="Jaringan di kantor kami sedang diperbaiki.", now=now)
        elif place % 13:
            say_yes(invitation, now=now)
    post_before(workshop, days=[6, 3, 1])
    hold(workshop, reported_on=date(2020, 6, 2), by=by)


def first_plan(scene: Scene) -> None:
    """4 September 2020: a workshop with the foundation is planned for the end of the month, without a day yet."""
    by, now = scene.users["admin.biro"], at(date(2020, 9, 4), "15.00")
    workshop = create_workshop(
        facts=Facts(
            title="Workshop Media Sosial bersama FNS (2020)",
            kind=WorkshopKind.WORKSHOP,
            organizer_unit=scene.units["Biro Humas"],
            theme="Media sosial yang terpadu di Kanwil dan UPT",
            aims="Kompetensi pengelola, citra positif, dan panutan bagi satuan kerja lain.",
            partner=scene.partners["fns"],
            agreement=scene.agreements["fns-2019"],
            person_in_charge=scene.users["staf.biro"],
        ),
        schedule=Schedule(
            tz=WIB,
            mode=Mode.HYBRID,
            fuzzy_date="akhir September 2020",
            fuzzy_month=date(2020, 9, 1),
            venue="Kolega Co-Working Space, Jakarta",
        ),
        beside=With(
            segments=[
                SegmentRow("ASN humas", Mode.ONSITE, 66),
                SegmentRow("ASN humas", Mode.ONLINE, 132),
                SegmentRow("Mahasiswa", Mode.ONLINE, 40),
            ]
        ),
        by=by,
        now=now,
    )
    first_meeting(scene, workshop)
    change_state(
        workshop,
        to=WorkshopState.POSTPONED,
        reason="Menunggu kepastian anggaran dan lokasi dari mitra.",
        by=by,
        now=at(date(2020, 9, 21), "11.00"),
    )


def drafting_retreat(scene: Scene) -> None:
    """27 May 2021: the guideline on social media is drafted, with an expert and four institutions."""
    by, day = scene.users["admin.biro"], date(2021, 5, 27)
    workshop = create_workshop(
        facts=Facts(
            title="Konsinyering Penyusunan Pedoman Media Sosial",
            kind=WorkshopKind.DRAFTING_RETREAT,
            organizer_unit=scene.units["Biro Humas"],
            theme="Dari jumlah pengikut ke tingkat keterlibatan",
            aims="Naskah pedoman pengelolaan media sosial.",
            person_in_charge=by,
        ),
        schedule=Schedule(
            tz=WIB,
            mode=Mode.ONSITE,
            starts_at=at(day, "08.30"),
            ends_at=at(day, "17.00"),
            venue="Aston Lake Resort & Convention Center",
            venue_address="Bogor, Jawa Barat",
        ),
        window=RegistrationWindow(None, at(date(2021, 5, 24), "16.00")),
        beside=With(
            segments=[SegmentRow("Pengelola media sosial", Mode.ONSITE, 40)], units=[scene.units["Ditjen Imigrasi"]]
        ),
        by=by,
        now=at(date(2021, 5, 5), "09.00"),
    )
    expert = SpeakerFacts(
        name="Pandu Lambangsari",
        position="Pegiat media sosial, dikenal sebagai Ki Contoh",
        email="pandu@praktisi.invalid",
    )
    panel = tuple(
        (
            SPEAKER,
            SpeakerFacts(
                name=f"Tim Humas {scene.partners[key]}", is_organization=True, organization=scene.partners[key]
            ),
        )
        for key in ("kemendikbud", "kemenlu", "dki", "alazhar")
    )
    chief = SpeakerFacts(name="Hendra Contohnegara", position="Kepala Biro", unit=scene.units["Biro Humas"])
    items = [
        Item(SessionKind.CHECK_IN, "Registrasi", "08.30", "09.00", "Lobi"),
        Item(SessionKind.OPENING, "Pembukaan", "09.00", "09.30", "Ruang utama", ((OFFICIAL, chief),)),
        Item(
            SessionKind.MATERIAL, "Tujuan, kanal, khalayak: menaikkan tingkat keterlibatan",
            "09.30", "12.00", "Ruang utama", ((SPEAKER, expert),),
        ),
        Item(SessionKind.BREAK, "Istirahat", "12.00", "13.00"),
        Item(SessionKind.PANEL, "Berbagi pengalaman empat lembaga", "13.00", "15.15", "Ruang utama", panel),
        Item(SessionKind.DISCUSSION, "Penyusunan naskah pedoman", "15.15", "16.45", "Ruang utama"),
        Item(SessionKind.CLOSING, "Penutupan", "16.45", "17.00", "Ruang utama"),
    ]  # fmt: skip
    write_agenda(workshop, day, items, by=by, now=at(date(2021, 5, 6), "09.00"))
    release_agenda(workshop, name="Edaran", by=by, now=at(date(2021, 5, 6), "09.30"))
    change_state(workshop, to=WorkshopState.APPROVED, by=by, now=at(date(2021, 5, 7), "09.00"))
    asked_at = at(date(2021, 5, 10), "10.00")
    regions = ["Lampung", "Banten", "DKI Jakarta", "Jawa Barat", "Jawa Tengah", "Bali", "Jambi", "Riau"]
    invitations = invite_units(
        workshop,
        units=[scene.units[f"Kanwil {region}"] for region in regions],
        seats_onsite=1,
        seats_online=0,
        reply_deadline=at(date(2021, 5, 20), "16.00"),
        by=by,
        now=asked_at,
    )
    deliver(asked_at)
    for place, invitation in enumerate(invitations):
        enroll(scene, invitation.allocations.get(), [Mode.ONSITE], now=asked_at + timedelta(hours=5 + 9 * place))
    post_before(workshop, days=[9, 7, 3, 1])
    hold(workshop, reported_on=date(2021, 6, 14), by=by)


def guest_meeting(scene: Scene) -> None:
    """28 to 30 June 2022: another ministry is the host; it opens at night with a first discussion."""
    by, first = scene.users["admin.biro"], date(2022, 6, 28)
    workshop = create_workshop(
        facts=Facts(
            title="Rakor dan Workshop Kehumasan Kementerian Dalam Negeri",
            kind=WorkshopKind.COORDINATION_MEETING,
            organizer_unit=scene.units["Biro Humas"],
            organizer_organization=scene.partners["kemendagri"],
            theme="Pengelolaan media sosial pemerintah",
            aims="Kompetensi dan sinergi humas pemerintah pusat dan daerah.",
            person_in_charge=scene.users["staf.biro"],
        ),
        schedule=Schedule(
            tz=WIB,
            mode=Mode.ONSITE,
            starts_at=at(first, "19.00"),
            ends_at=at(date(2022, 6, 30), "12.00"),
            venue="El Royal Hotel",
            venue_address="Jakarta Utara",
        ),
        beside=With(
            segments=[
                SegmentRow("Utusan kementerian/lembaga", Mode.ONSITE, 23),
                SegmentRow("Utusan pemerintah daerah", Mode.ONSITE, 34),
            ]
        ),
        by=by,
        now=at(date(2022, 6, 10), "09.00"),
    )
    host = scene.partners["kemendagri"]
    team = SpeakerFacts(name="Tim Grid Story Factory", is_organization=True, organization=scene.partners["grid"])
    librarian = SpeakerFacts(name="Ratna Sketsawan", position="Pustakawan Ahli Madya", organization=host)
    report = SpeakerFacts(name="Teguh Bayanguna", position="Kepala Pusat Penerangan", organization=host)
    official = SpeakerFacts(name="Mahendra Rancangjati", position="Sekretaris Jenderal", organization=host)
    urgency = "Urgensi pengelolaan media sosial untuk mendukung program prioritas pemerintah"
    mapping = "Pemetaan dan strategi publikasi media sosial pemerintah"
    taught = ((SPEAKER, team), (MODERATOR, librarian))
    days = {
        first: [
            Item(SessionKind.COMMITTEE_REPORT, "Laporan panitia", "19.00", "19.20", "Ballroom", ((OFFICIAL, report),)),
            Item(SessionKind.OPENING, "Pembukaan", "19.20", "19.50", "Ballroom", ((OFFICIAL, official),)),
            Item(SessionKind.DISCUSSION, urgency, "19.50", "21.30", "Ballroom", ((SPEAKER, None),)),
        ],
        date(2022, 6, 29): [
            Item(
                SessionKind.MATERIAL, "Perencanaan pengelolaan media sosial pemerintah",
                "08.30", "11.30", "Ballroom", taught,
            ),
            Item(SessionKind.MATERIAL, mapping, "13.00", "14.30", "Ballroom", taught),
            Item(
                SessionKind.MATERIAL, f"{mapping}; pemantauan dan analisis hasil",
                "14.45", "17.00", "Ballroom", taught,
            ),
        ],
        date(2022, 6, 30): [
            Item(
                SessionKind.MATERIAL, "Mengelola krisis media sosial pemerintah",
                "08.30", "11.00", "Ballroom", taught,
            ),
            Item(SessionKind.CLOSING, "Penutupan", "11.00", "12.00", "Ballroom"),
        ],
    }  # fmt: skip
    written_at = at(date(2022, 6, 15), "09.00")
    for day, items in days.items():
        write_agenda(workshop, day, items, by=by, now=written_at)
    set_rooms(workshop, rows=[RoomRow("Ballroom", 120), RoomRow("Ruang Anggrek", 40)], by=by, now=written_at)
    release_agenda(workshop, name="Edaran pertama", by=by, now=at(date(2022, 6, 15), "09.30"))
    change_state(workshop, to=WorkshopState.APPROVED, by=by, now=at(date(2022, 6, 16), "09.00"))
    change_state(workshop, to=WorkshopState.REGISTRATION, by=by, now=at(date(2022, 6, 16), "09.10"))
    deliver(at(date(2022, 6, 16), "10.05"))
    _second_version(scene, workshop)
    hold(workshop, reported_on=date(2022, 7, 11), by=by)


def _second_version(scene: Scene, workshop: Workshop) -> None:
    """A week before, the last theme was given a second session, after a photograph of all."""
    by, now = scene.users["staf.biro"], at(date(2022, 6, 23), "14.00")
    crisis = workshop.sessions.get(theme__startswith="Mengelola krisis")
    _first, second = split_session(crisis, minutes=90, by=by, now=now)
    photo = Item(SessionKind.PHOTO, "Foto bersama", "12.00", "12.15", "Ballroom")
    write_agenda(workshop, date(2022, 6, 30), [photo], by=by, now=now)
    taken = workshop.sessions.get(kind=SessionKind.PHOTO)
    move_session(taken, target=Target(date(2022, 6, 30), before=second.pk), by=by, now=now)
    release_agenda(workshop, name="Edaran kedua", note="Tema terakhir dua sesi; foto bersama.", by=by, now=now)


def pati_guidance(scene: Scene) -> None:
    """19 September 2024: the Kanwil teaches the offices of the former residency Pati, in the hall of a Rutan."""
    by, day = scene.users["admin.jateng"], date(2024, 9, 19)
    kanwil = scene.units["Kanwil Jawa Tengah"]
    workshop = create_workshop(
        facts=Facts(
            title="Bimtek Kehumasan dan Kerja Sama UPT se-Keresidenan Pati",
            kind=WorkshopKind.TECH_GUIDANCE,
            organizer_unit=kanwil,
            theme="Pemberitaan yang terhitung kinerja dan kerja sama yang terlaksana",
            aims="Media mitra terverifikasi Dewan Pers; salinan perjanjian diserahkan ke Kanwil.",
            host_unit=scene.units["Rutan Kelas IIB Jepara"],
            person_in_charge=by,
        ),
        schedule=Schedule(
            tz=WIB,
            mode=Mode.ONSITE,
            starts_at=at(day, "08.00"),
            ends_at=at(day, "15.30"),
            venue="Aula Rutan Kelas IIB Jepara",
            venue_address="Jepara",
        ),
        window=RegistrationWindow(None, at(date(2024, 9, 16), "16.00")),
        beside=With(segments=[SegmentRow("Pengelola humas dan kerja sama", Mode.ONSITE, 18)]),
        by=by,
        now=at(date(2024, 8, 26), "09.00"),
    )
    head = SpeakerFacts(name="Lukman Konsepnegara", position="Kadivmin, mewakili Kakanwil", unit=kanwil)
    host = SpeakerFacts(name="Cahyo Modelasih", position="Karutan Jepara", unit=scene.units["Rutan Kelas IIB Jepara"])
    own = SpeakerFacts(
        name="Wulan Karangadinata",
        position="Kasubbag Humas, RB, dan TI",
        unit=kanwil,
        email="wulan.karangadinata@pegawai.invalid",
    )
    journalist = SpeakerFacts(
        name="Oki Sampelningrat", position="Wartawan", organization=scene.partners["joglo"], email="oki@joglo.invalid"
    )
    items = [
        Item(SessionKind.CHECK_IN, "Registrasi", "08.00", "08.30", "Aula"),
        Item(SessionKind.REMARKS, "Sambutan tuan rumah", "08.30", "08.45", "Aula", ((OFFICIAL, host),)),
        Item(SessionKind.OPENING, "Pembukaan", "08.45", "09.15", "Aula", ((OFFICIAL, head),)),
        Item(
            SessionKind.MATERIAL, "Manajemen pemberitaan, komunikasi krisis, dan penataan kerja sama dalam negeri",
            "09.15", "12.15", "Aula", ((SPEAKER, own),),
        ),
        Item(SessionKind.BREAK, "Istirahat", "12.15", "13.00"),
        Item(
            SessionKind.MATERIAL, "Tantangan humas pemerintah di mata wartawan",
            "13.00", "15.00", "Aula", ((SPEAKER, journalist),),
        ),
        Item(SessionKind.CLOSING, "Penutupan dan foto bersama", "15.00", "15.30", "Aula"),
    ]  # fmt: skip
    write_agenda(workshop, day, items, by=by, now=at(date(2024, 8, 27), "09.00"))
    release_agenda(workshop, name="Edaran", by=by, now=at(date(2024, 8, 27), "09.30"))
    change_state(workshop, to=WorkshopState.APPROVED, by=by, now=at(date(2024, 8, 28), "09.00"))
    asked_at = at(date(2024, 9, 2), "10.00")
    group = UnitGroup.objects.get(owner=kanwil, name="Keresidenan Pati")
    invitations = invite_units(
        workshop,
        units=group.members.order_by("path"),
        seats_onsite=2,
        seats_online=0,
        reply_deadline=at(date(2024, 9, 12), "16.00"),
        by=by,
        now=asked_at,
    )
    deliver(asked_at)
    for place, invitation in enumerate(invitations):
        enroll(scene, invitation.allocations.get(), [Mode.ONSITE] * 2, now=asked_at + timedelta(hours=4 + 20 * place))
    post_before(workshop, days=[10, 7, 3, 1])
    hold(workshop, reported_on=date(2024, 10, 1), by=by)
