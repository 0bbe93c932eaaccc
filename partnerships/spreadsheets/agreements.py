"""Sheets of agreements."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.models import Agreement, AgreementQuerySet
from toolkit.xlsx import Column, sheet_response

COLUMNS = [
    Column("kind", gettext_lazy("Jenis"), width=28),
    Column("number", gettext_lazy("Nomor"), width=26),
    Column("title", gettext_lazy("Tentang"), width=50),
    Column("parties", gettext_lazy("Para pihak"), width=44),
    Column("party_numbers", gettext_lazy("Nomor para pihak"), width=44),
    Column("owner", gettext_lazy("Unit pemilik"), width=26),
    Column("level", gettext_lazy("Tingkat"), width=22),
    Column("is_foreign", gettext_lazy("Lingkup"), width=14),
    Column("signed_on", gettext_lazy("Tanggal tanda tangan"), kind="date"),
    Column("signed_at_place", gettext_lazy("Tempat")),
    Column("effective_from", gettext_lazy("Mulai berlaku"), kind="date"),
    Column("effective_until", gettext_lazy("Berlaku sampai"), kind="date"),
    Column("term", gettext_lazy("Masa"), width=26),
    Column("record_state", gettext_lazy("Tahap"), width=16),
    Column("classification", gettext_lazy("Klasifikasi"), width=16),
    Column("progress", gettext_lazy("Pelaksanaan"), width=18),
    Column("n_copies", gettext_lazy("Salinan naskah"), kind="whole"),
]


def agreement_rows(agreements: Iterable[Agreement], today: date) -> Iterator[tuple[object, ...]]:
    """One row an agreement, in the order of COLUMNS; wants list facts, record state and progress."""
    for agreement in agreements:
        yield (
            str(agreement.agreement_type),
            agreement.number,
            agreement.title,
            agreement.parties_line,
            "; ".join(f"{party}: {party.party_number}" for party in agreement.listed_parties if party.party_number),
            agreement.owner_unit.official_name,
            agreement.get_level_display() if agreement.level else "",
            _("Luar negeri") if agreement.is_foreign else _("Dalam negeri"),
            agreement.signed_on,
            agreement.signed_at_place,
            agreement.effective_from,
            agreement.effective_until,
            agreement.term_label(today),
            str(agreement.record_state.label),
            agreement.get_classification_display(),
            agreement.progress_label,
            agreement.n_copies,
        )


def write_agreements(agreements: AgreementQuerySet, *, today: date) -> FileResponse:
    """The agreements as they are listed, as a download; read in parts, so memory does not grow with them."""
    rows = agreements.with_list_facts().with_record_state().with_progress(today).iterator(chunk_size=500)
    filename = f"perjanjian-{today.isoformat()}.xlsx"
    return sheet_response(filename, title=_("Perjanjian"), columns=COLUMNS, rows=agreement_rows(rows, today))
