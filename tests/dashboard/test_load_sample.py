import hashlib
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from dashboard.management.sample.accounts import ACCOUNTS, PASSWORD
from dashboard.management.sample.agreements import one_page_pdf
from dashboard.management.sample.loading import load_sample_data
from dashboard.management.sample.people import People
from outbox.models import CLAIMABLE, NEEDS_ACTION, Message, State
from participants.employee_numbers import check_employee_number
from participants.models import Invitation, Participant, Registration
from partnerships.models import Agreement, AgreementFile, AgreementLink, Campaign, PlanState, TermState, WorkPlan
from toolkit.uploads import check_pdf
from units.models import Unit, UnitContact, User
from workshops.models import Session, SessionRole, Speaker, Workshop, WorkshopKind, WorkshopState

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
DATA = settings.BASE_DIR / "data"
FRESH = "Workshop Media Sosial bersama FNS"


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The sample data, loaded once for all tests of this module and taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert load_sample_data(DATA, now=NOW)
        yield
        transaction.set_rollback(True)


def content() -> dict[str, tuple[int, str]]:
    """Rows and a hash of every table."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        rows = [
            repr([bytes(value) if isinstance(value, memoryview) else value for value in row])
            for row in model.objects.order_by("pk").values_list()
        ]
        found[model._meta.db_table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def test_loading_again_changes_nothing(loaded):
    before = content()

    out = io.StringIO()
    call_command("load_sample", stdout=out)

    assert content() == before
    assert not load_sample_data(DATA, now=NOW + timedelta(days=40))
    assert PASSWORD in out.getvalue()


def test_each_seed_is_there_with_its_facts(loaded):
    briefing = Workshop.objects.get(kind=WorkshopKind.BRIEFING, series=None)
    assert (briefing.first_day, briefing.mode, briefing.invitations.count()) == (date(2020, 5, 18), "online", 90)
    plan = Workshop.objects.get(title__endswith="(2020)")
    assert (plan.fuzzy_date, plan.starts_at, plan.partner.short_name) == ("akhir September 2020", None, "FNS")
    retreat = Workshop.objects.get(kind=WorkshopKind.DRAFTING_RETREAT, state=WorkshopState.REPORTED)
    assert retreat.first_day == date(2021, 5, 27)
    assert [str(row) for row in retreat.co_organizers.all()] == ["Ditjen Imigrasi"]
    panel = Session.objects.get(workshop=retreat, kind="panel")
    assert panel.roles.count() == 4
    guests = Workshop.objects.get(kind=WorkshopKind.COORDINATION_MEETING)
    assert (guests.first_day, guests.last_day) == (date(2022, 6, 28), date(2022, 6, 30))
    assert guests.organizer_organization.short_name == "Kemendagri"
    assert Session.objects.get(workshop=guests, theme__startswith="Perencanaan").credit_hours == 4
    assert SessionRole.objects.filter(session__workshop=guests, speaker=None).count() == 1
    guidance = Workshop.objects.get(kind=WorkshopKind.TECH_GUIDANCE, state=WorkshopState.REPORTED)
    assert (guidance.first_day, guidance.organizer_unit.short_name) == (date(2024, 9, 19), "Kanwil Jawa Tengah")
    assert guidance.host_unit.short_name == "Rutan Kelas IIB Jepara"
    assert set(guidance.invitations.values_list("unit__unit_groups__name", flat=True)) == {"Keresidenan Pati"}


def test_the_fresh_edition_is_alive(loaded):
    workshop = Workshop.objects.get(title=FRESH)

    assert timedelta(days=17) < workshop.starts_at - NOW < timedelta(days=32)
    assert workshop.registration_deadline.astimezone(workshop.zone).date() == date(2026, 12, 3)
    answers = list(workshop.invitations.values_list("response", flat=True))
    assert {answer: answers.count(answer) for answer in answers} == {"accepted": 24, "none": 7, "declined": 2}
    assert workshop.agreement.in_force_problem(workshop.first_day, workshop.last_day) == ""
    maluku = Invitation.objects.get(workshop=workshop, unit__short_name="Kanwil Maluku")
    assert maluku.answer_is_open(NOW)
    seats = workshop.invitations.get(unit__short_name="Kanwil Jawa Tengah").allocations
    assert seats.get(unit__short_name="Rutan Kelas IIB Jepara").registrations.count() == 0
    assert set(Registration.objects.filter(workshop=workshop).values_list("state", flat=True)) == {
        "registered", "replaced", "cancelled"
    }  # fmt: skip


def test_past_letters_have_left_and_only_a_few_leave_at_the_start(loaded):
    over = Message.objects.filter(topic__workshop__ends_at__lt=NOW)
    assert set(over.values_list("state", flat=True)) == {State.SENT, State.CANCELLED}
    assert all(message.rendered for message in over.filter(state=State.SENT))
    fresh = Message.objects.filter(topic__workshop__title=FRESH)
    assert set(fresh.filter(state__in=NEEDS_ACTION).values_list("state", flat=True)) == {State.FAILED, State.UNCERTAIN}
    assert fresh.filter(state=State.SENT).count() > 60
    assert Message.objects.filter(state__in=CLAIMABLE, not_before__lte=NOW).count() == 0
    assert Message.objects.count() < 1_200


def test_accounts_of_every_role_sign_in(loaded):
    assert {account.role for account in ACCOUNTS} == {value for value, _label in User._meta.get_field("role").choices}
    for account in ACCOUNTS:
        user = User.objects.get(email=account.email)
        browser = Client()
        assert browser.login(email=user.email, password=PASSWORD)
        assert browser.get("/").status_code == 200


def test_nobody_in_it_exists(loaded):
    addresses = [
        *User.objects.values_list("email", flat=True),
        *UnitContact.objects.values_list("email", flat=True),
        *Unit.objects.exclude(email="").values_list("email", flat=True),
        *Participant.objects.values_list("email", flat=True),
        *Speaker.objects.exclude(email="").values_list("email", flat=True),
        *Message.objects.values_list("to_addr", flat=True),
    ]
    assert {address.rpartition(".")[2] for address in addresses} == {"invalid"}
    for person in Participant.objects.all():
        checked = check_employee_number(person.employee_number, status=person.employment_status, today=NOW.date())
        assert (checked.errors, checked.warnings) == ((), ())
        assert person.phone.startswith("+628110000")


def test_signed_copies_are_plain_pdfs(loaded):
    assert AgreementFile.objects.count() == 18
    assert Agreement.objects.without_copy().count() == 4
    for copy in AgreementFile.objects.all():
        with copy.file.open() as file:
            assert check_pdf(file).n_pages == 1


def test_ends_of_agreements_show_each_way(loaded):
    today = NOW.astimezone().date()
    states = {row.number: row.term_state(today) for row in Agreement.objects.exclude(number="")}
    assert states["W.13-HH.04.02-118"] == TermState.ENDING, "nothing decided yet"
    assert states["W.13-HH.04.02-140"] == TermState.EXTENDED
    renewed = AgreementLink.objects.get(kind="renews", earlier__number="W.13-HH.04.02-152")
    assert renewed.later.term_state(today) == TermState.UPCOMING
    campaign = Campaign.objects.get()
    assert campaign.items.count() - campaign.items.unanswered().count() == 2
    assert campaign.items.unanswered().exists()
    plan = WorkPlan.objects.with_state_facts().get()
    assert (plan.state, plan.lines.count()) == (PlanState.IN_APPROVAL, 4)


def test_people_are_a_hundred_different_ones():
    people = People()
    unit = Unit(short_name="Unit")
    made = [people.employee(unit) for _ in range(370)]

    for key in ("full_name", "employee_number", "email"):
        assert len({getattr(person, key) for person in made}) == 370


def test_a_pdf_says_its_lines(tmp_path):
    assert one_page_pdf(["A (b) \\ c"]) == one_page_pdf(["A (b) \\ c"])
    assert b"(A \\(b\\) \\\\ c) '" in one_page_pdf(["A (b) \\ c"])


def test_the_accounts_are_printed_without_a_database():
    out = io.StringIO()
    call_command("sample_accounts", stdout=out)

    assert all(account.email in out.getvalue() for account in ACCOUNTS)
