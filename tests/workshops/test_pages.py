"""Every page of workshops opens for who may open it, in each of its shapes."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from partnerships.models import AgreementParty, Organization, OrganizationAlias, OrganizationKind
from tests.factories import Bureau, Kanwil
from workshops.models import Mode, Workshop


def page(client: Any, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


@pytest.mark.parametrize("role", ["admin", "staff", "leader"])
def test_pages_of_a_workshop_open_for_the_bureau(as_user: Any, bureau: Bureau, jateng: Kanwil, role: str) -> None:
    client = as_user(getattr(bureau, role))
    for name in ("workshop_detail", "workshop_agenda"):
        assert bureau.workshop.title in page(client, name, bureau.workshop.pk)
    assert bureau.workshop.title in page(client, "workshop_list")
    assert bureau.speaker.name in page(client, "speaker_list")


def test_pages_that_change_something_open_for_a_planner(as_user: Any, bureau: Bureau) -> None:
    client = as_user(bureau.staff)
    workshop = bureau.workshop
    page(client, "workshop_create")
    page(client, "workshop_edit", workshop.pk)
    page(client, "workshop_move", workshop.pk)
    page(client, "session_create", workshop.pk)
    page(client, "session_edit", workshop.pk, bureau.session.pk)
    page(client, "speaker_create")
    page(client, "speaker_edit", bureau.speaker.pk)
    for name in ("organization_search", "agreement_search", "speaker_search"):
        page(client, name, field="partner", partner_q="nas")


def test_pickers_find_partner_and_agreement_by_every_name_of_the_partner(as_user: Any, bureau: Bureau) -> None:
    partner = Organization.objects.create(
        name="Friedrich Naumann Stiftung", short_name="FNS", kind=OrganizationKind.FOUNDATION
    )
    OrganizationAlias.objects.create(organization=partner, name="Yayasan Kebebasan")
    AgreementParty.objects.create(agreement=bureau.agreement, position=2, organization=partner)
    client = as_user(bureau.staff)
    for text in ("fns", "kebebasan", "naumann"):
        assert "Friedrich" in page(client, "organization_search", field="partner", partner_q=text)
        assert bureau.agreement.title in page(client, "agreement_search", field="agreement", agreement_q=text)


def test_workshop_without_exact_date_opens_everywhere(as_user: Any, bureau: Bureau) -> None:
    Workshop.objects.filter(pk=bureau.workshop.pk).update(
        state="planned", starts_at=None, ends_at=None, fuzzy_date="akhir September 2027", fuzzy_month="2027-09-01"
    )
    client = as_user(bureau.staff)
    assert "akhir September 2027" in page(client, "workshop_list")
    assert "akhir September 2027" in page(client, "workshop_detail", bureau.workshop.pk)
    page(client, "workshop_agenda", bureau.workshop.pk)
    page(client, "workshop_edit", bureau.workshop.pk)
    answer = client.get(reverse("session_create", args=[bureau.workshop.pk]))
    assert answer.status_code == 302


def test_empty_lists_say_what_to_do_next(as_user: Any, bureau: Bureau) -> None:
    client = as_user(bureau.staff)
    assert "Tidak ada kegiatan yang cocok" in page(client, "workshop_list", q="tidak ada apa pun")
    Workshop.objects.filter(pk=bureau.workshop.pk).update(mode=Mode.ONLINE)
    assert "Tautan rapat daring belum diisi." in page(client, "workshop_detail", bureau.workshop.pk)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"mode": Mode.HYBRID, "venue": ""}, "Rutan Kelas IIB Jateng + daring"),
        ({"mode": Mode.HYBRID, "venue": "Aula", "venue_address": "Jalan Satu"}, "Aula + daring Jalan Satu"),
        ({"mode": Mode.HYBRID, "venue": "", "host_unit": None}, "Tatap muka + daring"),
        ({"mode": Mode.ONSITE, "venue": "", "host_unit": None}, "Tempat belum ditetapkan"),
    ],
)
def test_head_row_and_public_page_name_the_same_place(
    as_user: Any, bureau: Bureau, jateng: Kanwil, fields: dict[str, Any], said: str
) -> None:
    Workshop.objects.filter(pk=bureau.workshop.pk).update(
        **{"is_public": True, "host_unit": jateng.child, "venue_address": ""} | fields
    )
    client = as_user(bureau.leader)
    detail, public = (
        page(client, "workshop_detail", bureau.workshop.pk),
        page(client, "workshop_public", bureau.workshop.pk),
    )
    head = detail.partition('<div class="lead meta">')[2].partition("</div>")[0]
    assert said.partition(" Jalan")[0] in head
    for text in (detail, public):
        row = text.partition("<dt>Tempat</dt>")[2].partition("</dd>")[0]
        words = " ".join(strip_tags(row).split())
        assert words.partition(" Tuan rumah")[0].partition(" Zona waktu")[0] == said


def test_online_the_public_page_and_the_head_say_so(as_user: Any, bureau: Bureau) -> None:
    Workshop.objects.filter(pk=bureau.workshop.pk).update(is_public=True, mode=Mode.ONLINE, venue="Aula")
    client = as_user(bureau.leader)
    for name in ("workshop_detail", "workshop_public"):
        text = strip_tags(page(client, name, bureau.workshop.pk))
        assert "Daring" in text
        assert "Aula" not in text
