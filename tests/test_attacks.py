"""What an attacker tried against the portal and found open once: each stays shut."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from participants.models import Participant
from tests.factories import Bureau, Kanwil, build_bureau, build_kanwil

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> Bureau:
    return build_bureau()


@pytest.fixture
def kanwil(bureau: Bureau) -> Kanwil:
    return build_kanwil("Alfa", bureau, number=1)


def browser_of(user: Any) -> Client:
    """A browser that gets the error page like everybody else."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


# --- addresses


@pytest.mark.parametrize(
    "target", ["1", "user_list", "<x>", "//evil.test", "https://evil.test/", "javascript:alert(1)"]
)
def test_a_target_is_an_address_of_this_site_and_never_the_name_of_a_page(bureau: Bureau, target: str) -> None:
    client = browser_of(bureau.admin)
    answers = [
        client.post(reverse("language_set"), {"language": "id", "next": target}),
        client.get(reverse("admin:login"), {"next": target}),
    ]
    for answer in answers:
        assert answer.status_code == 302
        assert "evil" not in answer.headers["Location"]
        assert "javascript" not in answer.headers["Location"]
        assert answer.headers["Location"] != reverse("user_list")


@pytest.mark.parametrize(
    "query", ["status=1", f"pk__in={'9' * 23}", "owner_unit__users__password__startswith=a", "history__id=1"]
)
@pytest.mark.parametrize("page", ["changelist", "export"])
def test_the_agreement_desk_answers_no_lookup_made_up_by_hand(bureau: Bureau, page: str, query: str) -> None:
    answer = browser_of(bureau.admin).get(reverse(f"admin:partnerships_agreement_{page}") + f"?{query}")
    assert answer.status_code == 400


def test_the_export_of_the_desk_leads_back_where_the_list_cannot_be_made(bureau: Bureau) -> None:
    answer = browser_of(bureau.admin).get(reverse("admin:partnerships_agreement_export") + "?p=x9")
    assert answer.status_code in {200, 302}


def test_the_desk_of_organisations_still_filters_by_kind(bureau: Bureau, kanwil: Kanwil) -> None:
    client = browser_of(bureau.admin)
    url = reverse("admin:partnerships_organization_changelist")
    assert client.get(f"{url}?kind__exact=province").status_code == 200
    assert client.get(f"{url}?kind=province").status_code == 400


@pytest.mark.parametrize("key", ["9" * 23, "\0", "x", "-1", "٣"])
def test_a_group_that_cannot_be_is_a_wrong_choice(kanwil: Kanwil, key: str) -> None:
    answer = browser_of(kanwil.admin).post(reverse("invite_units", args=[kanwil.workshop.pk]), {"groups": [key]})
    assert answer.status_code == 200
    assert answer.context["form"].errors["groups"]


def test_who_is_not_signed_in_cannot_pile_up_files(client: Client) -> None:
    files = {f"file{n}": ContentFile(b"x", name="x.pdf") for n in range(11)}
    assert client.post(reverse("account_login"), files).status_code == 400


@pytest.mark.parametrize("day", ["0001-01-01", "1945-08-17", "9999-12-31"])
def test_a_name_begins_on_a_day_that_can_be(bureau: Bureau, kanwil: Kanwil, day: str) -> None:
    names = {"official_name": "Rutan Baru", "short_name": "Rutan Baru", "from_day": day}
    answer = browser_of(bureau.admin).post(reverse("unit_rename", args=[kanwil.child.pk]), names)
    assert answer.status_code == 200
    assert answer.context["form"].errors


# --- personal data


def test_a_leader_reads_no_whole_address_on_the_pages_of_letters(bureau: Bureau, kanwil: Kanwil) -> None:
    """Also one whose own unit is the ministry, with every other unit below it."""
    bureau.leader.unit = bureau.ministry
    bureau.leader.save()
    client = browser_of(bureau.leader)
    for url in (reverse("message_list"), reverse("message_detail", args=[kanwil.message.public_id])):
        text = client.get(url).content.decode()
        assert "•••@…" in text
        assert kanwil.message.to_addr.partition("@")[0] not in text
        assert kanwil.message.to_addr not in text


def people_found(client: Client, text: str) -> list[str]:
    """By the list of people and by the one box over everything."""
    listed = client.post(reverse("participant_list"), {"q": text}, follow=True)
    boxed = client.post(reverse("search"), {"q": text}, follow=True)
    rows = [row.person.full_name for row in listed.context["rows"]]
    hits = [hit.title for group in boxed.context["groups"] for hit in group.hits]
    return rows + hits


def test_a_leader_cannot_find_out_a_nip_digit_by_digit(bureau: Bureau, kanwil: Kanwil) -> None:
    person = kanwil.participant
    number = person.employee_number or ""
    leader, admin = browser_of(bureau.leader), browser_of(kanwil.admin)
    for beginning in (number[:6], number[:8], number[:17]):
        assert people_found(leader, beginning) == []
        assert people_found(admin, beginning) == [person.full_name] * 2
    assert people_found(leader, number) == [person.full_name] * 2


WRITINGS = ["{0}.{1}.{2}.{3}", "{0}-{1}-{2}-{3}", "NIP {0} {1} {2} {3}", "NIP. {0}{1}{2}{3}", "{0}.{1}"]


@pytest.mark.parametrize("writing", WRITINGS)
def test_a_nip_stands_in_no_address_however_it_is_written(bureau: Bureau, kanwil: Kanwil, writing: str) -> None:
    number = kanwil.participant.employee_number or ""
    text = writing.format(number[:8], number[8:14], number[14], number[15:])
    client = browser_of(kanwil.admin)
    for url in (reverse("participant_list"), reverse("workshop_registrations", args=[bureau.workshop.pk])):
        answer = client.post(url, {"q": text}, follow=True)
        (target, _status), *_more = answer.redirect_chain
        assert number[:8] not in target
        assert kanwil.participant.full_name in answer.content.decode()


def test_a_name_is_still_no_number(kanwil: Kanwil) -> None:
    rows = Participant.objects.all()
    assert list(rows.matching("kenarialfa", by=kanwil.admin)) != []
    assert list(rows.matching("- .", by=kanwil.admin)) == []
