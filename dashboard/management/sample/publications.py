"""Agreements that the public may read: with a copy made for it, facts alone, and one that was withdrawn."""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from dashboard.management.sample.agreements import one_page_pdf
from partnerships.actions import record_file
from partnerships.actions.texts import read_file, refresh_words, unread_files
from partnerships.models import Agreement, AgreementParty, Classification, FileKind, Publication
from toolkit.history import save_by
from units.models import User

SIGNATORIES = {
    1: ("Penanda Tangan Contoh Satu", "Kepala Satuan Kerja"),
    2: ("Penanda Tangan Contoh Dua", "Pimpinan Mitra"),
}
BODIES = {
    "fns-2019": ["Pasal 2 Ruang lingkup: pelatihan, penelitian, dan pertukaran pengalaman."],
    "fns": ["Pasal 3 Pelatihan jurnalisme warga dan literasi digital bagi aparatur kehumasan."],
    "rsud": ["Pasal 4 Dokter puskesmas keliling memeriksa tuberkulosis setiap triwulan."],
    "kampus": ["Pasal 2 Mahasiswa magang menyusun modul komunikasi krisis."],
}


def publish(
    agreement: Agreement, *, lines: list[str], by: User, now: datetime, withdrawn_reason: str = ""
) -> Publication:
    copy = None
    if agreement.classification == Classification.PUBLIC:
        text = [agreement.number, agreement.title, *lines, "Salinan untuk publik"]
        file = ContentFile(one_page_pdf(text), name="salinan-publik.pdf")
        copy = record_file(agreement, file=file, by=by, now=now, kind=FileKind.PUBLIC)
    publication = Publication(agreement=agreement, public_file=copy, published_at=now, published_by=by)
    if withdrawn_reason:
        publication.withdrawn_at, publication.withdrawn_by = now, by
        publication.withdrawal_reason = withdrawn_reason
    save_by(publication, by=by, now=now)
    return publication


def publish_agreements(agreements: dict[str, Agreement], *, by: User, now: datetime) -> None:
    """Three with a copy, a limited one with its facts, one withdrawn again, and never the exempt one; all are made
    findable."""
    for number, (key, lines) in enumerate(BODIES.items()):
        for party in AgreementParty.objects.filter(agreement=agreements[key]):
            party.signatory_name, party.signatory_position = SIGNATORIES[party.position]
            save_by(party, by=by, now=now)
        if agreements[key].classification != Classification.EXEMPT:
            publish(agreements[key], lines=lines, by=by, now=now - timedelta(days=9 * number))
    limited = agreements["media"]
    limited.classification = Classification.LIMITED
    limited.classification_reason = "Memuat ketentuan harga; Pasal 17 huruf b UU 14 Tahun 2008."
    save_by(limited, by=by, now=now)
    publish(limited, lines=[], by=by, now=now - timedelta(days=40))
    reason = "Salinan diganti setelah adendum."
    publish(agreements["rkt"], lines=["Rencana kegiatan"], by=by, now=now, withdrawn_reason=reason)
    for copy in list(unread_files()):
        read_file(copy, now=now)
    refresh_words([agreement.pk for agreement in agreements.values()], now=now)
