"""Puts an archive back: everything or nothing. Rows return with their keys, so what other apps say of an agreement
still means the same one."""

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from partnerships.archive.reading import ArchiveIsUnfit, content_of, lines_of, opened, verify_archive
from partnerships.archive.shape import (
    FilePart,
    Manifest,
    Names,
    TablePart,
    archived_models,
    columns_of,
    points_at,
)
from partnerships.models import Agreement, Organization
from units.models import Unit, User

ROWS_AT_ONCE = 500
CHUNK = 1 << 18
SHOWN = 20

Progress = Callable[[int, int], None]


class RegistryIsInUse(Exception):
    """There are agreements or organisations already."""

    def __str__(self) -> str:
        return str(_("Registri ini tidak kosong. Arsip hanya dipulihkan ke registri yang kosong."))


class RestoreIsRefused(Exception):
    """The archive is whole but does not fit this portal; its text is a sentence."""


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    n_files_written: int


def restore_archive(
    path: Path,
    *,
    replaces: bool = False,
    stand_ins: Sequence[User] = (),
    progress: Progress = lambda done, total: None,
) -> Restored:
    """Verifies, then restores rows, histories and files. With `replaces` what is there goes in the same transaction.
    `stand_ins` take the place of accounts that this portal does not have: in one row two of them where two people were.
    Raises ArchiveIsUnfit, RegistryIsInUse and RestoreIsRefused; then nothing has changed."""
    manifest = verify_archive(path)
    if not replaces and (Agreement.objects.exists() or Organization.objects.exists()):
        raise RegistryIsInUse
    _check_tables(manifest)
    written: list[str] = []
    try:
        with opened(path) as archive:
            for done, part in enumerate(manifest.files):
                progress(done, len(manifest.files))
                _restore_file(archive, part, written)
            with transaction.atomic():
                _restore_rows(archive, manifest, stand_ins)
    except Exception:
        for name in written:
            default_storage.delete(name)
        raise
    return Restored(manifest, len(written))


def _check_tables(manifest: Manifest) -> None:
    """A newer portal takes the archive of an older one: columns it has got since take their defaults."""
    known = archived_models()
    for part in manifest.tables:
        if part.table not in known or set(part.fields) - set(columns_of(known[part.table])):
            raise RestoreIsRefused(
                _("Arsip berasal dari versi portal lain (%(schema)s): isi %(part)s tidak dikenal di sini.")
                % {"schema": manifest.schema, "part": part.member}
            )


def _restore_file(archive: zipfile.ZipFile, part: FilePart, written: list[str]) -> None:
    if default_storage.exists(part.name):
        with default_storage.open(part.name, "rb") as there:
            if _sha256(there) == part.sha256:
                return
        raise RestoreIsRefused(
            _("Di penyimpanan sudah ada berkas %(name)s dengan isi lain. Pindahkan dahulu berkas itu.")
            % {"name": part.name}
        )
    with content_of(archive, part) as stream:
        kept = default_storage.save(part.name, File(stream, name=part.name))
    written.append(kept)
    if kept != part.name:
        raise RestoreIsRefused(_("Penyimpanan tidak menerima nama %(name)s.") % {"name": part.name})


def _sha256(file: Any) -> str:
    digest = hashlib.sha256()
    while content := file.read(CHUNK):
        digest.update(content)
    return digest.hexdigest()


def _restore_rows(archive: zipfile.ZipFile, manifest: Manifest, stand_ins: Sequence[User]) -> None:
    known, names = archived_models(), Names()
    unknown: dict[type[models.Model], dict[str, int]] = {Unit: {}, User: {}}
    with connection.cursor() as cursor:
        for model in known.values():
            # Constraints between tables are looked at when all is in, so the order does not matter.
            cursor.execute(f"DELETE FROM {_quoted(model._meta.db_table)}")  # noqa: S608, SLF001 -- our own tables
    for part in manifest.tables:
        rows = _rows(lines_of(archive, part), part, known[part.table], names, unknown, stand_ins)
        try:
            n_rows = _insert(known[part.table], part.fields, rows)
        except (ArithmeticError, LookupError, TypeError, ValueError, DataError) as problem:
            # Checksums that fit say that nothing fell over on the way, not that the portal wrote it.
            raise ArchiveIsUnfit(_("Isi %(part)s tidak dapat dibaca.") % {"part": part.member}) from problem
        if n_rows != part.rows:
            raise ArchiveIsUnfit(_("Jumlah baris %(part)s tidak sesuai daftarnya.") % {"part": part.member})
    _refuse_unknown(unknown)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(known.values())):
            cursor.execute(statement)
    try:
        connection.check_constraints()
    except IntegrityError as problem:
        raise RestoreIsRefused(
            _("Data lain di portal ini menunjuk baris di luar arsip, sehingga tidak dapat diganti: %(problem)s")
            % {"problem": str(problem)[:300]}
        ) from problem


def _refuse_unknown(unknown: dict[type[models.Model], dict[str, int]]) -> None:
    sentences = {
        Unit: _("Satuan kerja ini tidak ada di portal; tambahkan dahulu: %(names)s."),
        User: _(
            "Akun ini tidak ada di portal; tambahkan dahulu, atau sebut penggantinya dengan --stand-in, dua pengganti "
            "bila satu naskah diserahkan dan diperiksa oleh dua di antaranya: %(names)s."
        ),
    }
    said = [
        sentences[model] % {"names": "; ".join(sorted(names)[:SHOWN]) + (" …" if len(names) > SHOWN else "")}
        for model, names in unknown.items()
        if names
    ]
    if said:
        raise RestoreIsRefused(" ".join(said))


def _rows(
    lines: Iterable[dict[str, Any]],
    part: TablePart,
    model: type[models.Model],
    names: Names,
    unknown: dict[type[models.Model], dict[str, int]],
    stand_ins: Sequence[User],
) -> Iterator[list[Any]]:
    """Values ready for the database, in the order of the part's fields and then of those the archive does not know."""
    columns = columns_of(model)
    defaults = [column.get_default() for name, column in columns.items() if name not in part.fields]
    named = {name: target for name in part.fields if (target := points_at(columns[name])) in names.key_of}
    for line in lines:
        keys = {
            name: names.key_of[target].get(line[name]) for name, target in named.items() if isinstance(line[name], str)
        }
        people = {key: line[name] for name, key in keys.items() if key and named[name] is User}
        for name in [name for name, key in keys.items() if not key]:
            keys[name] = _missing(named[name], line[name], unknown, stand_ins, people)
        yield [*(_value(columns[name], keys.get(name, line[name]), part) for name in part.fields), *defaults]


def _missing(
    target: Any,
    name: str,
    unknown: dict[type[models.Model], dict[str, int]],
    stand_ins: Sequence[User],
    people: dict[Any, str],
) -> int:
    """The stand-in for an account of a row, whose `people` are known by key: two people stay two."""
    free = (one.pk for one in stand_ins if people.get(one.pk, name) == name) if target is User else iter(())
    key = next(free, None)
    if key is None:
        # Nobody, and each another nobody for the sake of the constraints: the whole is refused once all such names are
        # known.
        return unknown[target].setdefault(name, -1 - len(unknown[target]))
    people[key] = name
    return int(key)


def _value(column: "models.Field[Any, Any]", value: Any, part: TablePart) -> Any:
    try:
        return column.to_python(value)
    except ValidationError as problem:
        raise ArchiveIsUnfit(
            _("Isi %(part)s tidak dapat dibaca: kolom %(column)s.") % {"part": part.member, "column": column.attname}
        ) from problem


def _insert(model: type[models.Model], given: list[str], rows: Iterator[list[Any]]) -> int:
    """Straight into the table: dates of making stay what they were, and no history is made of the return."""
    columns = columns_of(model)
    ordered = [columns[name] for name in given] + [column for name, column in columns.items() if name not in given]
    places = ", ".join(["%s"] * len(ordered))
    quoted = ", ".join(_quoted(str(column.column)) for column in ordered)
    statement = f"INSERT INTO {_quoted(model._meta.db_table)} ({quoted}) VALUES ({places})"  # noqa: S608, SLF001
    n_rows = 0
    with connection.cursor() as cursor:
        while some := list(islice(rows, ROWS_AT_ONCE)):
            n_rows += len(some)
            prepared = [
                [column.get_db_prep_save(value, connection) for column, value in zip(ordered, row, strict=True)]
                for row in some
            ]
            try:
                cursor.executemany(statement, prepared)
            except IntegrityError as problem:
                raise RestoreIsRefused(
                    _("Tabel %(table)s tidak menerima isi arsip: %(problem)s")
                    % {"table": model._meta.db_table, "problem": str(problem)[:300]}  # noqa: SLF001
                ) from problem
    return n_rows


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
