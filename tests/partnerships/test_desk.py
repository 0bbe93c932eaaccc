"""The desk of the officers: what is verified stays, corrections tell why, many rows at once, one row of two bodies."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from partnerships.actions.organizations import CannotMerge, merge_organizations, undo_merge
from partnerships.models import (
    Agreement,
    AgreementKind,
    AgreementLink,
    AgreementParty,
    Organization,
    OrganizationAlias,
    OrganizationMerge,
    Publication,
    ScopeTag,
    SigningAuthority,
    Submission,
    may_sign,
)
from partnerships.near_names import near_names
from tests.factories import Bureau, Kanwil, make_agreement
from tests.partnerships.scene import NOW, build_scene, confirmed, party, posted
from toolkit.history import save_by
from workshops.models import Workshop

pytestmark = pytest.mark.django_db
LIST = "/admin/partnerships/agreement/"
BODIES = "/admin/partnerships/organization/"


@pytest.fixture
def scene() -> tuple[Bureau, Kanwil, Kanwil]:
    return build_scene()


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to("2026-11-21T03:00:00Z")


def verify(kanwil: Kanwil, by: Any) -> Agreement:
    Submission.objects.create(
        agreement=kanwil.agreement,
        file=kanwil.agreement_file,
        submitted_at=NOW,
        submitted_by=kanwil.operator,
        verified_at=NOW,
        verified_by=by,
    )
    return kanwil.agreement


def as_typed(agreement: Agreement, **fields: Any) -> dict[str, Any]:
    """The form of a record as it came, with its two parties and its copy; `fields` on top."""
    data = posted(
        agreement_type=agreement.agreement_type_id,
        title=agreement.title,
        number=agreement.number,
        owner_unit=agreement.owner_unit_id,
        signed_on=agreement.signed_on or "",
        effective_from=agreement.effective_from or "",
        effective_until=agreement.effective_until or "",
    )
    parties = list(agreement.parties.order_by("position"))
    data["parties-INITIAL_FORMS"] = data["parties-TOTAL_FORMS"] = str(len(parties))
    for place, one in enumerate(parties):
        data |= party(
            place,
            position=one.position,
            unit=one.unit_id or "",
            organization=one.organization_id or "",
            party_number=one.party_number,
        )
        data |= {f"parties-{place}-id": one.pk, f"parties-{place}-agreement": agreement.pk}
    copy = agreement.files.get()
    data |= {"files-TOTAL_FORMS": "1", "files-INITIAL_FORMS": "1", "files-0-id": copy.pk}
    return data | fields


def test_verified_text_is_not_edited(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    url = f"{LIST}{java.agreement.pk}/change/"
    assert client.post(url, as_typed(java.agreement, title="Sebelum verifikasi")).status_code == 302
    java.agreement.refresh_from_db()
    assert java.agreement.title == "Sebelum verifikasi", "an open record is edited: the negative control"
    verify(java, java.admin)
    page = client.get(url).content.decode()
    assert "Naskah sudah diverifikasi" in page
    assert "Catat adendum" in page
    assert 'name="title"' not in page
    partners = list(java.agreement.parties.values_list("organization", "unit", "party_number"))
    client.post(url, as_typed(java.agreement, **{"title": "Sesudah", "parties-0-party_number": "LAIN"}))
    java.agreement.refresh_from_db()
    assert java.agreement.title == "Sebelum verifikasi"
    assert list(java.agreement.parties.values_list("organization", "unit", "party_number")) == partners


def test_correction_needs_its_reason_and_keeps_it(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    agreement = verify(java, java.admin)
    client.force_login(java.officer)
    url = f"{LIST}{agreement.pk}/change/?koreksi=1"
    assert 'name="correction_reason"' in client.get(url).content.decode()
    before = agreement.title
    client.post(url, as_typed(agreement, title="Judul betul", correction_reason=""))
    agreement.refresh_from_db()
    assert agreement.title == before
    answer = client.post(url, as_typed(agreement, title="Judul betul", correction_reason="Salah ketik pada judul"))
    assert answer.status_code == 302
    agreement.refresh_from_db()
    assert agreement.title == "Judul betul"
    page = client.get(reverse("agreement_history", args=[agreement.pk])).content.decode()
    for words in ("Salah ketik pada judul", f"<del>{before}</del>", "Judul betul", java.officer.full_name):
        assert words in page


def test_amendment_starts_as_a_linked_draft(client: Client, scene: Any) -> None:
    _bureau, java, bali = scene
    agreement = verify(java, java.admin)
    url = reverse("admin:partnerships_agreement_amend", args=[agreement.pk])
    client.force_login(bali.officer)
    assert client.post(url).status_code == 404
    client.force_login(java.officer)
    assert client.get(url).status_code == 405
    n_before = Agreement.objects.count()
    client.post(url)
    assert Agreement.objects.count() == n_before + 1
    link = AgreementLink.objects.get(earlier=agreement)
    assert (link.kind, link.later.signed_on, link.later.agreement_type_id) == ("amends", None, "adendum")
    assert list(link.later.parties.values_list("position", "unit", "organization")) == list(
        agreement.parties.values_list("position", "unit", "organization")
    )
    for shown, words in ((agreement, "Diubah oleh"), (link.later, "Mengubah (adendum)")):
        assert words in client.get(reverse("agreement_detail", args=[shown.pk])).content.decode()


def test_links_to_foreign_agreements_are_not_told(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    AgreementLink.objects.create(later=bali.agreement, earlier=java.agreement, kind="implements")
    url = reverse("agreement_detail", args=[java.agreement.pk])
    for user, seen in ((bureau.admin, True), (java.officer, False)):
        client.force_login(user)
        assert (bali.agreement.title in client.get(url).content.decode()) is seen
    save_by(AgreementLink(later=java.agreement, earlier=bali.agreement, kind="renews"), by=bureau.admin, now=NOW)
    history = reverse("agreement_history", args=[java.agreement.pk])
    for user, seen in ((bureau.admin, True), (java.officer, False)):
        client.force_login(user)
        page = client.get(history).content.decode()
        assert (bali.agreement.title in page, "perjanjian lain" in page) == (seen, not seen)


def test_history_page_is_for_those_who_see_the_agreement(client: Client, scene: Any) -> None:
    _bureau, java, bali = scene
    url = reverse("agreement_history", args=[java.agreement.pk])
    for user, status in ((java.admin, 200), (java.officer, 200), (bali.admin, 404), (java.operator, 404)):
        client.force_login(user)
        assert client.get(url).status_code == status, user.email


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"effective_until": ""}, "centang berlaku sampai diakhiri"),
        ({"until_ended": "on"}, "Kosongkan tanggal akhir"),
        ({"classification": "exempt"}, "Tulis alasan mengapa"),
    ],
)
def test_form_asks_for_what_is_missing(client: Client, scene: Any, fields: dict[str, str], sentence: str) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    answer = client.post(f"{LIST}add/", posted(owner_unit=java.unit.pk, **fields))
    assert sentence in answer.content.decode()
    ended = posted(owner_unit=java.unit.pk, effective_until="", until_ended="on")
    assert confirmed(client, f"{LIST}add/", ended).status_code == 302


# --- doubts


@pytest.mark.parametrize(
    ("position", "level", "may"),
    [
        ("Kepala Kantor Wilayah Jawa", "regional_office", True),
        ("plt. kepala  kantor wilayah", "regional_office", True),
        ("Kepala Rutan Kelas IIB", "technical_unit", False),
        ("Kepala Rutan Kelas IIB", "regional_office", False),
        ("Menteri Hukum", "ministry", True),
    ],
)
def test_memorandum_is_signed_by_minister_and_heads_of_kanwil(position: str, level: str, may: bool) -> None:
    lines = SigningAuthority.objects.filter(kind="nota_kesepahaman")
    assert may_sign(position, level=level, lines=lines) is may
    assert may_sign(position, level=level, lines=[]), "a kind without a line is not checked"


@pytest.mark.parametrize(
    ("position", "level", "may"),
    [
        ("Plt. Kepala Kantor Wilayah Jawa", "regional_office", True),
        ("Kepala Rutan Kelas IIB", "technical_unit", True),
        ("Direktur Jenderal X", "main_unit", True),
        ("Kepala Divisi Administrasi", "regional_office", False),
        ("Kepala Kantor Wilayah Jawa", "main_unit", False),
    ],
)
def test_cooperation_is_signed_by_heads_of_kanwil_too(position: str, level: str, may: bool) -> None:
    lines = SigningAuthority.objects.filter(kind="perjanjian_kerja_sama")
    assert may_sign(position, level=level, lines=lines) is may


def test_page_says_that_a_position_may_not_sign(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    Agreement.objects.filter(pk=java.agreement.pk).update(
        agreement_type="nota_kesepahaman", level="technical_unit", number="N"
    )
    java.agreement.parties.filter(unit__isnull=False).update(signatory_position="Kepala Rutan")
    client.force_login(java.officer)
    words = "Kepala Rutan tidak berwenang menandatangani"
    url = reverse("agreement_detail", args=[java.agreement.pk])
    assert words in client.get(url).content.decode()
    Agreement.objects.filter(pk=java.agreement.pk).update(agreement_type="perjanjian_kerja_sama")
    assert words not in client.get(url).content.decode()


# --- many at once


def test_bulk_change_is_shown_first_and_reaches_own_rows_only(client: Client, scene: Any) -> None:
    bureau, java, bali = scene
    Publication.objects.create(agreement=java.agreement, published_at=NOW, published_by=bureau.admin)
    mine = make_agreement(java.unit, title="Boleh ditutup", number="B")
    chosen = [java.agreement.pk, mine.pk, bali.agreement.pk]
    client.force_login(java.officer)
    choice = {"action": "classify", "index": "0", "_selected_action": chosen}
    page = client.post(LIST, choice).content.decode()
    assert "Sudah dipublikasikan; tarik dahulu publikasinya." in page
    assert "Boleh ditutup" in page
    assert bali.agreement.title not in page
    assert set(Agreement.objects.values_list("classification", flat=True)) == {"public"}, "a preview writes nothing"
    confirmed = {"action": "classify", "confirmed": "1", "_selected_action": chosen, "classification": "limited"}
    assert "Tulis alasan mengapa" in client.post(LIST, confirmed).content.decode()
    assert client.post(LIST, confirmed | {"reason": "Pasal 17 UU KIP"}).status_code == 302
    closed = Agreement.objects.filter(classification="limited")
    assert list(closed.values_list("pk", "classification_reason")) == [(mine.pk, "Pasal 17 UU KIP")]


def test_a_standing_publication_holds_the_class_of_an_exempt_text_too(client: Client, scene: Any) -> None:
    """Where a restored record is exempt and published at once: opened in bulk, it would be read by everybody."""
    bureau, java, _bali = scene
    client.force_login(bureau.admin)
    Agreement.objects.filter(pk=java.agreement.pk).update(classification="exempt", classification_reason="Kesehatan")
    opened = {
        "action": "classify",
        "confirmed": "1",
        "_selected_action": [java.agreement.pk],
        "classification": "public",
    }
    publication = Publication.objects.create(agreement=java.agreement, published_at=NOW, published_by=bureau.admin)
    client.post(LIST, opened)
    java.agreement.refresh_from_db()
    assert java.agreement.classification == "exempt"
    publication.delete()
    client.post(LIST, opened)
    java.agreement.refresh_from_db()
    assert java.agreement.classification == "public"


def test_bulk_changes_do_what_they_say(client: Client, scene: Any) -> None:
    _bureau, java, bali = scene
    client.force_login(java.admin)
    tag = ScopeTag.objects.create(name="Kesehatan warga binaan")
    client.force_login(java.officer)
    mine = make_agreement(java.unit, title="Banyak", number="B")
    base = {"confirmed": "1", "_selected_action": [mine.pk]}
    client.post(LIST, base | {"action": "tag", "tag": tag.pk})
    client.post(LIST, base | {"action": "terminate", "day": "2026-11-20", "reason": "Mitra bubar"})
    client.post(LIST, base | {"action": "hand_over", "owner_unit": bali.unit.pk})
    mine.refresh_from_db()
    assert mine.owner_unit == java.unit, "a foreign unit is no choice"
    assert [one.name for one in mine.scope_tags.all()] == [tag.name]
    assert (mine.terminated_on, mine.termination_reason) == (date(2026, 11, 20), "Mitra bubar")
    page = client.post(LIST, {"action": "terminate", "index": "0", "_selected_action": [mine.pk]}).content.decode()
    assert "Sudah dihentikan." in page


@pytest.mark.parametrize("key", ["abc", "-1", "9" * 40, "\0", "²"])
def test_bulk_change_of_no_number_is_refused(client: Client, scene: Any, key: str) -> None:
    _bureau, java, _bali = scene
    client.force_login(java.officer)
    answer = client.post(LIST, {"action": "tag", "index": "0", "_selected_action": [key]})
    assert answer.status_code == 400


# --- organisations


def test_merge_moves_everything_and_undo_brings_it_back(scene: Any) -> None:
    bureau, java, _bali = scene
    kept = Organization.objects.get(name="Pemda Jawa")
    gone = Organization.objects.create(name="Pemerintah Daerah Jawa", short_name="PDJ", kind="province")
    OrganizationAlias.objects.create(organization=gone, name="Pemprov Jawa")
    agreement = make_agreement(java.unit, title="Atas nama lama", number="G")
    moved = AgreementParty.objects.create(agreement=agreement, position=2, organization=gone)
    Workshop.objects.filter(pk=java.workshop.pk).update(organizer_organization=gone)
    before = Organization.objects.filter(pk=gone.pk).values().get()
    untouched = set(AgreementParty.objects.filter(organization=kept).values_list("pk", flat=True))

    merge = merge_organizations(gone, into=kept, by=bureau.admin, now=NOW)
    moved.refresh_from_db()
    assert moved.organization == kept
    assert Workshop.objects.get(pk=java.workshop.pk).organizer_organization == kept
    names = set(kept.aliases.values_list("name", flat=True))
    assert names == {"Pemerintah Daerah Jawa", "PDJ", "Pemprov Jawa"}
    assert list(Organization.objects.named("Pemprov Jawa")) == [kept]
    assert list(Agreement.objects.matching("Daerah Jawa").filter(number="G")) == [agreement]

    undo_merge(merge, by=bureau.admin, now=NOW)
    assert Organization.objects.filter(pk=gone.pk).values().get() == before
    moved.refresh_from_db()
    assert moved.organization_id == gone.pk
    assert Workshop.objects.get(pk=java.workshop.pk).organizer_organization_id == gone.pk
    assert not kept.aliases.exists()
    assert list(OrganizationAlias.objects.filter(organization=gone.pk).values_list("name", flat=True)) == [
        "Pemprov Jawa"
    ]
    assert set(AgreementParty.objects.filter(organization=kept).values_list("pk", flat=True)) == untouched
    with pytest.raises(CannotMerge, match="sudah dibatalkan"):
        undo_merge(merge, by=bureau.admin, now=NOW)


def test_merges_follow_each_other_and_are_undone_one_by_one(scene: Any) -> None:
    bureau, java, _bali = scene
    first, second, third = (Organization.objects.create(name=f"Yayasan {n}", kind="foundation") for n in "ABC")
    party_row = AgreementParty.objects.create(agreement=java.agreement, position=9, organization=first)
    one = merge_organizations(first, into=second, by=bureau.admin, now=NOW)
    second.refresh_from_db()
    two = merge_organizations(second, into=third, by=bureau.admin, now=NOW)
    for merge, name in ((two, "Yayasan B"), (one, "Yayasan A")):
        undo_merge(OrganizationMerge.objects.get(pk=merge.pk), by=bureau.admin, now=NOW)
        party_row.refresh_from_db()
        assert party_row.organization.name == name


def test_two_parties_of_one_agreement_are_not_merged(scene: Any) -> None:
    bureau, java, _bali = scene
    kept = Organization.objects.get(name="Pemda Jawa")
    gone = Organization.objects.create(name="Pemda Kota", kind="city")
    agreement = make_agreement(java.unit, title="Bertiga", number="T")
    for position, body in enumerate((kept, gone), start=1):
        AgreementParty.objects.create(agreement=agreement, position=position, organization=body)
    with pytest.raises(CannotMerge, match="bukan instansi yang sama"):
        merge_organizations(gone, into=kept, by=bureau.admin, now=NOW)
    assert Organization.objects.filter(pk=gone.pk).exists()


def test_merge_page_shows_before_it_merges_and_is_the_bureaus(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    kept = Organization.objects.get(name="Pemda Jawa")
    gone = Organization.objects.create(name="Pemda Jawa Lama", kind="province")
    AgreementParty.objects.create(agreement=java.agreement, position=9, unit=None, organization=gone)
    url = reverse("admin:partnerships_organization_merge", args=[gone.pk])
    client.force_login(java.officer)
    assert client.get(url).status_code == 403
    client.force_login(bureau.admin)
    AgreementParty.objects.filter(organization=kept, agreement=java.agreement).delete()
    page = client.post(url, {"into": kept.pk}).content.decode()
    assert "Gabungkan sekarang" in page
    assert 'data-field-name="organization"' in page
    for wrong in ({"into": gone.pk, "confirmed": gone.pk}, {"into": "9" * 40}, {"into": "x"}, {"into": ""}):
        assert client.post(url, wrong).context["form"].errors.keys() == {"into"}, wrong
    shown_first = client.post(url, {"into": kept.pk, "confirmed": gone.pk})
    assert "Gabungkan sekarang" in shown_first.content.decode()
    assert Organization.objects.filter(pk=gone.pk).exists()
    client.post(url, {"into": kept.pk, "confirmed": kept.pk})
    assert not Organization.objects.filter(pk=gone.pk).exists()
    merge = OrganizationMerge.objects.get()
    undo = reverse("admin:partnerships_organization_unmerge", args=[merge.pk])
    assert client.get(undo).status_code == 405
    assert "Batalkan penggabungan" in client.get(f"{BODIES}{kept.pk}/change/").content.decode()
    client.post(undo)
    assert Organization.objects.filter(pk=gone.pk).exists()


def test_near_names_are_found_by_spelling_order_and_alias(client: Client, scene: Any) -> None:
    _bureau, java, _bali = scene
    hospital = Organization.objects.create(name="RSUD Kartini Jepara", kind="other")
    other = Organization.objects.create(name="Universitas Diponegoro", short_name="Undip", kind="university")
    OrganizationAlias.objects.create(organization=hospital, name="Rumah Sakit Kartini")
    for typed in ("RSUD Kartini Jepra", "RSUD Jepara Kartini", "rumah sakit kartini"):
        assert near_names(typed) == [hospital], typed
    assert near_names("Undip") == [other]
    assert near_names("RSUD Kartini Jepara", but=hospital.pk) == []
    for nothing in ("", "a", "Universitas Indonesia", "\0", "%%%", "x" * 500):
        assert near_names(nothing) == []
    client.force_login(java.officer)
    url = reverse("admin:partnerships_organization_near")
    assert "RSUD Kartini Jepara" in client.get(url, {"nama": "RSUD Kartini Jepra"}).content.decode()
    for hostile in ({"nama": "\0"}, {"nama": "a", "kecuali": "9" * 40}, {"nama": "<b>", "kecuali": "²"}, {}):
        assert client.get(url, hostile).status_code == 200


# --- lists of the bureau


def test_lists_are_the_bureaus_and_a_kind_in_use_stays(client: Client, scene: Any) -> None:
    bureau, java, _bali = scene
    kind = java.agreement.agreement_type
    for model in ("agreementkind", "scopetag", "signingauthority"):
        url = f"/admin/partnerships/{model}/"
        client.force_login(java.officer)
        assert client.get(url).status_code == 403
        client.force_login(bureau.admin)
        assert client.get(url).status_code == 200
        assert client.get(f"{url}add/").status_code == 200
    lists = "/admin/partnerships/agreementkind/"
    assert client.post(f"{lists}{kind.pk}/delete/", {"post": "yes"}).status_code == 403
    answer = client.post(
        f"{lists}lainnya/change/", {"name": "Bentuk lain", "name_en": "Other", "short_name": "", "position": "90"}
    )
    assert answer.status_code == 302
    other = AgreementKind.objects.get(code="lainnya")
    assert (other.name, other.is_active) == ("Bentuk lain", False)
    assert "Bentuk lain" in client.get(f"{lists}lainnya/history/").content.decode()
