"""Venues with rooms and packages, and the planning meetings of two workshops; people and prices are invented."""

from datetime import date, datetime, timedelta

from dashboard.management.sample.post import deliver
from dashboard.management.sample.scene import Scene, at
from toolkit.working_days import previous_working_day
from units.models import User, Zone
from workshops.actions.action_items import finish_action_item
from workshops.actions.candidates import add_candidate, choose_venue, edit_candidate
from workshops.actions.meetings import (
    ActionRow,
    AttendeeRow,
    ItemRow,
    MeetingFacts,
    Record,
    create_meeting,
    hold_meeting,
    issue_minutes,
)
from workshops.actions.venues import ContactRow, Offer, PackageRow, RoomRow, VenueFacts, create_venue, note_use
from workshops.models import AgendaItemKind, AttendeeRole, AttendeeSide, PackageKind, Venue, Verdict, Workshop

FOUNDATION = "Friedrich Naumann Stiftung"


def packages(year: int, **prices: int) -> list[PackageRow]:
    return [PackageRow(kind=PackageKind(kind), price=price, fiscal_year=year) for kind, price in prices.items()]


def make_venues(scene: Scene) -> dict[str, Venue]:
    """By key; one belongs to the Kanwil of Central Java."""
    by, year = scene.users["staf.biro"], scene.today.year
    kolega = create_venue(
        facts=VenueFacts(name="Kolega Co-Working Space", city="Jakarta", address="Jakarta Selatan"),
        offer=Offer(
            rooms=[
                RoomRow(name="Ruang A", theater=120, classroom=80, u_shape=40),
                RoomRow(name="Ruang B", theater=50, classroom=32, round_table=40),
            ],
            packages=[*packages(2020, fullday=250_000), *packages(year, fullday=325_000, halfday=240_000)],
            contacts=[ContactRow(name="Intan Sketsawan", position="Pengelola ruang", phone="+628110009001")],
        ),
        by=by,
    )
    note_use(
        kolega,
        event="Rapat koordinasi pengelola media sosial",
        used_on=date(2020, 2, 12),
        note="Jaringan internet kuat. Parkir hanya 20 mobil; minta peserta memakai angkutan umum.",
        by=by,
        now=at(date(2020, 2, 13), "09.00"),
    )
    hotel = create_venue(
        facts=VenueFacts(
            name="Hotel Rekaan Menteng", city="Jakarta", address="Jalan Contoh Nomor 45, Jakarta Pusat",
            notes="Jalur kursi roda ada. Musala di lantai dua.",
        ),
        offer=Offer(
            rooms=[
                RoomRow(name="Balai Utama", theater=300, classroom=180, round_table=200),
                RoomRow(name="Ruang Melati", theater=60, classroom=36, u_shape=28),
            ],
            packages=[
                *packages(2020, fullboard=850_000, fullday=400_000),
                *packages(year, fullboard=1_150_000, fullday=520_000, halfday=390_000),
            ],
            contacts=[
                ContactRow(
                    name="Yoga Andaiputra", position="Sales Manager", phone="+628110009002",
                    email="yoga@hotel-rekaan.invalid",
                )
            ],
        ),
        by=by,
    )  # fmt: skip
    hall = create_venue(
        facts=VenueFacts(name="Balai Misal Bogor", city="Bogor"),
        offer=Offer(rooms=[RoomRow(name="Pendopo", theater=70)], packages=packages(2020, fullboard=700_000)),
        by=by,
    )
    create_venue(
        facts=VenueFacts(name="Aula Umpama Semarang", city="Semarang", address="Jalan Misal Nomor 3, Semarang"),
        offer=Offer(
            rooms=[RoomRow(name="Aula", theater=150, classroom=90)],
            packages=packages(year, fullday=210_000, halfday=160_000),
            contacts=[ContactRow(name="Ratna Lambangsari", phone="+628110009003")],
        ),
        by=scene.users["admin.jateng"],
    )
    return {"kolega": kolega, "hotel": hotel, "hall": hall}


def people_of(scene: Scene) -> list[AttendeeRow]:
    unit, partner, bureau = AttendeeSide.UNIT, AttendeeSide.PARTNER, scene.units["Biro Humas"].short_name
    head, note_taker = scene.users["admin.biro"], scene.users["staf.biro"]
    return [
        AttendeeRow(
            side=unit, name="Hendra Contohnegara", position="Kepala Biro", affiliation=bureau, role=AttendeeRole.CHAIR
        ),
        AttendeeRow(side=unit, name=head.full_name, position=head.position, affiliation=bureau),
        AttendeeRow(
            side=unit,
            name=note_taker.full_name,
            position=note_taker.position,
            affiliation=bureau,
            role=AttendeeRole.NOTE_TAKER,
        ),
        AttendeeRow(side=partner, name="Hana Bayanguna", position="Program Officer", affiliation=FOUNDATION),
        AttendeeRow(
            side=partner, name="Teguh Misalkan", position="Project Assistant", affiliation=FOUNDATION, is_present=False
        ),
    ]


def first_meeting(scene: Scene, workshop: Workshop) -> None:
    """4 September 2020: substance, budget and place of the workshop are talked over with the foundation."""
    by, day = scene.users["staf.biro"], date(2020, 9, 4)
    for key, distance in (("kolega", "8 km dari kantor biro"), ("hotel", "2 km dari kantor biro"), ("hall", "")):
        add_candidate(workshop, venue=scene.venues[key], distance=distance, now=at(day, "14.00"))
    record = Record(
        attendees=people_of(scene),
        items=[
            ItemRow(
                kind=AgendaItemKind.SUBSTANCE,
                title="Konsep substansi acara",
                notes="Sasaran: pegawai humas dari 33 Kanwil dan mahasiswa. Materi: rencana konten, etika, krisis.",
                decision="Tema pengelolaan media sosial yang bijaksana dan terpadu; bentuk hibrida.",
            ),
            ItemRow(
                kind=AgendaItemKind.BUDGET,
                title="Anggaran",
                notes="Mitra bersedia membiayai sesuai perjanjian yang ditandatangani.",
                decision="Narasumber dan paket pertemuan diusulkan kepada mitra; perjalanan peserta dari DIPA.",
            ),
            ItemRow(
                kind=AgendaItemKind.PLACE,
                title="Lokasi kegiatan",
                notes="Tiga calon tempat di Jakarta dan Bogor dibandingkan.",
                decision="Jakarta; tempat dipilih setelah anggaran pasti.",
            ),
        ],
        actions=[
            ActionRow(
                text="Menyusun kerangka acuan dan rancangan susunan acara",
                owner_email=scene.users["admin.biro"].email,
                due_on=date(2020, 9, 10),
                item_number=1,
            ),
            ActionRow(
                text="Mengirim rincian biaya yang dapat ditanggung mitra",
                owner_name="Hana Bayanguna",
                owner_email="hana@fns.invalid",
                due_on=date(2020, 9, 11),
                item_number=2,
            ),
            ActionRow(
                text="Meminta penawaran dari tiga calon tempat",
                owner_email=by.email,
                due_on=date(2020, 9, 9),
                item_number=3,
            ),
        ],
    )
    meeting = create_meeting(
        workshop,
        facts=MeetingFacts(
            title="Rapat perencanaan workshop media sosial",
            starts_at=at(day, "10.00"),
            ends_at=at(day, "12.00"),
            tz=Zone.JAKARTA,
            place="Kolega Co-Working Space, Jakarta",
        ),
        record=record,
        by=by,
        now=at(day, "15.00"),
    )
    hold_meeting(meeting, now=at(day, "15.05"))
    issue_minutes(meeting, by=by, now=at(day, "15.30"))
    deliver(at(day, "15.31"))
    for item in meeting.action_items.select_related("owner").order_by("sequence"):
        finish_action_item(item, by=item.owner, now=at(item.due_on, "14.00"))


def current_meeting(scene: Scene, workshop: Workshop) -> None:
    """The place is chosen, and a meeting has left things to do: one is late, one done, two are open."""
    by = scene.users["staf.biro"]
    _place(workshop, scene.venues, by=by, now=at(scene.today - timedelta(days=33), "11.00"))
    day = previous_working_day(scene.today - timedelta(days=11))
    meeting = create_meeting(
        workshop,
        facts=MeetingFacts(
            title="Rapat persiapan bersama mitra",
            starts_at=at(day, "13.30"),
            ends_at=at(day, "15.00"),
            tz=Zone.JAKARTA,
            place="Ruang rapat Biro Humas",
            meeting_url="https://rapat.humas.invalid/persiapan",
        ),
        record=_current_record(scene),
        by=by,
        now=at(day, "15.30"),
    )
    hold_meeting(meeting, now=at(day, "15.35"))
    issue_minutes(meeting, by=by, now=at(day, "16.00"))
    deliver(at(day, "16.01"))
    finish_action_item(
        meeting.action_items.get(sequence=0), by=scene.users["admin.biro"], now=at(scene.today, "08.00") - timedelta(3)
    )


def _place(workshop: Workshop, venues: dict[str, Venue], *, by: User, now: datetime) -> None:
    hall = add_candidate(workshop, venue=venues["hall"], now=now)
    add_candidate(workshop, venue=venues["hotel"], distance="2 km dari kantor biro", now=now)
    kolega = add_candidate(workshop, venue=venues["kolega"], distance="8 km dari kantor biro", now=now)
    edit_candidate(
        hall, distance="60 km dari kantor biro", note="", verdict=Verdict.PASSED,
        reason="Terlalu jauh dan terlalu kecil.", by=by, now=now,
    )  # fmt: skip
    choose_venue(kolega, reason="Cukup untuk 80 orang, jaringan kuat, harga di bawah standar biaya.", by=by, now=now)


def _current_record(scene: Scene) -> Record:
    today = scene.today
    return Record(
        attendees=people_of(scene),
        items=[
            ItemRow(
                kind=AgendaItemKind.SUBSTANCE,
                title="Materi dan narasumber",
                notes="Sesi panel belum ada narasumbernya.",
                decision="Panel diisi pengelola dari dua Kanwil dengan praktik terbaik.",
            ),
            ItemRow(
                kind=AgendaItemKind.BUDGET,
                title="Pembagian biaya dengan mitra",
                decision="Mitra menanggung narasumber luar; paket pertemuan dari DIPA.",
            ),
            ItemRow(kind=AgendaItemKind.OTHER, title="Publikasi", notes="Poster dan siaran pers."),
        ],
        actions=[
            ActionRow(
                text="Menetapkan susunan acara",
                owner_email=scene.users["admin.biro"].email,
                due_on=today - timedelta(days=3),
                item_number=1,
            ),
            ActionRow(
                text="Menghubungi dua Kanwil untuk sesi panel",
                owner_email=scene.users["staf.biro"].email,
                due_on=today + timedelta(days=4),
                item_number=1,
            ),
            ActionRow(
                text="Mengirim surat kesanggupan pembiayaan",
                owner_name="Hana Bayanguna",
                owner_email="hana@fns.invalid",
                due_on=today + timedelta(days=6),
                item_number=2,
            ),
            ActionRow(
                text="Menyiapkan poster kegiatan",
                owner_email=scene.users["staf.biro"].email,
                due_on=today - timedelta(days=2),
                note="Ukuran A3 dan untuk media sosial",
                item_number=3,
            ),
        ],
    )
