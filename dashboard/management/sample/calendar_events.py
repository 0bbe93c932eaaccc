"""What fills the calendar beside the current events: a meeting in the way of the workshop, a plan on a holiday, a date
that is not yet certain, and a calendar address."""

from datetime import date, timedelta

from dashboard.management.sample.scene import HOST_MC, SPEAKER, Item, Scene, at, write_agenda
from toolkit.working_days import SATURDAY, holidays_between
from units.models import Zone
from workshops.actions.feeds import renew_feed
from workshops.actions.planning import Facts, With, create_workshop
from workshops.actions.schedule import RegistrationWindow, Schedule
from workshops.actions.speakers import SpeakerFacts
from workshops.models import Mode, SessionKind, Workshop, WorkshopKind


def fill_calendar(scene: Scene, *, beside: Workshop) -> None:
    """Plans only, so that nobody is told anything; `beside` is the workshop that the demonstration is about."""
    meeting_in_the_way(scene, beside)
    plan_on_a_holiday(scene)
    uncertain_plan(scene, beside)
    renew_feed(scene.users["staf.biro"], now=at(scene.today - timedelta(days=20), "09.00"))


def _plan(scene: Scene, facts: Facts, schedule: Schedule, *, days_ago: int) -> Workshop:
    return create_workshop(
        facts=facts,
        schedule=schedule,
        window=RegistrationWindow(),
        beside=With(),
        by=scene.users["admin.biro"],
        now=at(scene.today - timedelta(days=days_ago), "11.00"),
    )


def meeting_in_the_way(scene: Scene, beside: Workshop) -> Workshop:
    """On the second day of the workshop, with its host as speaker."""
    day = beside.last_day or scene.today
    meeting = _plan(
        scene,
        Facts(
            title="Monev Kehumasan Triwulan",
            kind=WorkshopKind.MONITORING,
            organizer_unit=scene.units["Biro Humas"],
            partner=scene.partners["fns"],
            person_in_charge=scene.users["staf.biro"],
        ),
        Schedule(
            tz=Zone.JAKARTA.value,
            mode=Mode.ONSITE,
            starts_at=at(day, "13.00"),
            ends_at=at(day, "16.00"),
            venue="Ruang rapat Biro Humas",
        ),
        days_ago=6,
    )
    host = SpeakerFacts(
        name="Yuni Tirucahya",
        position="Pranata Humas Ahli Pertama",
        unit=scene.units["Biro Humas"],
        email="yuni.tirucahya@pegawai.invalid",
    )
    item = Item(
        SessionKind.MATERIAL, "Capaian media sosial", "13.00", "14.30", roles=((SPEAKER, host), (HOST_MC, None))
    )
    write_agenda(meeting, day, [item], by=scene.users["admin.biro"], now=at(scene.today, "00.00") - timedelta(days=5))
    return meeting


def plan_on_a_holiday(scene: Scene) -> Workshop:
    day = next_holiday(scene.today + timedelta(days=7))
    return _plan(
        scene,
        Facts(
            title="Webinar Foto Jurnalistik",
            kind=WorkshopKind.WEBINAR,
            organizer_unit=scene.units["Biro Humas"],
            person_in_charge=scene.users["staf.biro"],
            is_public=True,
        ),
        Schedule(
            tz=Zone.JAKARTA.value,
            mode=Mode.ONLINE,
            starts_at=at(day, "09.00"),
            ends_at=at(day, "11.30"),
            meeting_url="https://rapat.humas.invalid/foto",
        ),
        days_ago=4,
    )


def next_holiday(day: date) -> date:
    """The next that is no weekend, so that the warning is about the holiday."""
    later = holidays_between(day, day + timedelta(days=400))
    return next((holiday.day for holiday in later if holiday.day.weekday() < SATURDAY), day)


def uncertain_plan(scene: Scene, beside: Workshop) -> Workshop:
    month = (beside.first_day or scene.today).replace(day=1)
    return _plan(
        scene,
        Facts(
            title="Sosialisasi Tata Naskah Siaran Pers",
            kind=WorkshopKind.SOCIALIZATION,
            organizer_unit=scene.units["Biro Humas"],
        ),
        Schedule(tz=Zone.JAKARTA.value, mode=Mode.ONLINE, fuzzy_date="setelah rapat kerja nasional", fuzzy_month=month),
        days_ago=2,
    )
