"""The open data of agreements as lines of text, and the feed of new ones; for the portal and for its mirror."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from partnerships.models import Agreement
from partnerships.public_facts import (
    DATA_COLUMNS,
    data_row,
    newest_publications,
    parties_line,
    public_agreements,
    scope_of,
)
from toolkit.csv_files import csv_lines
from toolkit.one_line import plain

NEWEST = 50
Address = Callable[[Agreement], str]


def data_rows(*, today: date, page: Address, copy: Address) -> Iterator[dict[str, Any]]:
    for agreement in public_agreements():
        yield data_row(agreement, today=today, url=page(agreement), copy_url=copy(agreement))


def csv_of(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    head = [column.name for column in DATA_COLUMNS]
    return csv_lines(head, ([_cell(row[name]) for name in head] for row in rows))


def _cell(value: Any) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "; ".join(value) if isinstance(value, list) else value


def json_of(rows: Iterator[dict[str, Any]], *, today: date) -> Iterator[str]:
    yield f'{{"generated_on": "{today}", "agreements": ['
    for n, row in enumerate(rows):
        yield ("," if n else "") + "\n" + json.dumps(row, ensure_ascii=False)
    yield "\n]}\n"


def feed(*, home: str, own: str, page: Address) -> str:
    """Atom of the newest publications."""
    found = newest_publications(NEWEST)
    made = Atom1Feed(
        title=_("Kerja sama yang baru dipublikasikan"), link=home, description="", feed_url=own, language="id"
    )
    for agreement in found:
        published_at = agreement.publication.published_at
        made.add_item(
            title=plain(agreement.title),
            link=page(agreement),
            description=plain(" · ".join(filter(None, (parties_line(agreement), scope_of(agreement)[:500])))),
            unique_id=page(agreement),
            pubdate=published_at,
            updateddate=published_at,
        )
    return str(made.writeString("utf-8"))
