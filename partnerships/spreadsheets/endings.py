"""The sheet of ends to come."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.models import AgreementQuerySet, EndingChoice, EndingDecision
from partnerships.spreadsheets.agreements import COLUMNS, agreement_rows
from toolkit.xlsx import Column, sheet_response

OWN_COLUMNS = [
    Column("days", gettext_lazy("Hari lagi"), kind="whole"),
    Column("decision", gettext_lazy("Keputusan"), width=22),
]


def write_endings(agreements: AgreementQuerySet, *, today: date) -> FileResponse:
    """The agreements as they are listed; read in parts, so memory does not grow with them."""
    decided = EndingDecision.objects.standing().filter(agreement=OuterRef("pk"), for_until=OuterRef("effective_until"))
    listed = agreements.with_list_facts().annotate(decided_choice=Subquery(decided.values("choice")[:1]))

    def rows() -> Iterator[tuple[object, ...]]:
        agreement: Any
        for agreement in listed.iterator(chunk_size=500):
            (facts,) = agreement_rows([agreement], today)
            label = EndingChoice(agreement.decided_choice).label if agreement.decided_choice else _("Belum diputuskan")
            yield (*facts, (agreement.effective_until - today).days, str(label))

    return sheet_response(
        f"akan-berakhir-{today.isoformat()}.xlsx",
        title=_("Perjanjian yang akan berakhir"),
        columns=[*COLUMNS, *OWN_COLUMNS],
        rows=rows(),
    )
