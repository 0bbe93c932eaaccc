"""Agreements are found by every name their parties bear or bore, and at once after those have changed."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from partnerships.actions.organizations import merge_organizations, undo_merge
from partnerships.actions.texts import refresh_words
from partnerships.models import Agreement, AgreementParty, Organization, OrganizationAlias
from tests.factories import make_agreement, publish_agreement
from tests.partnerships.scene import NOW, build_scene
from units.actions.offices import rename_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Any:
    return build_scene()


def with_partner(unit: Any, organization: Organization, title: str) -> Agreement:
    agreement = make_agreement(unit, title=title, number=title)
    AgreementParty.objects.create(agreement=agreement, position=7, organization=organization)
    refresh_words([agreement.pk], now=NOW)
    return agreement


def found(text: str, *, public: bool = False) -> set[str]:
    return set(Agreement.objects.searched(text, public=public).values_list("title", flat=True))


def test_the_public_finds_an_alias_and_the_former_name_of_a_unit(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    partner = Organization.objects.create(name="Yayasan Kenanga", kind="foundation")
    agreement = with_partner(java.child, partner, "Pojok baca")
    publish_agreement(agreement, by=bureau.admin, now=NOW)
    former = java.child.official_name
    assert found("Melatiputih", public=True) == set()
    assert found("Rutanbaru", public=True) == set()

    OrganizationAlias.objects.create(organization=partner, name="Melatiputih Foundation")
    rename_unit(
        java.child,
        official_name="Rutanbaru Satu",
        short_name="Rutanbaru",
        from_day=date(2026, 1, 1),
        by=bureau.admin,
        now=NOW,
        today=NOW.date(),
    )
    refresh_words([agreement.pk], now=NOW)

    for words in ("Melatiputih", "Rutanbaru", f'"{former}"'):
        assert "Pojok baca" in found(words, public=True), words
        assert "Pojok baca" in client.get("/publik/kerja-sama/", {"q": words}).content.decode(), words


def test_a_merge_and_its_undoing_are_searched_at_once(scene: Any) -> None:
    bureau, java, _bali = scene
    kept, gone = (Organization.objects.create(name=name, kind="foundation") for name in ("Anggrekbiru", "Kambojahitam"))
    with_partner(java.unit, kept, "Satu")
    with_partner(java.unit, gone, "Dua")
    assert (found("Anggrekbiru"), found("Kambojahitam")) == ({"Satu"}, {"Dua"})

    merge = merge_organizations(gone, into=kept, by=bureau.admin, now=NOW)
    assert found("Anggrekbiru") == found("Kambojahitam") == {"Satu", "Dua"}

    undo_merge(merge, by=bureau.admin, now=NOW)
    assert (found("Anggrekbiru"), found("Kambojahitam")) == ({"Satu"}, {"Dua"})


@pytest.mark.parametrize("n", [1, 3])
def test_words_of_many_ask_the_same(scene: Any, n: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _bureau, java, _bali = scene
    keys = []
    for number in range(n):
        partner = Organization.objects.create(name=f"Yayasan {number}", kind="foundation")
        OrganizationAlias.objects.create(organization=partner, name=f"Nama lain {number}")
        keys.append(with_partner(java.unit, partner, f"Judul {number}").pk)
    with django_assert_num_queries(7):
        assert refresh_words(keys, now=NOW) == 0


def test_the_filters_keep_the_best_first_while_words_are_sought(client: Client, scene: Any) -> None:
    best = '<option value="" selected>Paling sesuai</option>'
    assert best in client.get("/publik/kerja-sama/", {"q": "rutan"}).content.decode()
    assert "Paling sesuai" not in client.get("/publik/kerja-sama/", {"unit": ""}).content.decode()
