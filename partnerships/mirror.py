"""The public side as plain files that any web server can serve, or a browser without one.

Each run makes a new tree beside the present one, with hard links to whatever did not change, and then lets `current`
point at it; the tree before goes, so nothing that was withdrawn stays on the disk."""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from posixpath import dirname, normpath, relpath
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.db.models import Count, Q
from django.db.models.functions import ExtractYear
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from partnerships.models import Agreement, AgreementKind, AgreementQuerySet, FileText
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
    years_of,
)
from partnerships.public_filters import owners
from units.models import Level

MARK = ".portal-mirror"
PER_LIST = 200
NEWEST = 30
COPY_TEXT = 20_000
LINK = re.compile(r'\b(href|src|action)="(/[^"]*)"')
CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")


class MirrorIsRefused(Exception):
    """The folder is not ours to write, or another run is at it."""


@dataclass
class Tally:
    """Files of the new tree: written anew, kept as they were; `n_gone` were there before and are not any more."""

    n_written: int = 0
    n_kept: int = 0
    n_gone: int = 0
    n_pages: int = 0


@dataclass
class Tree:
    """The tree that is being made, beside the one before it."""

    root: Path
    before: Path | None
    tally: Tally = field(default_factory=Tally)
    assets: set[str] = field(default_factory=set)

    def put(self, name: str, content: bytes) -> None:
        old = self._old(name)
        if old is not None and old.stat().st_size == len(content) and old.read_bytes() == content:
            self._keep(old, name)
            return
        self._target(name).write_bytes(content)
        self.tally.n_written += 1

    def put_lines(self, name: str, lines: Iterable[str]) -> None:
        """Like `put`, for what is too long to be held at once."""
        target, old = self._target(name), self._old(name)
        with target.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
        if old is not None and _is_same(old, target):
            target.unlink()
            self._keep(old, name)
        else:
            self.tally.n_written += 1

    def put_stored(self, name: str, stored_name: str, size: int) -> bool:
        """A file of the portal's storage, under a name that changes with its bytes; False where it is lost."""
        old = self._old(name)
        if old is not None and old.stat().st_size == size:
            self._keep(old, name)
            return True
        try:
            with default_storage.open(stored_name, "rb") as source, self._target(name).open("wb") as target:
                shutil.copyfileobj(source, target)
        except FileNotFoundError:
            return False
        self.tally.n_written += 1
        return True

    def _target(self, name: str) -> Path:
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _old(self, name: str) -> Path | None:
        old = self.before / name if self.before else None
        return old if old is not None and old.is_file() else None

    def _keep(self, old: Path, name: str) -> None:
        target = self._target(name)
        try:
            os.link(old, target)
        except OSError:  # a disk without hard links
            shutil.copy2(old, target)
        self.tally.n_kept += 1


def _is_same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as a, other.open("rb") as b:
        return all(chunk == b.read(1 << 16) for chunk in iter(lambda: a.read(1 << 16), b""))


def mirror_agreements(
    folder: Path, *, now: datetime, today: date, url: str = "", said: Callable[[int], None] = lambda n: None
) -> Tally:
    """Brings `folder`/current up to what is public now. `url` is where the mirror will be read, for data and feed;
    `said` hears how many pages are made. Raises MirrorIsRefused."""
    with _locked(folder), translation.override("id"):
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
        tree.tally.n_gone = _gone(tree)
        _switch(current, root)
        for old in folder.glob("tree-*"):
            if old != root:
                shutil.rmtree(old, ignore_errors=True)
        return tree.tally


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise MirrorIsRefused(f"{folder} holds other things; name an empty folder.")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / MARK).open("w") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise MirrorIsRefused("Another run is writing this mirror.") from busy
        yield


def _switch(current: Path, root: Path) -> None:
    """Readers see the old tree or the new one, never half of either."""
    fresh = current.with_name(".current-next")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(root.name)
    fresh.replace(current)


def _gone(tree: Tree) -> int:
    if tree.before is None:
        return 0
    return sum(
        1 for old in tree.before.rglob("*") if old.is_file() and not (tree.root / old.relative_to(tree.before)).exists()
    )


# --- what the tree holds


def _fill(tree: Tree, *, today: date, url: str, said: Callable[[int], None]) -> None:
    _agreement_pages(tree, today=today, said=said)
    groups = [("unit", _("Menurut Kanwil dan unit"), _unit_groups()), ("jenis", _("Menurut jenis"), _kind_groups())]
    groups.append(("tahun", _("Menurut tahun tanda tangan"), _year_groups()))
    for slug, heading, members in groups:
        for member in members:
            _group_pages(tree, slug, heading, member)
    _page(
        tree,
        "index.html",
        "partnerships/mirror/index.html",
        {
            "groups": [
                (heading, [(member.label, member.n, f"/{slug}/{member.key}.html") for member in members])
                for slug, heading, members in groups
                if members
            ],
            "rows": [_row(agreement) for agreement in newest_publications(NEWEST)],
            "total": Agreement.objects.public().count(),
            "portal_url": settings.SITE_URL,
        },
    )
    _page(tree, "data/index.html", "partnerships/agreement_data.html", {"columns": DATA_COLUMNS, "is_mirror": True})
    _data(tree, today=today, url=url)
    tree.put_lines("data/indeks.js", _search_index())
    _assets(tree)


def _agreement_pages(tree: Tree, *, today: date, said: Callable[[int], None]) -> None:
    rows = with_links(with_public_facts(Agreement.objects.public())).order_by("pk")
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
            _page(tree, f"naskah/{agreement.pk}.html", "partnerships/agreement_public.html", facts, copy=name)
        said(tree.tally.n_pages)
        last = chunk[-1].pk


def copy_path(agreement: Agreement) -> str:
    """Of an agreement's public copy in the tree; a new copy gets a new name."""
    copy = copy_of(agreement)
    return f"salinan/{agreement.pk}-{copy.sha256[:16]}.pdf" if copy else ""


@dataclass(frozen=True)
class Member:
    """One list of the mirror: rows with the same Kanwil, kind or year."""

    key: str
    label: str
    n: int
    condition: Q


def _unit_groups() -> list[Member]:
    counts = dict(
        Agreement.objects.public().order_by().values_list("owner_unit__path").annotate(n=Count("pk")).values_list(
            "owner_unit__path", "n"
        )
    )  # fmt: skip
    found = []
    for unit in owners():
        stands_alone = unit.level in {Level.MINISTRY, Level.ECHELON1}
        paths = [path for path in counts if (path == unit.path if stands_alone else path.startswith(unit.path))]
        condition = Q(owner_unit=unit) if stands_alone else Q(owner_unit__path__startswith=unit.path)
        if paths:
            found.append(Member(str(unit.pk), unit.short_name, sum(counts[path] for path in paths), condition))
    return found


def _kind_groups() -> list[Member]:
    rows = Agreement.objects.public().order_by().values_list("agreement_type").annotate(n=Count("pk"))
    counts = dict(rows.values_list("agreement_type", "n"))
    return [
        Member(kind.code, str(kind), counts[kind.code], Q(agreement_type=kind))
        for kind in AgreementKind.objects.order_by("position", "name")
        if kind.code in counts
    ]


def _year_groups() -> list[Member]:
    rows = Agreement.objects.public().exclude(signed_on=None).annotate(year=ExtractYear("signed_on")).order_by()
    counts = rows.values_list("year").annotate(n=Count("pk")).values_list("year", "n")
    return [Member(str(year), str(year), n, Q(signed_on__year=year)) for year, n in sorted(counts, reverse=True)]


def _row(agreement: Agreement) -> dict[str, Any]:
    return {"agreement": agreement, "parties": parties_line(agreement), "years": years_of(agreement)}


def _group_pages(tree: Tree, slug: str, heading: str, member: Member) -> None:
    found: AgreementQuerySet = Agreement.objects.public().filter(member.condition)
    rows = with_public_facts(found).order_by("-signed_on", "-pk")
    n_pages = max(1, -(-member.n // PER_LIST))

    def name(number: int) -> str:
        return f"{slug}/{member.key}{'' if number == 1 else f'-{number}'}.html"

    for number in range(1, n_pages + 1):
        shown = rows[(number - 1) * PER_LIST : number * PER_LIST]
        facts = {
            "heading": heading,
            "label": member.label,
            "n": member.n,
            "rows": [_row(agreement) for agreement in shown],
            "number": number,
            "n_pages": n_pages,
            "previous": f"/{name(number - 1)}" if number > 1 else "",
            "next": f"/{name(number + 1)}" if number < n_pages else "",
        }
        _page(tree, name(number), "partnerships/mirror/group.html", facts)


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


# --- pages and what they need


def _page(tree: Tree, name: str, template: str, facts: dict[str, Any], *, copy: str = "") -> None:
    text = render_to_string(template, facts)

    def moved(found: re.Match[str]) -> str:
        target = _place(found[2], tree, copy)
        if target.startswith(("http:", "https:")):
            return f'{found[1]}="{target}"'
        return f'{found[1]}="{relpath(target, dirname(name) or ".")}"'

    tree.put(name, LINK.sub(moved, text).encode())
    tree.tally.n_pages += 1


def _place(address: str, tree: Tree, copy: str) -> str:
    """Where an address of the portal stands in the tree; what the mirror does not hold stays at the portal."""
    path = address.partition("?")[0].partition("#")[0]
    static = settings.STATIC_URL if settings.STATIC_URL.startswith("/") else f"/{settings.STATIC_URL}"
    if path.startswith(static):
        tree.assets.add(path.removeprefix(static))
        return f"static/{path.removeprefix(static)}"
    home = reverse("agreement_public_list")
    if not path.startswith(home):
        return path.lstrip("/") if (tree.root / path.lstrip("/")).suffix == ".html" else f"{settings.SITE_URL}{path}"
    rest = path.removeprefix(home)
    if rest in {"", "data/"}:
        return f"{rest}index.html"
    if found := re.fullmatch(r"(\d+)/", rest):
        return f"naskah/{found[1]}.html"
    return copy if rest.endswith("/salinan/") else rest


def _assets(tree: Tree) -> None:
    """Style sheets, fonts, pictures and scripts that the pages name, and what those name in turn."""
    waiting, done = sorted(tree.assets), set()
    while waiting:
        name = waiting.pop()
        source = _static_file(name)
        if name in done or source is None:
            continue
        done.add(name)
        content = source.read_bytes()
        tree.put(f"static/{name}", content)
        if name.endswith(".css"):
            for found in CSS_URL.findall(content.decode("utf-8")):
                if not found.startswith(("data:", "http:", "https:", "//", "#")):
                    path = found.partition("?")[0].partition("#")[0]
                    waiting.append(normpath(f"{dirname(name)}/{path}"))


def _static_file(name: str) -> Path | None:
    collected = Path(settings.STATIC_ROOT) / name
    if collected.is_file() and not settings.DEBUG:
        return collected
    found = finders.find(name)
    return Path(str(found)) if found else (collected if collected.is_file() else None)
