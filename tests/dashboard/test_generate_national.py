import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone

from dashboard.management.national.pouring import _Stream, next_key, pour
from dashboard.management.national.workshops import CONFERENCE
from dashboard.management.sample.accounts import PASSWORD
from outbox.models import Message, State
from outbox.registry import planners
from participants.employee_numbers import check_employee_number
from participants.letters.names import CONFIRMATION, INVITATION
from participants.models import Allocation, Participant, Registration
from partnerships.models import Activity, Agreement, AgreementFile, AgreementText, Organization, Publication
from units.models import Level, Unit, UnitKind, User
from workshops.models import Session, Workshop, WorkshopState

pytestmark = pytest.mark.django_db


def test_a_hundredth_of_the_nation_has_its_right_numbers_and_shapes():
    out = io.StringIO()
    call_command("generate_national", scale=0.01, stdout=out)

    assert re.search(r"Done in [0-9.]+ s, at most [0-9]+ MiB of memory\.", out.getvalue())
    assert Unit.objects.count() == 120
    assert Workshop.objects.count() == 12 + 1
    assert Session.objects.filter(workshop__title=CONFERENCE).count() == 200
    assert Participant.objects.count() == 100
    assert Registration.objects.count() == 1_000
    assert Agreement.objects.count() == 70
    assert AgreementFile.objects.count() == 56 + 70
    assert Publication.objects.count() == AgreementText.objects.count() == 70
    assert min(len(words.public_body) for words in AgreementText.objects.all()) > 20_000
    assert Activity.objects.count() == 300
    assert Organization.objects.count() == 100
    parties = Agreement.objects.annotate(n=Count("parties")).values_list("n", flat=True)
    assert sorted(parties) == [2] * 52 + [3] * 18
    assert Message.objects.count() == 5_000
    assert User.objects.get(email="admin.biro@humas.invalid").check_password(PASSWORD)
    for unit in Unit.objects.select_related("parent"):
        assert unit.path == f"{unit.parent.path if unit.parent else ''}{unit.pk}/"
    large = Workshop.objects.annotate(n=Count("registrations")).order_by("-n")[0]
    assert (large.n, large.state) == (100, WorkshopState.REGISTRATION)
    for person in Participant.objects.all():
        checked = check_employee_number(person.employee_number, status="pns", today=timezone.localdate())
        assert (checked.errors, checked.warnings) == ((), ())
    for allocation in Allocation.objects.annotate(n=Count("registrations")):
        assert allocation.n <= allocation.seats_onsite
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT, State.PENDING, State.FAILED}
    wished = {wish.kind for planner in planners() for wish in planner(timezone.now())}
    assert not wished & {CONFIRMATION, INVITATION}
    # New rows find free keys.
    Unit.objects.create(path="x/", official_name="X", short_name="X", level=Level.MINISTRY, kind=UnitKind.OFFICE)
    newest = Message.objects.order_by("pk").last()
    newest.pk, newest.public_id, newest.dedup_key, newest.message_id = None, "a" * 32, "neu", "neu"
    newest.save(force_insert=True)


def test_a_database_in_use_is_refused():
    User.objects.create_user("orang@kantor.test", role="bureau_admin", full_name="Orang Lain")

    with pytest.raises(CommandError, match="in use"):
        call_command("generate_national", scale=0.01)

    assert not Unit.objects.exists()


@pytest.mark.parametrize("scale", [0, -1, 11])
def test_an_odd_scale_is_refused(scale):
    with pytest.raises(CommandError, match="scale"):
        call_command("generate_national", scale=scale)


def test_poured_rows_come_back_as_they_were():
    first = next_key(Unit)
    odd = "Tab\tGaris\\Baris\nKarakter é “x” \\N"
    names = [
        "id", "path", "official_name", "short_name", "level", "kind", "unit_class", "province", "city", "tz",
        "iso_codes", "kemendagri_codes", "letter_prefix", "letterhead", "address", "phone", "email", "website",
        "valid_from",
    ]  # fmt: skip
    row = (
        first,
        "p/",
        odd,
        "S",
        "ministry",
        "office",
        "",
        "",
        "",
        "Asia/Jakarta",
        "",
        "",
        "",
        odd,
        "",
        "",
        "",
        "",
        None,
    )

    pour(Unit, names, iter([row]))

    unit = Unit.objects.get()
    assert (unit.pk, unit.official_name, unit.letterhead, unit.valid_from, unit.iso_codes) == (
        first,
        odd,
        odd,
        None,
        "",
    )


def test_a_stream_gives_all_its_text_in_pieces():
    stream = _Stream(iter([(number, "é" * number) for number in range(50)]))

    pieces = []
    while piece := stream.read(17):
        assert len(piece) <= 17
        pieces.append(piece)

    assert "".join(pieces) == "".join(f"{number}\t{'é' * number}\n" for number in range(50))
