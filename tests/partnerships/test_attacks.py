"""What an attacker tried against the agreements and found open once: each stays shut."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from partnerships.actions.publishing import publish_agreement, redact_copy
from partnerships.models import Agreement, AgreementFile, Publication
from tests.factories import Bureau, Kanwil
from tests.partnerships.scene import NOW, build_scene, party, posted
from tests.partnerships.submission_rows import make_verified
from tests.partnerships.test_public import SECRET, open_one
from tests.pdf_files import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    return build_scene()


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to("2026-11-21T03:00:00Z")


def offered(client: Client, term: str) -> list[str]:
    query = {"app_label": "partnerships", "model_name": "agreementlink", "field_name": "earlier", "term": term}
    answer = client.get(reverse("admin:autocomplete"), query)
    return [row["text"] for row in answer.json()["results"]]


def test_words_of_a_foreign_text_find_nothing_to_link_to(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    foreign = open_one(bali, bureau.admin)
    client.force_login(java.officer)
    assert offered(client, foreign.number) == offered(client, "RSUD Contoh") == [str(foreign)]
    assert offered(client, SECRET) == offered(client, "198609262015051001") == []
    Agreement.objects.filter(pk=foreign.pk).update(classification="exempt", classification_reason="Kesehatan")
    assert offered(client, foreign.number) == []


def test_who_handed_in_a_limited_text_does_not_open_it_alone(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    closed = {"classification": "limited", "classification_reason": "Pasal 17", "scope": SECRET}
    agreement = make_verified(java, **closed).agreement
    publish_agreement(agreement, public_file=None, by=bureau.staff, now=NOW)
    java.operator.keeps_agreements = True
    java.operator.save()
    client.force_login(java.operator)
    address = reverse("admin:partnerships_agreement_change", args=[agreement.pk])

    def tried(**fields: str) -> str:
        client.post(address, sent(agreement) | fields)
        agreement.refresh_from_db()
        return str(agreement.classification)

    assert tried(classification="public") == "limited"
    assert SECRET not in Client().get(reverse("agreement_public", args=[agreement.pk])).content.decode()
    assert tried(classification="limited", classification_reason="Pasal 18") == "limited"
    assert agreement.classification_reason == "Pasal 18", "what is asked for was posted whole"
    Publication.objects.all().delete()
    assert tried(classification="public") == "public"
    publish_agreement(
        agreement,
        public_file=redact_copy(agreement.files.get(), boxes=[], by=java.admin, now=NOW),
        by=bureau.staff,
        now=NOW,
    )
    assert tried(classification="limited", classification_reason="Pasal 17") == "limited", "closing waits for nobody"


def sent(agreement: Agreement) -> dict[str, Any]:
    """The form of a verified agreement as it stands."""
    data = posted(**{"new_files-TOTAL_FORMS": "0"})
    for prefix, rows in (
        ("parties", agreement.parties.order_by("position")),
        ("files", agreement.files.order_by("uploaded_at", "pk")),
    ):
        data |= {f"{prefix}-TOTAL_FORMS": str(rows.count()), f"{prefix}-INITIAL_FORMS": str(rows.count())}
        data |= {f"{prefix}-{n}-id": str(row.pk) for n, row in enumerate(rows)}
    return data | {"owner_unit": str(agreement.owner_unit_id)}


def test_a_copy_for_the_public_is_made_on_its_own_page_alone(client: Client, scene: Any) -> None:
    """At the desk it would be filed as it came, with all that its file tells of people."""
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    upload = SimpleUploadedFile("publik.pdf", pdf(), content_type="application/pdf")
    data = posted(owner_unit=java.unit.pk, **{"new_files-0-kind": "public", "new_files-0-file": upload})
    data |= party(0, position=1, unit=java.unit.pk)
    answer = client.post(reverse("admin:partnerships_agreement_add"), data)
    assert answer.context["inline_admin_formsets"][-1].formset.forms[0].errors["kind"]
    assert not AgreementFile.objects.filter(kind="public", original_name="publik.pdf").exists()


@pytest.mark.parametrize("key", ["", "x", "9" * 20])
def test_a_copy_taken_back_meanwhile_breaks_no_form(client: Client, scene: Any, key: str) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    address = reverse("admin:partnerships_agreement_change", args=[java.agreement.pk])
    page = client.post(address, sent(java.agreement) | {"files-0-id": key, "title": "Judul yang diketik"})
    assert (page.status_code, "Judul yang diketik" in page.text) == (200, True)


@pytest.mark.parametrize("n_initial", ["0", "-1"])
def test_parties_sent_as_if_they_were_new_take_no_place_twice(client: Client, scene: Any, n_initial: str) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    address = reverse("admin:partnerships_agreement_change", args=[java.agreement.pk])
    data = sent(java.agreement) | {"parties-INITIAL_FORMS": n_initial, "title": "Judul yang diketik"}
    data |= party(0, position=2, unit=java.unit.pk)
    page = client.post(address, data)
    assert (page.status_code, "Judul yang diketik" in page.text) == (200, True)
    assert "sudah dipakai pihak lain" in page.text
    assert java.agreement.parties.count() == 2


MARKUP = "<meta http-equiv=refresh content=0>"


def test_a_name_in_the_help_of_a_field_stays_text(client: Client, scene: Any) -> None:
    """Help texts are drawn as markup: what people named a file or an agreement is not."""
    bureau, java, _bali = scene
    deeds = java.deeds
    type(deeds.activity).objects.filter(pk=deeds.activity.pk).update(original_name=MARKUP)
    type(deeds.answer).objects.filter(pk=deeds.answer.pk).update(original_name=MARKUP)
    type(java.realization).objects.filter(pk=java.realization.pk).update(original_name=MARKUP)
    Agreement.objects.filter(pk=java.agreement.pk).update(title=MARKUP)
    type(java.workshop).objects.filter(pk=java.workshop.pk).update(agreement=java.agreement)
    client.force_login(bureau.admin)
    for address in (
        reverse("activity_edit", args=[java.agreement.pk, deeds.activity.pk]),
        reverse("monitoring_answer", args=[deeds.monitored.round_id, deeds.monitored.pk]),
        reverse("budget_line_edit", args=[java.workshop.pk, java.budget_line.pk]),
        reverse("realization_edit", args=[java.workshop.pk, java.realization.pk]),
    ):
        page = client.get(address).text
        assert MARKUP not in page, address
        assert escape(MARKUP) in page, address
    upload = SimpleUploadedFile(f"{MARKUP}.pdf", pdf(), content_type="application/pdf")
    for address in (reverse("activity_create", args=[java.agreement.pk]), reverse("agreement_submit")):
        upload.seek(0)
        page = client.post(address, {"file": upload}).text
        assert MARKUP not in page, address
        assert f"{escape(MARKUP)}.pdf tetap tersimpan" in page, address


def test_a_form_of_another_agreement_sent_here_is_a_report_of_its_own(client: Client, scene: Any) -> None:
    _bureau, java, bali = scene
    typed = {"title": "Pelatihan", "held_on": "2026-11-20", "form_token": "18923aa3-93e4-413b-9501-9b352f5e97b4"}
    for kanwil in (java, bali, java):
        client.force_login(kanwil.admin)
        assert client.post(reverse("activity_create", args=[kanwil.agreement.pk]), typed).status_code == 302
    for kanwil in (java, bali):
        assert kanwil.agreement.activities.filter(title="Pelatihan").count() == 1, "and the same form again nothing new"
