"""What an attacker tried against the agreements and found open once: each stays shut."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from partnerships.models import Agreement
from tests.factories import Bureau, Kanwil
from tests.partnerships.scene import build_scene
from tests.partnerships.test_public import SECRET, open_one

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
