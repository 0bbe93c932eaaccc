import hashlib
import io
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from partnerships.filters import ORDERS
from partnerships.models import Agreement, AgreementParty, Organization, OrganizationKind
from tests.factories import Bureau, Kanwil, make_agreement
from tests.partnerships.scene import build_scene
from tests.partnerships.submission_rows import make_submission
from units.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    return build_scene()


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to("2026-11-21T03:00:00Z")


def titles(client: Client, **query: Any) -> list[str]:
    return [agreement.title for agreement in client.get(reverse("agreement_list"), query).context["page"]]


def test_agreement_list_shows_each_role_exactly_the_own_rows(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    rutan = make_agreement(java.child, title="Perjanjian rutan", number="PKS-RUTAN")
    everything = {bureau.agreement.title, java.agreement.title, bali.agreement.title, rutan.title}
    for user, seen in {
        bureau.admin: everything,
        bureau.staff: everything,
        bureau.leader: everything,
        java.admin: {java.agreement.title, rutan.title},
        java.operator: {rutan.title},
        java.officer: {java.agreement.title},
        bali.admin: {bali.agreement.title},
        bali.operator: set(),
    }.items():
        client.force_login(user)
        assert set(titles(client)) == seen, user.email
        for agreement in (bureau.agreement, java.agreement, bali.agreement, rutan):
            answer = client.get(reverse("agreement_detail", args=[agreement.pk]))
            assert answer.status_code == (200 if agreement.title in seen else 404), (user.email, agreement.title)
        export = client.get(reverse("agreement_export"))
        rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(export))).get_sheet_by_index(0).to_python()
        assert {row[2] for row in rows[1:]} == seen


def test_agreement_list_tells_the_stage_and_narrows_by_it(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    waiting = make_submission(java, title="Naskah menunggu").agreement
    client.force_login(java.admin)
    page = client.get(reverse("agreement_list")).content.decode()
    assert {">Diserahkan</span>", ">Ditandatangani</span>"} <= set(re.findall(r">\w+</span>", page))
    assert titles(client, tahap="submitted") == [waiting.title]
    assert titles(client, tahap="returned") == []
    assert len(titles(client, tahap="apa")) == len(titles(client)) > 1


@pytest.mark.parametrize("n_rows", [1, 3])
def test_agreement_list_costs_the_same_for_one_row_and_three(client: Client, scene: Any, n_rows: int) -> None:
    bureau, java, bali = scene
    Agreement.objects.exclude(pk=java.agreement.pk).delete()
    for number in range(n_rows - 1):
        more = make_agreement(bali.unit, title=f"Lagi {number}", number=f"L-{number}")
        AgreementParty.objects.create(agreement=more, position=1, unit=bali.unit)
    for user, n in ((bureau.admin, 8), (bureau.leader, 7)):
        client.force_login(user)
        with CaptureQueriesContext(connection) as queries:
            assert len(titles(client)) == n_rows
        assert len(queries) == n


@pytest.mark.parametrize("n_rows", [1, 3])
def test_agreement_page_costs_the_same_for_one_party_and_three(client: Client, scene: Any, n_rows: int) -> None:
    bureau, java, bali = scene
    java.agreement.parties.all().delete()
    for position, unit in enumerate((java.unit, bali.unit, bureau.unit)[:n_rows], start=1):
        AgreementParty.objects.create(
            agreement=java.agreement, position=position, unit=unit, signatory_position="Kepala"
        )
    client.force_login(bureau.admin)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("agreement_detail", args=[java.agreement.pk]))
    assert len(queries) == 12


def test_agreement_list_filters_sorts_and_survives_nonsense(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    ending = make_agreement(bali.child, title="Habis Januari", number="A", effective_until=date(2027, 1, 1))
    ended = make_agreement(bali.unit, title="Habis kemarin", number="B", effective_until=date(2026, 11, 20))
    open_end = make_agreement(java.unit, title="Tanpa akhir", number="C", effective_until=None, is_foreign=True)
    client.force_login(bureau.staff)
    assert titles(client, masa="ending") == [ending.title]
    assert titles(client, masa="ended") == [ended.title]
    assert titles(client, lingkup="luar") == [open_end.title]
    assert titles(client, unit=bali.unit.pk, urut="berakhir") == [ended.title, ending.title, bali.agreement.title]
    assert titles(client, unit=java.unit.pk, urut="berakhir") == [java.agreement.title, open_end.title]
    assert titles(client, naskah="ada", urut="judul") == sorted([java.agreement.title, bali.agreement.title])
    assert titles(client, q="habis") == [ended.title, ending.title]
    assert titles(client, q="pks-kenarijawa") == [java.agreement.title]
    for nonsense in (
        {"q": "\0"},
        {"unit": "9" * 30},
        {"unit": "\0"},
        {"masa": "x"},
        {"halaman": "-1"},
        {"q": "x" * 500},
    ):
        assert client.get(reverse("agreement_list"), nonsense).status_code == 200
    client.force_login(java.admin)
    assert titles(client, unit=bali.unit.pk) == titles(client), "a foreign unit is no choice and filters nothing"
    assert bali.canary not in client.get(reverse("agreement_list"), {"q": "Perjanjian"}).content.decode()


@pytest.mark.parametrize("order", ["", *ORDERS])
def test_agreement_list_reads_the_facts_of_a_page_in_the_order_of_the_list(
    client: Client, scene: Any, order: str
) -> None:
    """Pages before and after the middle: the second half is read from the end."""
    bureau, java, _bali = scene
    for n in range(120):
        end = date(2027, 1 + n % 7, 1) if n % 3 else None
        make_agreement(java.unit, title=f"Judul {n * 7 % 120}", number=f"N{n * 11 % 50}", effective_until=end)
    client.force_login(bureau.staff)
    found = Agreement.objects.order_by(*ORDERS[order or "terbaru"])
    wanted = found.with_record_state().with_list_facts().with_progress(date(2026, 11, 21))
    facts = ("pk", "record_state", "n_copies", "parties_line", "progress_label")
    rows = [[getattr(row, name) for name in facts] for row in wanted]
    shown = []
    for number in (1, 2, 3):
        page = client.get(reverse("agreement_list"), {"urut": order, "halaman": number}).context["page"]
        shown += [[getattr(row, name) for name in facts] for row in page]
    assert shown == rows


def test_agreement_page_says_where_it_stands(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    Agreement.objects.filter(pk=java.agreement.pk).update(effective_until=date(2027, 1, 1))
    client.force_login(java.admin)
    page = client.get(reverse("agreement_detail", args=[java.agreement.pk])).content.decode()
    assert "Akan berakhir 41 hari lagi" in page
    assert "Jumat, 1 Januari 2027" in page
    assert reverse("admin:partnerships_agreement_change", args=[java.agreement.pk]) not in page
    client.force_login(java.officer)
    page = client.get(reverse("agreement_detail", args=[java.agreement.pk])).content.decode()
    assert reverse("admin:partnerships_agreement_change", args=[java.agreement.pk]) in page


def test_a_partners_country_is_told_in_the_readers_language(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    partner = Organization.objects.create(name="Deutsche Stiftung", kind=OrganizationKind.FOUNDATION, country="Jerman")
    AgreementParty.objects.create(agreement=java.agreement, position=9, organization=partner)
    page = reverse("agreement_detail", args=[java.agreement.pk])
    for language, name, other in (("en", "Germany", "Jerman"), ("id", "Jerman", "Germany")):
        User.objects.filter(pk=bureau.staff.pk).update(language=language)
        client.force_login(bureau.staff)
        answer = client.get(page).content.decode()
        assert name in answer
        assert other not in answer


def test_signed_copy_is_handed_out_byte_for_byte_to_those_who_may_see_it(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    url = reverse("agreement_file", args=[java.agreement_file.pk])
    kept = java.agreement_file.file.open().read()
    for user in (bureau.admin, bureau.staff, bureau.leader, java.admin, java.officer):
        client.force_login(user)
        answer = client.get(url)
        assert hashlib.sha256(b"".join(answer)).digest() == hashlib.sha256(kept).digest()
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("sandbox")
        assert "no-store" in answer["Cache-Control"]
    for user in (java.operator, bali.admin, bali.officer, bali.operator):
        client.force_login(user)
        assert client.get(url).status_code == 404, user.email
    client.logout()
    assert client.get(url).status_code == 302
    client.force_login(bureau.admin)
    assert client.get(reverse("agreement_file", args=[2**62])).status_code == 404


def test_signed_copy_whose_file_is_gone_is_not_found(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    java.agreement_file.file.storage.delete(java.agreement_file.file.name)
    client.force_login(java.admin)
    assert client.get(reverse("agreement_file", args=[java.agreement_file.pk])).status_code == 404


def test_signed_copy_has_no_address_besides_its_page(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    client.force_login(bureau.admin)
    for guess in ("/media/", "/files/", "/", "/static/"):
        assert client.get(f"{guess}{java.agreement_file.file.name}").status_code == 404
