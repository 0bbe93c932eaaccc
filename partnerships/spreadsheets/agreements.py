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
    Column("owner", gettext_lazy("Unit pemilik"), width=26),
    Column("is_foreign", gettext_lazy("Lingkup"), width=14),
    Column("signed_on", gettext_lazy("Tanggal tanda tangan"), kind="date"),
    Column("effective_from", gettext_lazy("Mulai berlaku"), kind="date"),
    Column("effective_until", gettext_lazy("Berlaku sampai"), kind="date"),
    Column("term", gettext_lazy("Masa"), width=26),
    Column("n_copies", gettext_lazy("Salinan naskah"), kind="whole"),
]


def agreement_rows(agreements: Iterable[Agreement], today: date) -> Iterator[tuple[object, ...]]:
    """One row an agreement, in the order of COLUMNS; wants `with_list_facts()`."""
    for agreement in agreements:
        yield (
            str(agreement.agreement_type),
            agreement.number,
            agreement.title,
            agreement.parties_line,
            agreement.owner_unit.official_name,
            _("Luar negeri") if agreement.is_foreign else _("Dalam negeri"),
            agreement.signed_on,
            agreement.effective_from,
            agreement.effective_until,
            agreement.term_label(today),
            agreement.n_copies,
        )


def write_agreements(agreements: AgreementQuerySet, *, today: date) -> FileResponse:
    """The agreements as they are listed, as a download; read in parts, so memory does not grow with them."""
    rows = agreements.with_list_facts().iterator(chunk_size=500)
    filename = f"perjanjian-{today.isoformat()}.xlsx"
    return sheet_response(filename, title=_("Perjanjian"), columns=COLUMNS, rows=agreement_rows(rows, today))
