"""Letters as a sheet."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outbox.models import Message
from outbox.shown import line_of, zone_of
from toolkit.local_times import moment_short
from toolkit.xlsx import Column

COLUMNS = [
    Column("letter", _("Pesan"), width=44),
    Column("recipient", _("Penerima"), width=30),
    Column("address", _("Alamat"), width=30),
    Column("unit", pgettext_lazy("satu", "Satuan kerja"), width=32),
    Column("state", _("Keadaan"), width=18),
    Column("not_before", _("Dijadwalkan"), width=26),
    Column("sent_at", _("Terkirim"), width=26),
    Column("note", _("Keterangan"), width=50),
]


def sheet_rows(messages: Iterable[Message], *, by: Any, now: datetime) -> Iterator[list[str]]:
    """The list as `by` sees it: addresses stay masked where they are masked on the page."""
    for message in messages:
        line, zone = line_of(message, by=by, now=now), zone_of(message)
        yield [
            line.title,
            message.recipient_name,
            line.address,
            message.unit.official_name if message.unit else "",
            line.state,
            moment_short(message.not_before, zone),
            moment_short(message.sent_at, zone) if message.sent_at else "",
            line.note,
        ]
