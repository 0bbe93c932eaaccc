"""Writes the archive in one pass and in constant memory: first the rows, all as of one moment, then the files."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from partnerships.archive.shape import (
    FORMAT,
    MANIFEST,
    README,
    FilePart,
    Manifest,
    Names,
    TablePart,
    archived_models,
    columns_of,
    current_schema,
    encoded,
    points_at,
)

CHUNK = 1 << 18
ROWS_AT_ONCE = 1_000

Progress = Callable[[int, int], None]


def write_archive(path: Path, *, now: datetime, progress: Progress = lambda done, total: None) -> Manifest:
    """Makes the archive at `path`, which must not exist; without its last part, the list of contents, it is none.
    `progress` is told the files done and their number."""
    with zipfile.ZipFile(path, "x", allowZip64=True) as archive:
        with one_moment():
            schema, names = current_schema(), Names()
            stored: dict[str, None] = {}
            tables = [_write_table(archive, model, names, stored, now) for model in archived_models().values()]
        files, missing = [], []
        for done, name in enumerate(stored):
            progress(done, len(stored))
            part = _write_file(archive, name, now)
            files.append(part) if part else missing.append(name)
        manifest = Manifest(FORMAT, now.isoformat(), schema, tables, files, missing)
        archive.writestr(_member(README, now), _readme(manifest, now))
        archive.writestr(_member(MANIFEST, now), manifest.as_json())
        progress(len(stored), len(stored))
    return manifest


@contextmanager
def one_moment() -> Iterator[None]:
    """All rows as they are at one moment, whatever others write meanwhile, and without holding them up."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _member(name: str, now: datetime, *, is_packed: bool = True) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=now.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
    info.external_attr = 0o600 << 16
    return info


class _Counted:
    """A part under way: its length and its checksum grow as it is written."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._digest, self.size = stream, hashlib.sha256(), 0

    def write(self, content: bytes) -> None:
        self._stream.write(content)
        self._digest.update(content)
        self.size += len(content)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def _write_table(
    archive: zipfile.ZipFile, model: type[models.Model], names: Names, stored: dict[str, None], now: datetime
) -> TablePart:
    """`stored` takes up the names of files that the rows speak of; a history's are those of the past and stay out."""
    columns = columns_of(model)
    targets = [points_at(column) for column in columns.values()]
    files = [place for place, column in enumerate(columns.values()) if isinstance(column, models.FileField)]
    table = model._meta.label_lower.partition(".")[2]  # noqa: SLF001 -- Django's documented Model._meta
    rows = model._base_manager.order_by("pk").values_list(*columns).iterator(chunk_size=ROWS_AT_ONCE)  # noqa: SLF001
    n_rows = 0
    part = TablePart(table, 0, 0, "", list(columns))
    with archive.open(_member(part.member, now), "w", force_zip64=True) as stream:
        counted = _Counted(stream)
        for row in rows:
            n_rows += 1
            stored.update(dict.fromkeys(str(row[place]) for place in files if row[place]))
            spoken = [names.spoken(target, value) for target, value in zip(targets, row, strict=True)]
            line = json.dumps(dict(zip(columns, spoken, strict=True)), ensure_ascii=False, default=encoded)
            counted.write(f"{line}\n".encode())
    return TablePart(table, n_rows, counted.size, counted.sha256, list(columns))


def _write_file(archive: zipfile.ZipFile, name: str, now: datetime) -> FilePart | None:
    try:
        file = default_storage.open(name, "rb")
    except FileNotFoundError:
        return None
    with file, archive.open(_member(f"files/{name}", now, is_packed=False), "w", force_zip64=True) as stream:
        counted = _Counted(stream)
        while content := file.read(CHUNK):
            counted.write(content)
    return FilePart(name, counted.size, counted.sha256)


def _readme(manifest: Manifest, now: datetime) -> str:
    return _(
        "Arsip seluruh data kerja sama Portal Humas\n"
        "Dibuat: %(made)s\n\n"
        "Isi:\n"
        "- data/*.jsonl: satu baris JSON untuk setiap baris tabel, termasuk riwayat perubahan. Satuan kerja ditulis "
        "dengan nama resminya dari atas ke bawah, akun dengan alamat surelnya.\n"
        "- files/: berkas asli, byte demi byte, dengan nama penyimpanannya; nama aslinya ada di "
        "data/agreementfile.jsonl.\n"
        "- manifest.json: jumlah baris, ukuran, dan SHA-256 setiap bagian.\n\n"
        "Jumlah: %(rows)d baris dalam %(tables)d tabel, %(files)d berkas; %(missing)d berkas tidak ditemukan di "
        "penyimpanan.\n\n"
        "Memulihkan ke portal yang kosong: ./portal manage restore_agreements ARSIP.zip\n"
        "Perintah itu memeriksa semua SHA-256 lebih dahulu dan menolak arsip yang rusak.\n\n"
        "Arsip ini memuat data pribadi dan naskah yang tidak terbuka untuk umum. Simpan di tempat yang aman.\n"
    ) % {
        "made": now.isoformat(timespec="minutes"),
        "rows": manifest.n_rows,
        "tables": len(manifest.tables),
        "files": len(manifest.files),
        "missing": len(manifest.missing),
    }
