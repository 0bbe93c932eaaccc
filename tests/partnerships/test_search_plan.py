"""On PostgreSQL a search goes from the index of the words to the few rows found, in the panel and in public: no large
table is read whole, and a plan that reads one is noticed."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementParty,
    AgreementText,
    FileKind,
    Organization,
    OrganizationKind,
    Publication,
)
from tests.factories import Bureau
from tests.partnerships.scene import NOW, build_scene

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
N = 3_000
INDEXES = {True: "partnerships_words_public", False: "partnerships_words_full"}
LARGE = {
    f"partnerships_{name}"
    for name in ("agreement", "agreementtext", "publication", "agreementparty", "organization", "agreementfile")
}


def fill() -> Bureau:
    bureau, java, _bali = build_scene()
    rows = Agreement.objects.bulk_create(
        Agreement(
            agreement_type_id="perjanjian_kerja_sama",
            title=f"Kerja sama {n}",
            number=f"W.13-HH.04.02-{n}",
            owner_unit=java.unit,
            signed_on=date(2026, 1, 1),
            scope="lingkup " * 230,
        )
        for n in range(N)
    )
    copies = AgreementFile.objects.bulk_create(
        AgreementFile(
            agreement=row,
            kind=FileKind.PUBLIC,
            file="publik.pdf",
            original_name="publik.pdf",
            size=1,
            sha256=f"{row.pk:064x}",
            n_pages=1,
            uploaded_at=NOW,
            uploaded_by=bureau.admin,
        )
        for row in rows
    )
    AgreementText.objects.bulk_create(
        AgreementText(
            agreement=row,
            head=f"{row.title}\n{row.number}",
            full_body=f"isi kata{n} " + "lembaga pelatihan " * 30,
            public_body=f"isi kata{n} " + "lembaga pelatihan " * 30,
            public_file=copy,
            is_open=True,
            fingerprint="",
            made_at=NOW,
        )
        for n, (row, copy) in enumerate(zip(rows, copies, strict=True))
    )
    Publication.objects.bulk_create(
        Publication(agreement=row, public_file=copy, published_at=NOW, published_by=bureau.admin)
        for row, copy in zip(rows, copies, strict=True)
    )
    partners = Organization.objects.bulk_create(
        Organization(name=f"Mitra {n}", kind=OrganizationKind.OTHER) for n in range(N)
    )
    AgreementParty.objects.bulk_create(
        AgreementParty(agreement=row, position=1, organization=partner)
        for row, partner in zip(rows, partners, strict=True)
    )
    settle()
    return bureau


def settle() -> None:
    """What autovacuum does in a living database, here at a time that is known: rows just written leave the list that
    stands before the index, and the planner hears how the tables look."""
    with connection.cursor() as cursor:
        for index in INDEXES.values():
            cursor.execute(
                "SELECT gin_clean_pending_list(to_regclass(%s)) WHERE to_regclass(%s) IS NOT NULL", [index] * 2
            )
        cursor.execute("ANALYZE")


def read_whole(plan: str) -> set[str]:
    return LARGE & set(re.findall(r"Seq Scan on (\w+)", plan))


def plans_of(words: str, *, is_public: bool) -> list[str]:
    """Of the rows and of their number."""
    found: Any = Agreement.objects.searched(words, public=is_public)
    counted = found.order_by().values("agreement_type")
    return [found.explain(), counted.explain(), found.by_relevance(words, n_found=1, public=is_public)[:20].explain()]


@pytest.mark.parametrize("is_public", [False, True])
def test_a_search_reads_no_large_table_whole(is_public: bool) -> None:
    fill()
    for words in ("kata1234", "W.13-HH.04.02-1234", '"kerja sama 1234"'):
        found = Agreement.objects.searched(words, public=is_public)
        assert [row.number for row in found] == ["W.13-HH.04.02-1234"], words
        for plan in plans_of(words, is_public=is_public):
            assert INDEXES[is_public] in plan, plan
            assert read_whole(plan) == set(), plan


# What a page asks with the words, or with the keys that they found.
ASKED = re.compile(r'_vector|"agreement_id" IN \(\d')


def plans_of_page(client: Client, name: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert "Kerja sama 1234" in client.get(reverse(name), {"q": "kata1234"}).content.decode()
    plans = []
    with connection.cursor() as cursor:
        for query in queries:
            if ASKED.search(query["sql"]):
                cursor.execute(f"EXPLAIN {query['sql']}")
                plans.append("\n".join(line for (line,) in cursor.fetchall()))
    return plans


# The list of the panel with all its columns, that of the portal, and the public one.
PAGES = ["admin:partnerships_agreement_changelist", "agreement_list", "agreement_public_list"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_searches_reads_no_large_table_whole(client: Client, name: str) -> None:
    client.force_login(fill().admin)
    plans = plans_of_page(client, name)
    assert len(plans) >= 3
    for plan in plans:
        assert read_whole(plan) == set(), plan


@pytest.mark.parametrize("is_public", [False, True])
def test_without_the_index_the_words_are_read_whole(client: Client, is_public: bool) -> None:
    """The control: the checks above see what they are there to see."""
    client.force_login(fill().admin)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {INDEXES[is_public]}")
    for plan in plans_of("kata1234", is_public=is_public):
        assert "partnerships_agreementtext" in read_whole(plan), plan
    for name in PAGES[2:] if is_public else PAGES[:2]:
        plans = plans_of_page(client, name)
        assert any("partnerships_agreementtext" in read_whole(plan) for plan in plans), plans
