"""Organisations, and agreements of all offices with two or three parties each and mostly a signed copy."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from dashboard.management.sample.agreements import one_page_pdf
from partnerships.models import Agreement, AgreementFile, AgreementParty, KindCode, Organization, OrganizationKind
from toolkit.uploads import check_pdf
from units.models import Unit, User

BATCH = 2_000
THIRD_EVERY = 4  # so many agreements have one with a third party
WORDS: dict[str, str] = {
    OrganizationKind.MINISTRY: "Badan",
    OrganizationKind.PROVINCE: "Pemerintah Provinsi",
    OrganizationKind.REGENCY: "Pemerintah Kabupaten",
    OrganizationKind.CITY: "Pemerintah Kota",
    OrganizationKind.FOUNDATION: "Yayasan",
    OrganizationKind.UNIVERSITY: "Universitas",
    OrganizationKind.MEDIA: "Media",
    OrganizationKind.COMPANY: "PT",
}
SCOPE = (
    "Ruang lingkup kerja sama meliputi penyebaran informasi layanan, pelatihan juru bicara, penyusunan bahan publikasi,"
    " peliputan kegiatan bersama, pemanfaatan sarana, pertukaran data yang terbuka, serta pemantauan dan evaluasi. "
)
SCOPES = 4
COPY_NAME = "agreements/contoh-nasional.pdf"


def make_agreements(units: list[Unit], *, n: int, n_partners: int, by: User, now: datetime) -> None:
    kinds = list(OrganizationKind)
    partners = Organization.objects.bulk_create(
        (
            Organization(
                name=f"{WORDS.get(kinds[number % len(kinds)], 'Instansi')} Contoh {number + 1:05}",
                kind=kinds[number % len(kinds)],
            )
            for number in range(n_partners)
        ),
        batch_size=BATCH,
    )  # fmt: skip
    agreements = Agreement.objects.bulk_create(_agreements(units, n, now), batch_size=BATCH)
    AgreementParty.objects.bulk_create(_parties(agreements, partners), batch_size=BATCH)
    AgreementFile.objects.bulk_create(_copies(agreements, by, now), batch_size=BATCH)


def _agreements(units: list[Unit], n: int, now: datetime) -> Iterator[Agreement]:
    """A tenth are memoranda; they began in the last five years and run for one to five."""
    today = now.date()
    for number in range(n):
        is_memorandum = number % 10 == 0
        first = today - timedelta(days=number * 7 % 1_825)
        yield Agreement(
            agreement_type_id=KindCode.MEMORANDUM if is_memorandum else KindCode.COOPERATION,
            title=f"Kerja sama contoh tentang layanan dan publikasi {number + 1:04}",
            number=f"W.{number % 33 + 1}-HH.04.02-{number + 1:04}",
            owner_unit=units[number % len(units)],
            scope=SCOPE * SCOPES,
            signed_on=first,
            effective_from=first,
            effective_until=first + timedelta(days=365 * (1 + number % 5)) if number % 50 else None,
        )


def _parties(agreements: list[Agreement], partners: list[Organization]) -> Iterator[AgreementParty]:
    for number, agreement in enumerate(agreements):
        yield AgreementParty(agreement=agreement, position=1, unit_id=agreement.owner_unit_id)
        yield AgreementParty(agreement=agreement, position=2, organization=partners[number % len(partners)])
        if number % THIRD_EVERY == 0:
            third = partners[(number + len(partners) // 2) % len(partners)]
            yield AgreementParty(agreement=agreement, position=3, organization=third)


def _copies(agreements: list[Agreement], by: User, now: datetime) -> Iterator[AgreementFile]:
    """Four of five have one; all rows share one small file."""
    file = ContentFile(one_page_pdf(["Salinan contoh"]), name="contoh.pdf")
    facts = check_pdf(file)
    if not default_storage.exists(COPY_NAME):
        default_storage.save(COPY_NAME, file)
    for number, agreement in enumerate(agreements):
        if number % 5:
            yield AgreementFile(
                agreement=agreement,
                file=COPY_NAME,
                original_name=f"naskah-{number + 1:04}.pdf",
                size=facts.size,
                sha256=facts.sha256,
                n_pages=facts.n_pages,
                uploaded_at=now,
                uploaded_by=by,
            )
