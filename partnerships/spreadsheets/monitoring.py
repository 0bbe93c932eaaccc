"""Sheets of a monitoring round: the recap by Kanwil, and every answer."""

from collections.abc import Iterator
from datetime import date

from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partnerships.models import MonitoringAnswerQuerySet, MonitoringRound, Rating
from partnerships.monitoring_recap import Recap
from toolkit.xlsx import Column, sheet_response

RECAP_COLUMNS = [
    Column("region", _("Kanwil"), width=30),
    Column("n_units", _("Satuan kerja"), kind="whole"),
    Column("n", _("Perjanjian"), kind="whole"),
    Column("answered", _("Dijawab"), kind="whole"),
    Column("done", _("Terlaksana"), kind="whole"),
    Column("partly", _("Sebagian"), kind="whole"),
    Column("not_yet", _("Belum"), kind="whole"),
    Column("unanswered", _("Belum dijawab"), kind="whole"),
    Column("percent", _("Persen dijawab"), kind="whole"),
]
ANSWER_COLUMNS = [
    Column("region", _("Kanwil"), width=28),
    Column("unit", pgettext_lazy("satu", "Satuan kerja"), width=30),
    Column("number", _("Nomor"), width=26),
    Column("title", _("Tentang"), width=50),
    Column("rating", _("Pelaksanaan"), width=16),
    Column("what", _("Yang dilaksanakan"), kind="lines", width=50),
    Column("obstacles", _("Kendala"), kind="lines", width=40),
    Column("recommendation", _("Rekomendasi"), kind="lines", width=40),
    Column("evidence", _("Bukti"), width=40),
    Column("answered_on", _("Dijawab tanggal"), kind="date"),
]


def write_recap(round_: MonitoringRound, recap: Recap, *, today: date) -> FileResponse:
    rows = [
        (row.name, row.n_units, row.n, row.answered, row.done, row.partly, row.not_yet, row.unanswered, row.percent)
        for row in [*recap.rows, recap.total]
    ]
    return sheet_response(
        f"rekap-pemantauan-{round_.pk}-{today.isoformat()}.xlsx", title=round_.title, columns=RECAP_COLUMNS, rows=rows
    )


def write_answers(round_: MonitoringRound, answers: MonitoringAnswerQuerySet, *, today: date) -> FileResponse:
    """Read in parts, so memory does not grow with them."""
    name = f"jawaban-pemantauan-{round_.pk}-{today.isoformat()}.xlsx"
    return sheet_response(name, title=round_.title, columns=ANSWER_COLUMNS, rows=_answer_rows(answers))


def _answer_rows(answers: MonitoringAnswerQuerySet) -> Iterator[tuple[object, ...]]:
    """From plain values: making the objects of five tables for each row costs more than reading them."""
    labels = {rating.value: str(rating.label) for rating in Rating}
    rows = answers.values_list(
        "monitored__region__short_name",
        "monitored__unit__official_name",
        "agreement__number",
        "agreement__title",
        "rating",
        "what",
        "obstacles",
        "recommendation",
        "link",
        "original_name",
        "answered_at",
    )
    for *names, rating, what, obstacles, recommendation, link, file, answered_at in rows.iterator(chunk_size=500):
        evidence, day = link or file, timezone.localdate(answered_at) if answered_at else None
        yield *names, labels.get(rating, ""), what, obstacles, recommendation, evidence, day
