"""The recap of a re-evaluation as a sheet."""

from collections.abc import Iterator
from datetime import date

from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.models import Campaign, CampaignItemQuerySet
from toolkit.xlsx import Column, sheet_response

COLUMNS = [
    Column("region", gettext_lazy("Kanwil"), width=28),
    Column("owner", gettext_lazy("Unit pemilik"), width=30),
    Column("kind", gettext_lazy("Jenis"), width=22),
    Column("number", gettext_lazy("Nomor"), width=26),
    Column("title", gettext_lazy("Tentang"), width=50),
    Column("until", gettext_lazy("Berlaku sampai"), kind="date"),
    Column("answer", gettext_lazy("Jawaban"), width=18),
    Column("note", gettext_lazy("Catatan"), width=40),
    Column("answered_on", gettext_lazy("Dijawab pada"), kind="date"),
    Column("answered_by", gettext_lazy("Dijawab oleh"), width=28),
    Column("carried_out", gettext_lazy("Dilaksanakan"), width=16),
    Column("successor", gettext_lazy("Digantikan oleh"), width=30),
]


def item_rows(items: CampaignItemQuerySet) -> Iterator[tuple[object, ...]]:
    """One row an item, in the order of COLUMNS."""
    related = (
        "region",
        "agreement__owner_unit",
        "agreement__agreement_type",
        "answered_by",
        "batch__successor",
        "decision",
    )
    for item in items.select_related(*related).iterator(chunk_size=500):
        agreement = item.agreement
        successor = item.batch.successor if item.batch else None
        yield (
            item.region.short_name if item.region else _("Pusat"),
            agreement.owner_unit.official_name,
            str(agreement.agreement_type),
            agreement.number,
            agreement.title,
            agreement.effective_until,
            item.get_answer_display() if item.answer else _("Belum dijawab"),
            item.note,
            item.answered_at.date() if item.answered_at else None,
            str(item.answered_by) if item.answered_by else "",
            (_("Belum") if item.waits_for_hand else _("Sudah")) if item.answer else "",
            str(successor) if successor else "",
        )


def write_campaign_items(campaign: Campaign, items: CampaignItemQuerySet, *, today: date) -> FileResponse:
    """The rows as they are listed; read in parts, so memory does not grow with them."""
    return sheet_response(
        f"evaluasi-ulang-{campaign.pk}-{today.isoformat()}.xlsx",
        title=campaign.title,
        columns=COLUMNS,
        rows=item_rows(items),
    )
