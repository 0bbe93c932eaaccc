"""The public side of agreements: what it shows, what it never shows, and how much it costs."""

import csv
import io
import json
from datetime import date
from typing import Any
from xml.dom import minidom

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboard.management.sample.agreements import one_page_pdf
from partnerships.actions.texts import read_file, refresh_words
from partnerships.models import (
    Activity,
    Agreement,
    AgreementFile,
    AgreementLink,
    AgreementParty,
    Classification,
    Commitment,
    FocalPoint,
    LinkKind,
    Measure,
    Organization,
    Publication,
)
from partnerships.models.commitments import half_of
from partnerships.views import public
from tests.conftest import uses_redis
from tests.factories import Bureau, Kanwil, make_agreement, make_agreement_file, publish_agreement
from tests.partnerships.scene import NOW, build_scene
from toolkit.rate_limits import Limit

pytestmark = pytest.mark.django_db
LIST = "/publik/kerja-sama/"
SECRET = "rahasiakenari"


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to("2026-11-21T03:00:00Z")


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    found = build_scene()
    Publication.objects.all().delete()
    return found


def open_one(kanwil: Kanwil, by: Any, *, n: int = 1, **fields: Any) -> Agreement:
    """Published, with a public copy that says `terumbu karang` and a signed one that holds the secret."""
    agreement = make_agreement(
        kanwil.child, title=f"Layanan kesehatan {n}", number=f"W.13-HH.04.02-{117 + n}", scope="Pelatihan", **fields
    )
    partner = Organization.objects.create(
        name=f"RSUD Contoh {n}", kind="other", contact_name=SECRET, contact_email=f"{SECRET}@mitra.invalid"
    )
    party = AgreementParty.objects.create(
        agreement=agreement,
        organization=partner,
        position=2,
        signatory_name="Penanda Tangan Mitra",
        signatory_position="Direktur Utama",
        rights=f"Hak {SECRET}",
        duties=f"Kewajiban {SECRET}",
    )
    FocalPoint.objects.create(
        party=party, name=f"Narahubung {SECRET}", job_title=SECRET, email=f"{SECRET}@n.invalid", whatsapp="081234567890"
    )
    signed = make_agreement_file(
        agreement,
        name=f"{SECRET}.pdf",
        by=by,
        now=NOW,
        content=one_page_pdf([f"NIP 198609262015051001 {SECRET}", str(n)]),
    )
    publication = publish_agreement(
        agreement, by=by, now=NOW, content=one_page_pdf([f"Naskah {n}", "melindungi terumbu karang"])
    )
    assert publication.public_file is not None
    for copy in (signed, publication.public_file):
        assert read_file(copy, now=NOW).failure == ""
    refresh_words([agreement.pk], now=NOW)
    return agreement


def text_of(client: Client, path: str, **query: Any) -> str:
    answer: Any = client.get(path, query)
    assert answer.status_code == 200, path
    content = answer.getvalue() if answer.streaming else answer.content
    return str(content.decode("utf-8", "replace"))


def test_nothing_private_stands_anywhere(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    agreement = open_one(java, bureau.admin)
    hidden = make_agreement(java.child, title=f"Draf {SECRET}", number="D-1")
    AgreementLink.objects.create(later=agreement, earlier=hidden, kind=LinkKind.IMPLEMENTS)
    Agreement.objects.filter(pk=agreement.pk).update(termination_reason=SECRET)
    page = f"{LIST}{agreement.pk}/"
    places = [LIST, page, f"{page}salinan/", f"{LIST}umpan.atom"]
    places += [f"{LIST}data/{name}" for name in ("", "kerja-sama.csv", "kerja-sama.json", "skema.json")]
    for place in places:
        text = text_of(client, place)
        for secret in (SECRET, "198609262015051001", "081234567890", java.canary):
            assert secret not in text, (place, secret)
    assert "Penanda Tangan Mitra" in text_of(client, page)
    assert "Direktur Utama" in text_of(client, page)
    assert SECRET not in text_of(client, LIST, q="terumbu")


def test_a_word_of_the_private_text_finds_the_page_only_for_those_signed_in(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    agreement = open_one(java, bureau.admin)
    assert list(Agreement.objects.searched(SECRET)) == [agreement]
    assert list(Agreement.objects.searched(SECRET, public=True)) == []
    assert list(Agreement.objects.searched("terumbu", public=True)) == [agreement]
    assert "<mark>terumbu</mark>" in text_of(client, LIST, q="terumbu")
    assert agreement.title not in text_of(client, LIST, q=SECRET)


def test_a_replaced_copy_is_not_found_by_its_old_words_at_once(scene: Any) -> None:
    bureau, java, _bali = scene
    agreement = open_one(java, bureau.admin)
    other = make_agreement_file(
        agreement, name="b.pdf", by=bureau.admin, now=NOW, content=one_page_pdf(["lain"]), kind="public"
    )
    Publication.objects.update(public_file=other)
    assert list(Agreement.objects.searched("terumbu", public=True)) == []
    refresh_words([agreement.pk], now=NOW)
    assert list(Agreement.objects.searched("kesehatan", public=True)) == [agreement]
    Agreement.objects.update(classification=Classification.LIMITED, classification_reason="Pasal 17")
    assert list(Agreement.objects.searched("pelatihan", public=True)) == []
    refresh_words([agreement.pk], now=NOW)
    assert list(Agreement.objects.searched("pelatihan", public=True)) == []
    assert list(Agreement.objects.searched("kesehatan", public=True)) == [agreement]


def test_drafts_exempt_and_withdrawn_ones_answer_alike(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    draft = make_agreement(java.child, title="Draf", number="D-1")
    exempt, withdrawn = open_one(java, bureau.admin, n=1), open_one(java, bureau.admin, n=2)
    shown = open_one(java, bureau.admin, n=3)
    Agreement.objects.filter(pk=exempt.pk).update(classification=Classification.EXEMPT, classification_reason="a")
    Publication.objects.filter(agreement=withdrawn).update(
        withdrawn_at=NOW, withdrawn_by=bureau.admin, withdrawal_reason="Diganti"
    )
    answers = {
        client.get(f"{LIST}{pk}/{rest}").status_code
        for pk in (draft.pk, exempt.pk, withdrawn.pk, 10**9)
        for rest in ("", "salinan/")
    }
    assert answers == {404}
    assert client.get(f"{LIST}{shown.pk}/salinan/").status_code == 200
    rows = json.loads(text_of(client, f"{LIST}data/kerja-sama.json"))["agreements"]
    assert [row["id"] for row in rows] == [shown.pk]
    assert [agreement.pk for agreement in client.get(LIST).context["page"]] == [shown.pk]


def test_a_limited_one_shows_its_facts_and_the_reason(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    agreement = open_one(java, bureau.admin)
    Agreement.objects.filter(pk=agreement.pk).update(
        classification=Classification.LIMITED, classification_reason="Pasal 17 huruf b"
    )
    text = text_of(client, f"{LIST}{agreement.pk}/")
    assert "Pasal 17 huruf b" in text
    assert "Pelatihan</dd>" not in text
    assert "terumbu" not in text
    assert client.get(f"{LIST}{agreement.pk}/salinan/").status_code == 404
    row = json.loads(text_of(client, f"{LIST}data/kerja-sama.json"))["agreements"][0]
    assert (row["scope"], row["copy_url"], row["withheld_reason"]) == (None, None, "Pasal 17 huruf b")


@pytest.mark.parametrize("n_rows", [1, 3])
def test_pages_cost_the_same_for_one_row_and_three(client: Client, scene: Any, n_rows: int) -> None:
    bureau, java, _bali = scene
    rows = [open_one(java, bureau.admin, n=n) for n in range(1, n_rows + 1)]
    for earlier in rows[1:]:
        AgreementLink.objects.create(later=rows[0], earlier=earlier, kind=LinkKind.RENEWS)
    costs = {}
    for path in (LIST, f"{LIST}{rows[0].pk}/", f"{LIST}data/kerja-sama.csv", f"{LIST}umpan.atom"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text_of(client, path)
        costs[path] = len(queries)
    # two of the data file's count the download in the cache of the database
    assert costs[LIST] <= 7
    assert costs[f"{LIST}{rows[0].pk}/"] <= 8
    assert costs[f"{LIST}umpan.atom"] <= 2
    assert costs[f"{LIST}data/kerja-sama.csv"] <= 12


@pytest.mark.parametrize("n_rows", [1, 3])
def test_a_search_costs_one_statement_more_where_the_database_counts_it(
    client: Client, scene: Any, n_rows: int
) -> None:
    bureau, java, _bali = scene
    for n in range(1, n_rows + 1):
        open_one(java, bureau.admin, n=n)
    for _warm in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST, {"q": "kesehatan"}).context["page"].total == n_rows
    assert len(queries) == (7 if uses_redis() else 8), [query["sql"] for query in queries]


def test_the_number_found_is_that_of_kind_and_scope(client: Client, scene: Any) -> None:
    """It comes from the counts of the chips; each answer here is counted against its rows."""
    bureau, java, _bali = scene
    rows = [open_one(java, bureau.admin, n=n) for n in range(1, 4)]
    Agreement.objects.filter(pk=rows[0].pk).update(is_foreign=True)
    Agreement.objects.filter(pk=rows[1].pk).update(agreement_type="nota_kesepahaman")
    kinds = {"", *Agreement.objects.values_list("agreement_type_id", flat=True)}
    totals = {}
    for kind in kinds:
        for scope in ("", "dalam", "luar"):
            page = client.get(LIST, {"jenis": kind, "lingkup": scope, "q": "kesehatan"}).context["page"]
            totals[kind, scope] = page.total
            assert page.total == len(page.rows), (kind, scope)
    assert totals["", ""] == 3
    assert totals["", "luar"] == 1
    assert totals["nota_kesepahaman", "luar"] == 0
    page = client.get(LIST, {"jenis": "nota_kesepahaman", "tahun": "99999"}).context["page"]
    assert page.total == len(page.rows) == totals["nota_kesepahaman", ""]


@pytest.mark.parametrize(
    "words",
    [
        "\0",
        "'",
        '"',
        '"a',
        "%",
        "_",
        "&|!()<->:*",
        "-",
        "--",
        "a' OR 1=1 --",
        "x" * 10_000,
        "a " * 5_000,
        "<->",
        ":*",
        "é̀",
        "\\",
    ],
)
def test_hostile_words_are_answered_calmly(client: Client, scene: Any, words: str) -> None:
    bureau, java, _bali = scene
    open_one(java, bureau.admin)
    answer = client.get(LIST, {"q": words})
    assert answer.status_code == 200
    client.force_login(bureau.admin)
    assert client.get(reverse("agreement_list"), {"q": words[:100]}).status_code == 200


def test_hostile_filters_are_answered_calmly(client: Client, scene: Any) -> None:
    for query in (
        {"tahun": "99999"},
        {"unit": "x"},
        {"unit": "1e9"},
        {"jenis": "\0"},
        {"halaman": "-1"},
        {"mitra": "\0"},
    ):
        assert client.get(LIST, query).status_code == 200, query


def test_numbers_beginnings_phrases_and_unwanted_words(scene: Any) -> None:
    bureau, java, _bali = scene
    first, second = open_one(java, bureau.admin, n=1), open_one(java, bureau.admin, n=2)

    def found(text: str) -> set[Agreement]:
        return set(Agreement.objects.searched(text, public=True))

    assert found("W.13-HH.04.02-118") == {first}
    assert found("kesehat") == {first, second}
    assert found('"terumbu karang"') == {first, second}
    assert found('"karang terumbu"') == set()
    assert found('kesehatan -"W.13-HH.04.02-118"') == {second}
    assert found("RSUD Contoh 2") >= {second}
    assert found("!!!") == set()
    assert found("  ") == {first, second}


def test_a_title_is_never_markup(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    agreement = make_agreement(
        java.child, title="<script>alert(1)</script> kesehatan", number='"><b>', scope="<i>kesehatan</i>"
    )
    publish_agreement(agreement, by=bureau.admin, now=NOW)
    for path, query in ((LIST, {"q": "kesehatan"}), (LIST, {"q": "script"}), (f"{LIST}{agreement.pk}/", {})):
        text = text_of(client, path, **query)
        assert "<script>" not in text
        assert "<i>" not in text
        assert '"><b>' not in text


def test_a_line_break_of_word_does_not_close_the_feed(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    agreement = open_one(java, bureau.admin)
    Agreement.objects.filter(pk=agreement.pk).update(title="Judul\ufffe", scope="satu\x0bdua\uffff")
    assert "satudua" in minidom.parseString(text_of(client, f"{LIST}umpan.atom")).toxml()  # noqa: S318 -- our own


def test_csv_holds_no_formula_and_json_keeps_its_schema(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    agreement = make_agreement(java.child, title="=HYPERLINK(1)", number="@x", scope="+1")
    publish_agreement(agreement, by=bureau.admin, now=NOW)
    row = next(csv.DictReader(io.StringIO(text_of(client, f"{LIST}data/kerja-sama.csv").removeprefix("\ufeff"))))
    assert (row["title"], row["number"], row["scope"]) == ("'=HYPERLINK(1)", "'@x", "'+1")
    schema = json.loads(text_of(client, f"{LIST}data/skema.json"))
    found = json.loads(text_of(client, f"{LIST}data/kerja-sama.json"))["agreements"][0]
    row_schema = schema["properties"]["agreements"]["items"]
    assert list(found) == list(row_schema["properties"]) == row_schema["required"]
    assert found["title"] == "=HYPERLINK(1)"


def test_pages_set_no_cookie_and_are_stored_for_a_minute(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    agreement = open_one(java, bureau.admin)
    for path in (LIST, f"{LIST}{agreement.pk}/", f"{LIST}data/"):
        answer = client.get(path)
        assert not answer.cookies
        assert answer["Cache-Control"] == "public, max-age=60"
        assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    english = client.get(LIST, {"bahasa": "en"})
    assert english.cookies["django_language"].value == "en"
    client.force_login(bureau.staff)
    assert "no-store" in client.get(LIST)["Cache-Control"]


def test_the_copy_is_served_with_safe_headers_under_a_name_of_its_title(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    agreement = open_one(java, bureau.admin)
    answer: Any = client.get(f"{LIST}{agreement.pk}/salinan/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert SECRET not in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_filters_and_chips_count_what_they_show(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    ended = open_one(java, bureau.admin, n=1, effective_until=date(2026, 6, 30))
    foreign = open_one(java, bureau.admin, n=2, is_foreign=True)
    for query, expected in {
        "": {ended, foreign},
        "masa=berakhir": {ended},
        "masa=berlaku": {foreign},
        "lingkup=luar": {foreign},
        "tahun=2026": {ended, foreign},
        "tahun=2020": set(),
        "mitra=contoh+2": {foreign},
        f"unit={java.unit.pk}": {ended, foreign},
        "jenis=nota_kesepahaman": set(),
    }.items():
        answer = client.get(f"{LIST}?{query}")
        assert set(answer.context["page"]) == expected, query
    chips = {chip["label"]: chip["count"] for chip in client.get(LIST).context["chips"]}
    assert chips == {"Semua": 2, "Perjanjian Kerja Sama (PKS)": 2, "Luar negeri": 1}


def test_too_many_searches_are_held(client: Client, scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "SEARCHES", Limit(2, 600))
    codes = [client.get(LIST, {"q": "a"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert client.get(LIST).status_code == 200


def test_unreadable_files_are_said_so_and_read_once(scene: Any) -> None:
    bureau, java, _bali = scene
    broken = make_agreement_file(java.agreement, name="x.pdf", by=bureau.admin, now=NOW, content=b"%PDF-1.4 nothing")
    assert read_file(broken, now=NOW).failure == "unreadable"
    assert read_file(AgreementFile.objects.get(pk=broken.pk), now=NOW).read_at == NOW


def test_what_came_of_it_is_told_in_numbers_only(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    agreement = open_one(java, bureau.admin)
    path = f"{LIST}{agreement.pk}/"
    assert "Pelaksanaan" not in text_of(client, path).partition("<main")[2]
    commitment = Commitment.objects.create(
        agreement=agreement, what=f"Naskah {SECRET}", measure=Measure.OTHER, unit_of_measure="naskah", quantity=4
    )
    Activity.objects.create(
        agreement=agreement,
        commitment=commitment,
        title=f"Kunjungan {SECRET}",
        held_on=date(2026, 11, 2),
        half_year=half_of(date(2026, 11, 2)),
        amount=2,
        obstacles=SECRET,
        unit=java.child,
        reported_at=NOW,
        reported_by=bureau.admin,
    )
    for place in (path, LIST):
        text = text_of(client, place)
        assert "50%" in text
        assert SECRET not in text
    Agreement.objects.update(classification=Classification.LIMITED, classification_reason="Pasal 17")
    assert "50%" not in text_of(client, path)
