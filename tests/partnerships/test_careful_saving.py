"""The form of an agreement: what is in doubt is shown before anything is saved, terms of a chain share no day, nothing
typed is lost, and nobody overwrites unseen."""

from datetime import date
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from partnerships.doubts import doubts
from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementLink,
    AgreementParty,
    FocalPoint,
    Organization,
    ScopeTag,
    TermExtension,
)
from tests.factories import Bureau, Kanwil, make_agreement
from tests.partnerships.scene import NOW, build_scene, confirmed, party, posted
from tests.pdf_files import pdf

pytestmark = pytest.mark.django_db
LIST = "/admin/partnerships/agreement/"
ADD = f"{LIST}add/"
NUMBER = "W.13-HH.04.02-118"


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    return build_scene()


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to("2026-11-21T03:00:00Z")


def two_parties(java: Kanwil, **fields: Any) -> dict[str, Any]:
    """A whole record with nothing in doubt, unless `fields` make it so."""
    partner, _is_new = Organization.objects.get_or_create(name="RSUD Contoh", defaults={"kind": "other"})
    sides = party(0, unit=java.unit.pk) | party(1, organization=partner.pk)
    return posted(owner_unit=java.unit.pk) | sides | fields


def as_opened(client: Client, agreement: Agreement, **fields: Any) -> dict[str, Any]:
    """The form of a saved record as the browser got it."""
    page = client.get(f"{LIST}{agreement.pk}/change/")
    data: dict[str, Any] = {}
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        formset = inline.formset
        data |= {
            f"{formset.prefix}-{name}": formset.management_form[name].value()
            for name in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
        forms += formset.forms
    for form in forms:
        for field in form:
            value = field.value()
            if field.name == "people":
                for n, person in enumerate([*(value or []), {"name": ""}]):
                    data |= {f"{field.html_name}-{n}-{part}": text for part, text in person.items()}
            elif value is not None and value is not False:
                data[field.html_name] = value
    return data | fields


@pytest.mark.parametrize(
    ("fields", "sentence", "field"),
    [
        ({"number": "L-1"}, "Nomor L-1 juga dipakai pada: Sudah ada.", "number"),
        ({"signed_on": "2027-03-14"}, "berada di masa depan", "signed_on"),
        ({"effective_from": "", "effective_until": ""}, "Masa berlaku belum diisi", "effective_from"),
        (party(1), "belum memuat pihak dari luar", ""),
        ({"parties-1-signatory_name": ""}, "Penanda tangan RSUD Contoh belum ditulis", "parties-1-signatory_name"),
        ({"parties-1-organization": "Pemda"}, "Mitra yang sama, Pemda Jawa, sudah punya L-1", "parties-1-organization"),
        (
            {"agreement_type": "nota_kesepahaman", "parties-0-signatory_position": "Kepala Rutan"},
            "Kepala Rutan tidak berwenang menandatangani",
            "parties-0-signatory_position",
        ),
        ({"parties-1-party_number": "445/1"}, "RSUD Contoh memakai nomor 445/1 juga pada", "parties-1-party_number"),
    ],
)
def test_what_is_in_doubt_comes_back_and_a_second_press_saves(
    client: Client, scene: Any, fields: dict[str, Any], sentence: str, field: str
) -> None:
    _bureau, java, bali = scene
    pemda = Organization.objects.get(name="Pemda Jawa")
    old = make_agreement(java.unit, title="Sudah ada", number="L-1")
    AgreementParty.objects.create(agreement=old, position=2, organization=pemda)
    make_agreement(bali.unit, title="Milik tetangga", number="L-1")
    client.force_login(java.officer)
    data = two_parties(java)
    other = make_agreement(java.unit, title="Lain", number="L-2", effective_until=date(2026, 6, 1))
    rsud = Organization.objects.get(name="RSUD Contoh")
    AgreementParty.objects.create(agreement=other, position=2, organization=rsud, party_number="445/1")
    n_rows = Agreement.objects.count()
    data |= {name: pemda.pk if value == "Pemda" else value for name, value in fields.items()}
    page = client.post(ADD, data)
    told = page.content.decode()
    assert (page.status_code, sentence in told, "Simpan dengan catatan ini" in told) == (200, True, True)
    assert "Milik tetangga" not in told
    assert Agreement.objects.count() == n_rows, "nothing is saved yet"
    if field:
        form = page.context["adminform"].form
        if "-" in field:
            place, name = field.split("-")[1:]
            parties = page.context["inline_admin_formsets"][0].formset
            form, field = parties.forms[int(place)], name
        assert any(sentence in error for error in form.errors[field])
    assert client.post(ADD, data | {"confirmed": "0" * 20}).status_code == 200, "only what was shown is confirmed"
    assert confirmed(client, ADD, data).status_code == 302
    assert Agreement.objects.count() == n_rows + 1


def test_what_is_in_no_doubt_is_saved_at_once(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    assert client.post(ADD, two_parties(java)).status_code == 302
    assert (
        client.post(ADD, posted(owner_unit=java.unit.pk, signed_on="") | party(0, unit=java.unit.pk)).status_code == 200
    )
    draft = two_parties(java, signed_on="", number="D-1", title="Draf", agreement_type="lainnya")
    assert client.post(ADD, draft | {"parties-1-signatory_name": ""}).status_code == 302, "a draft need not say yet"


def test_a_doubt_that_was_accepted_is_not_asked_again(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    confirmed(client, ADD, two_parties(java, effective_from="", effective_until=""))
    agreement = Agreement.objects.get(number=NUMBER)
    url = f"{LIST}{agreement.pk}/change/"
    assert client.post(url, as_opened(client, agreement, title="Judul lain")).status_code == 302
    assert client.post(url, as_opened(client, agreement, signed_on="2027-03-14")).status_code == 200, "a new one is"


def test_a_file_is_kept_while_the_form_comes_back(
    client: Client, scene: Any, django_capture_on_commit_callbacks: Any
) -> None:
    _bureau, java, bali = scene
    client.force_login(java.officer)
    content = pdf(pages=2)
    kept_before = set(default_storage.listdir("imports")[1]) if default_storage.exists("imports") else set()
    file = SimpleUploadedFile("naskah.pdf", content)
    wrong = two_parties(java, title="", **{"new_files-0-file": file})
    page = client.post(ADD, wrong)
    assert "naskah.pdf tetap tersimpan; tidak perlu dipilih lagi." in page.content.decode()
    kept = page.context["inline_admin_formsets"][-1].formset.forms[0]["kept"].value()
    doubtful = two_parties(java, effective_from="", effective_until="", **{"new_files-0-kept": kept})
    stored, bytes_stored = AgreementFile.objects.count(), len(default_storage.listdir("agreements")[1])
    assert "yang tadi dipilih tetap tersimpan" in client.post(ADD, doubtful).content.decode()
    assert AgreementFile.objects.count() == stored
    assert len(default_storage.listdir("agreements")[1]) == bytes_stored, "no bytes of a record that was not saved"
    client.force_login(bali.officer)
    foreign = client.post(ADD, two_parties(bali, **{"new_files-0-kept": kept}))
    assert "sudah tidak tersimpan" in foreign.content.decode(), "another person's file is not handed out"
    client.force_login(java.officer)
    with django_capture_on_commit_callbacks(execute=True):
        assert confirmed(client, ADD, doubtful).status_code == 302
    copy = Agreement.objects.get(number=NUMBER).signed_copies.get()
    assert (copy.original_name, copy.n_pages, copy.file.open().read() == content) == ("naskah.pdf", 2, True)
    assert set(default_storage.listdir("imports")[1]) == kept_before, "what was kept goes once it is filed"


# --- chains


@pytest.mark.parametrize("kind", ["extends", "renews", "succeeds"])
def test_terms_of_a_chain_share_no_day(client: Client, scene: Any, kind: str) -> None:
    _bureau, java, _bali = scene
    old = make_agreement(java.unit, title="Lama", number="L", effective_until=date(2026, 12, 31))
    client.force_login(java.officer)
    link = {
        "links_to_earlier-TOTAL_FORMS": "1",
        "links_to_earlier-0-kind": kind,
        "links_to_earlier-0-earlier": old.pk,
    }
    data = two_parties(java, effective_from="2026-12-31", effective_until="2028-12-31", **link)
    page = client.post(ADD, data)
    told = page.content.decode()
    assert "bertumpang tindih dengan L Lama (1 Jan 2026 - 31 Des 2026)" in told
    assert "Simpan dengan catatan ini" not in told
    assert client.post(ADD, data | {"confirmed": page.context["held"].mark}).status_code == 200, "no button, no way"
    assert not AgreementLink.objects.exists()
    under = data | {"links_to_earlier-0-kind": "implements"}
    assert client.post(ADD, under).status_code == 302, "what stands under a memorandum runs beside it"
    assert client.post(ADD, data | {"effective_from": "2027-01-01", "number": "B"}).status_code in {200, 302}
    confirmed(client, ADD, data | {"effective_from": "2027-01-01", "number": "B"})
    assert AgreementLink.objects.filter(kind=kind).count() == 1
    late = client.post(f"{LIST}{old.pk}/change/", as_opened(client, old, effective_until="2027-01-01"))
    assert "bertumpang tindih" in late.content.decode(), "nor does the earlier one grow into the later"
    old.refresh_from_db()
    assert old.effective_until == date(2026, 12, 31)


def test_an_overlap_from_before_does_not_close_the_record(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    old, new = (make_agreement(java.unit, title=title, number=title) for title in ("Lama", "Baru"))
    AgreementLink.objects.create(later=new, earlier=old, kind="renews")
    client.force_login(java.officer)
    data = as_opened(client, new, title="Judul betul")
    assert client.post(f"{LIST}{new.pk}/change/", data).status_code == 302
    moved = as_opened(client, new, effective_from="2026-02-01")
    assert client.post(f"{LIST}{new.pk}/change/", moved).status_code == 200, "other days must be right days"


def test_a_renewal_is_no_second_one_by_mistake(scene: Any) -> None:
    _bureau, java, _bali = scene
    body = Organization.objects.get(name="Pemda Jawa")
    first = make_agreement(java.unit, title="Yang lama", number="A-1")
    second = make_agreement(java.unit, title="Yang baru", number="A-2", effective_from=date(2026, 6, 1))
    for agreement in (first, second):
        AgreementParty.objects.create(agreement=agreement, position=1, unit=java.unit)
        AgreementParty.objects.create(agreement=agreement, position=2, organization=body)

    def told() -> bool:
        found = doubts(second, user=java.officer, today=date(2026, 11, 21))
        return any("Mitra yang sama" in doubt.sentence and "Yang lama" in doubt.sentence for doubt in found)

    assert told()
    AgreementLink.objects.create(later=second, earlier=first, kind="renews")
    assert not told()


# --- somebody else at the same record


def test_who_saved_meanwhile_is_told_and_nothing_is_lost(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    client.force_login(java.officer)
    client.post(ADD, two_parties(java))
    agreement = Agreement.objects.get(number=NUMBER)
    url = f"{LIST}{agreement.pk}/change/"
    mine = as_opened(client, agreement, scope="Isian saya yang panjang")
    other = Client()
    other.force_login(bureau.admin)
    assert other.post(url, as_opened(other, agreement, title="Judul dari biro")).status_code == 302
    page = client.post(url, mine)
    told = " ".join(page.content.decode().split())
    assert f"{bureau.admin.full_name} menyimpan perubahan pada Sab, 21 Nov 2026 11.00 WITA" in told
    assert "<del>Layanan kesehatan</del> → Judul dari biro" in told
    assert {change.by for change in page.context["newer"]} == {bureau.admin.full_name}
    assert "Isian saya yang panjang" in told
    agreement.refresh_from_db()
    assert (agreement.title, agreement.scope) == ("Judul dari biro", ""), "the other's work stands until read"
    again = mine | {"version": page.context["adminform"].form["version"].value()}
    assert client.post(url, again).status_code == 302
    agreement.refresh_from_db()
    assert (agreement.title, agreement.scope) == ("Layanan kesehatan", "Isian saya yang panjang")
    assert client.post(url, mine).status_code == 200, "the old form is older still"


@pytest.mark.parametrize("version", ["abc", "-1", "9" * 40, "\0", "²"])
def test_a_hostile_version_saves_nothing(client: Client, scene: Any, version: str) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    client.post(ADD, two_parties(java))
    agreement = Agreement.objects.get(number=NUMBER)
    data = as_opened(client, agreement, title="Lain", version=version)
    assert client.post(f"{LIST}{agreement.pk}/change/", data).status_code == 200
    agreement.refresh_from_db()
    assert agreement.title == "Layanan kesehatan"


def test_a_record_from_before_any_history_is_guarded_too(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    agreement = make_agreement(java.unit, title="Tanpa riwayat", number="TR")
    Agreement.history.filter(id=agreement.pk).delete()
    client.force_login(java.officer)
    opened = as_opened(client, agreement, title="Dari saya")
    url = f"{LIST}{agreement.pk}/change/"
    assert client.post(url, as_opened(client, agreement, title="Dari orang lain")).status_code == 302
    assert "sesudah formulir ini Anda buka" in client.post(url, opened).content.decode()
    agreement.refresh_from_db()
    assert agreement.title == "Dari orang lain"


# --- people, tags, extensions, countries


def people(place: int, *rows: tuple[Any, ...]) -> dict[str, Any]:
    parts = ("pk", "name", "job_title", "email", "whatsapp")
    return {
        f"parties-{place}-people-{n}-{part}": value
        for n, row in enumerate(rows)
        for part, value in zip(parts, row, strict=True)
    }


def test_as_many_people_to_ask_as_there_are(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    three = people(
        1,
        ("", "Ani", "Humas", "ani@mitra.test", "0812-0000-1234"),
        ("", "Budi", "", "", ""),
        ("", "Cici", "Direktur", "", ""),
        ("", "", "", "", ""),
    )
    wrong = client.post(ADD, two_parties(java, **three | {"parties-1-people-1-email": "bukan surel"}))
    assert "Narahubung 2: " in wrong.content.decode()
    assert 'value="bukan surel"' in wrong.content.decode()
    nameless = client.post(
        ADD, two_parties(java, **three | {"parties-1-people-1-name": "", "parties-1-people-1-job_title": "X"})
    )
    assert "Narahubung 2: tulis namanya." in nameless.content.decode()
    assert client.post(ADD, two_parties(java, **three)).status_code == 302
    agreement = Agreement.objects.get(number=NUMBER)
    partner = agreement.parties.get(position=2)
    rows = list(partner.focal_points.order_by("pk").values_list("name", "whatsapp"))
    assert rows == [("Ani", "+6281200001234"), ("Budi", ""), ("Cici", "")]
    keys = list(partner.focal_points.order_by("pk").values_list("pk", flat=True))
    foreign = FocalPoint.objects.create(party=agreement.parties.get(position=1), name="Orang lain")
    data = as_opened(client, agreement)
    data |= people(
        1,
        (keys[0], "Ani", "Kepala Humas", "ani@mitra.test", "+62 812-0000-1234"),
        (keys[1], "", "", "", ""),
        (keys[2], "Cici", "Direktur", "", ""),
        (foreign.pk, "Dodi", "", "", ""),
    )
    assert client.post(f"{LIST}{agreement.pk}/change/", data).status_code == 302
    rows = list(partner.focal_points.order_by("pk").values_list("name", "job_title"))
    assert rows == [("Ani", "Kepala Humas"), ("Cici", "Direktur"), ("Dodi", "")]
    foreign.refresh_from_db()
    assert foreign.name == "Orang lain", "a person of another party is not reached"
    history = client.get(f"{LIST}{agreement.pk}/history/").content.decode()
    for words in ("Narahubung diubah: Ani", "<del>Humas</del>", "Kepala Humas", "Narahubung dihapus: Budi"):
        assert words in history, words
    assert "ani@mitra.test" not in history
    assert "a•••@mitra.test" in history


def test_tags_and_extensions_stand_in_the_history(client: Client, scene: Any, time_machine: Any) -> None:
    bureau, java, _bali = scene
    one, two, three = (ScopeTag.objects.create(name=name) for name in ("Kesehatan warga", "Literasi", "Musik"))
    client.force_login(java.officer)
    client.post(ADD, two_parties(java))
    agreement = Agreement.objects.get(number=NUMBER)
    agreement.scope_tags.add(one)  # from before there was a history
    url = f"{LIST}{agreement.pk}/change/"
    client.post(url, as_opened(client, agreement, tags=[one.pk, two.pk]))
    time_machine.move_to("2026-11-21T04:00:00Z")
    client.post(url, as_opened(client, agreement, tags=[two.pk, three.pk]))
    client.post(url, as_opened(client, agreement, title="Tanpa perubahan bidang"))
    assert set(agreement.scope_tags.all()) == {two, three}
    TermExtension.objects.create(
        agreement=agreement,
        previous_until=date(2027, 3, 13),
        new_until=date(2028, 3, 13),
        reason="Masih diperlukan",
        extended_at=NOW,
        extended_by=bureau.admin,
    )
    history = client.get(f"{LIST}{agreement.pk}/history/").content.decode()
    told = [
        "<del>Kesehatan warga</del> →",
        "Kesehatan warga, Literasi",
        "<del>Kesehatan warga, Literasi</del> →",
        "Literasi, Musik",
        "Masa diperpanjang",
        "<del>13 Mar 2027</del> →",
        "Masih diperlukan",
    ]
    flat = " ".join(history.split())
    for words in told:
        assert words in flat, words
    assert history.count("Bidang diubah") == 2


def test_country_is_chosen_and_an_old_one_is_kept(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    bodies = "/admin/partnerships/organization/"
    none = {"aliases-TOTAL_FORMS": "0", "aliases-INITIAL_FORMS": "0", "short_name": "", "kind": "foundation"}
    page = client.get(f"{bodies}add/").content.decode()
    assert '<option value="Indonesia" selected>' in page
    for country in ("Jerman", "Tiongkok", "Prancis", "Timor Leste", "Kenya"):
        assert f'<option value="{country}">' in page, country
    assert (
        "Masukkan pilihan yang valid"
        in client.post(f"{bodies}add/", none | {"name": "A", "country": "Atlantis"}).content.decode()
    )
    assert client.post(f"{bodies}add/", none | {"name": "A", "country": "Jerman"}).status_code == 302
    java.officer.language = "en"
    java.officer.save()
    assert '<option value="Jerman">Germany</option>' in client.get(f"{bodies}add/").text
    assert '<td class="field-country_shown">Germany</td>' in client.get(bodies).text
    java.officer.language = "id"
    java.officer.save()
    old = Organization.objects.create(name="Lama", kind="foundation", country="Jerman Barat")
    assert '<option value="Jerman Barat" selected>' in client.get(f"{bodies}{old.pk}/change/").content.decode()
    assert (
        client.post(f"{bodies}{old.pk}/change/", none | {"name": "Lama sekali", "country": "Jerman Barat"}).status_code
        == 302
    )
    old.refresh_from_db()
    assert (old.name, old.country) == ("Lama sekali", "Jerman Barat")
