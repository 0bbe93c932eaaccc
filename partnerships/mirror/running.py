"""One run of the mirror: what the tree holds, a few agreements in memory at a time."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from partnerships.mirror.lists import kind_groups, row_of, unit_groups, write_lists, year_groups
from partnerships.mirror.pages import write_assets, write_page
from partnerships.mirror.tree import Tally, Tree, gone, locked, switch
from partnerships.models import Agreement, FileText
from partnerships.public_data import csv_of, data_rows, feed, json_of
from partnerships.public_facts import (
    CHUNK,
    DATA_COLUMNS,
    copy_of,
    data_schema,
    implementations_of,
    newest_publications,
    page_facts,
    parties_line,
    with_links,
    with_public_facts,
    with_tags,
    years_of,
)

NEWEST = 30
COPY_TEXT = 20_000


def mirror_agreements(
    folder: Path, *, now: datetime, today: date, url: str = "", said: Callable[[int], None] = lambda n: None
) -> Tally:
    """Brings `folder`/current up to what is public now. `url` is where the mirror will be read, for data and feed;
    `said` hears how many pages are made. Raises MirrorIsRefused."""
    with locked(folder), translation.override("id"):
        current = folder / "current"
        before = current.resolve() if current.is_symlink() else None
        root = folder / f"tree-{now:%Y%m%d%H%M%S%f}"
        root.mkdir()
        tree = Tree(root, before if before and before.is_dir() else None)
        try:
            _fill(tree, today=today, url=url.rstrip("/"), said=said)
        except BaseException:
            shutil.rmtree(root, ignore_errors=True)
            raise
        tree.tally.n_gone = gone(tree)
        switch(current, root)
        for old in folder.glob("tree-*"):
            if old != root:
                shutil.rmtree(old, ignore_errors=True)
        return tree.tally


def _fill(tree: Tree, *, today: date, url: str, said: Callable[[int], None]) -> None:
    _agreement_pages(tree, today=today, said=said)
    groups = [("unit", _("Menurut Kanwil dan unit"), unit_groups()), ("jenis", _("Menurut jenis"), kind_groups())]
    groups.append(("tahun", _("Menurut tahun tanda tangan"), year_groups()))
    for slug, heading, members in groups:
        for member in members:
            write_lists(tree, slug, heading, member)
    write_page(
        tree,
        "index.html",
        "partnerships/mirror/index.html",
        {
            "groups": [
                (heading, [(member.label, member.n, f"/{slug}/{member.key}.html") for member in members])
                for slug, heading, members in groups
                if members
            ],
            "rows": [row_of(agreement) for agreement in newest_publications(NEWEST)],
            "total": Agreement.objects.public().count(),
            "portal_url": settings.SITE_URL,
        },
    )
    write_page(
        tree, "data/index.html", "partnerships/agreement_data.html", {"columns": DATA_COLUMNS, "is_mirror": True}
    )
    _data(tree, today=today, url=url)
    tree.put_lines("data/indeks.js", _search_index())
    write_assets(tree)


def _agreement_pages(tree: Tree, *, today: date, said: Callable[[int], None]) -> None:
    rows = with_tags(with_links(with_public_facts(Agreement.objects.public()))).order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        files = [copy.pk for agreement in chunk if (copy := copy_of(agreement))]
        texts = dict(FileText.objects.filter(pk__in=files).values_list("pk", "text"))
        implementations = implementations_of(chunk, today=today)
        for agreement in chunk:
            copy = copy_of(agreement)
            name = copy_path(agreement)
            text = texts.get(copy.pk, "")[:COPY_TEXT] if copy else ""
            done = implementations.get(agreement.pk)
            facts = page_facts(agreement, today=today, text=text, implementation=done) | {"is_mirror": True}
            if copy and not tree.put_stored(name, str(copy.file.name), copy.size):
                facts["copy"] = None
            write_page(tree, f"naskah/{agreement.pk}.html", "partnerships/agreement_public.html", facts, copy=name)
        said(tree.tally.n_pages)
        last = chunk[-1].pk


def copy_path(agreement: Agreement) -> str:
    """Of an agreement's public copy in the tree; a new copy gets a new name."""
    copy = copy_of(agreement)
    return f"salinan/{agreement.pk}-{copy.sha256[:16]}.pdf" if copy else ""


def _data(tree: Tree, *, today: date, url: str) -> None:
    def page(agreement: Agreement) -> str:
        if url:
            return f"{url}/naskah/{agreement.pk}.html"
        return f"{settings.SITE_URL}{reverse('agreement_public', args=[agreement.pk])}"

    def copy(agreement: Agreement) -> str:
        if url:
            return f"{url}/{copy_path(agreement)}"
        return f"{settings.SITE_URL}{reverse('agreement_public_download', args=[agreement.pk])}"

    tree.put_lines("data/kerja-sama.csv", csv_of(data_rows(today=today, page=page, copy=copy)))
    tree.put_lines("data/kerja-sama.json", json_of(data_rows(today=today, page=page, copy=copy), today=today))
    tree.put("data/skema.json", json.dumps(data_schema(), ensure_ascii=False, indent=1).encode())
    home = url or f"{settings.SITE_URL}{reverse('agreement_public_list')}"
    tree.put("umpan.atom", feed(home=home, own=f"{home.rstrip('/')}/umpan.atom", page=page).encode())


def _search_index() -> Iterator[str]:
    """What the small search of the first page reads: key, title, parties, number, years, kind."""
    yield "window.mirrorRows = [\n"
    rows = with_public_facts(Agreement.objects.public()).order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        for agreement in chunk:
            row = [
                agreement.pk,
                agreement.title,
                parties_line(agreement),
                agreement.number,
                years_of(agreement),
                agreement.agreement_type.short,
            ]
            yield json.dumps(row, ensure_ascii=True) + ",\n"
        last = chunk[-1].pk
    yield "];\n"
