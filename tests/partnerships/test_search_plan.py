"""Full-text search on PostgreSQL reads the index of the words, never their whole table. How the few rows found are then
joined to the narrow tables beside it is for the planner: at this size it may read one of those whole."""

from datetime import date

import pytest
from django.db import connection

from partnerships.models import Agreement, AgreementText, Publication
from tests.partnerships.scene import NOW, build_scene

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
N = 3_000


@pytest.mark.parametrize("is_public", [False, True])
def test_a_search_reads_the_index(is_public: bool) -> None:
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
    AgreementText.objects.bulk_create(
        AgreementText(
            agreement=row,
            head=f"{row.title}\n{row.number}",
            full_body=f"isi kata{n} " + "lembaga pelatihan " * 30,
            public_body=f"isi kata{n} " + "lembaga pelatihan " * 30,
            is_open=True,
            fingerprint="",
            made_at=NOW,
        )
        for n, row in enumerate(rows)
    )
    Publication.objects.bulk_create(
        Publication(agreement=row, published_at=NOW, published_by=bureau.admin) for row in rows
    )
    with connection.cursor() as cursor:
        # What autovacuum does in a living database: rows just written leave the list that stands before the index.
        for index in ("partnerships_words_full", "partnerships_words_public"):
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
        cursor.execute("ANALYZE")
    for words in ("kata1234", "W.13-HH.04.02-1234", '"kerja sama 1234"'):
        found = Agreement.objects.searched(words, public=is_public)
        assert [row.number for row in found] == ["W.13-HH.04.02-1234"], words
        plan = found.explain()
        name = "partnerships_words_public" if is_public else "partnerships_words_full"
        assert name in plan, plan
        assert "Seq Scan on partnerships_agreementtext" not in plan, plan
