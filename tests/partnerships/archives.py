"""A registry with something in every table, its fingerprint, and archives that were tampered with."""

import hashlib
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models

from partnerships.archive.shape import archived_models
from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementLink,
    FileKind,
    FocalPoint,
    FundingTerm,
    LinkKind,
    Publication,
    RegulationReference,
    ScopeTag,
    Submission,
    TermExtension,
)
from tests.factories import Bureau, Kanwil
from toolkit.history import save_by


def fill_registry(bureau: Bureau, kanwil: Kanwil, now: datetime) -> Agreement:
    """One agreement that uses every table, with two versions in its history."""
    agreement = kanwil.agreement
    agreement.scope = "Pelatihan “media” — baris\nkedua \\ \x7f"
    save_by(agreement, by=kanwil.admin, now=now, reason="Diperbaiki")
    agreement.scope_tags.add(ScopeTag.objects.create(name="Pelatihan"), ScopeTag.objects.create(name="Publikasi"))
    other = bureau.agreement
    AgreementLink.objects.create(later=agreement, earlier=other, kind=LinkKind.IMPLEMENTS)
    TermExtension.objects.create(
        agreement=agreement,
        previous_until=agreement.effective_from,
        new_until=agreement.effective_until,
        reason="Berhasil",
        extended_at=now + timedelta(microseconds=123_457),
        extended_by=bureau.admin,
    )
    RegulationReference.objects.create(agreement=agreement, title="Permenkumham 65 Tahun 2016")
    FundingTerm.objects.create(agreement=agreement, cost="Konsumsi", ceiling=9_007_199_254_740_993 % 10**15)
    FocalPoint.objects.create(party=agreement.parties.order_by("pk")[0], name="Narahubung", email="n@humas.test")
    submission = Submission.objects.create(
        agreement=agreement,
        file=kanwil.agreement_file,
        submitted_at=now,
        submitted_by=kanwil.operator,
        checklist={"lengkap": True, "catatan": ["a", 1]},
        verified_at=now,
        verified_by=kanwil.admin,
    )
    public = AgreementFile(
        agreement=agreement,
        kind=FileKind.PUBLIC,
        original_name="publik.pdf",
        size=300_000,
        sha256="1" * 64,
        n_pages=2,
        uploaded_at=now,
        uploaded_by=bureau.admin,
    )
    public.file.save("publik.pdf", ContentFile(bytes(range(256)) * 1200), save=False)
    public.save()
    Publication.objects.create(
        agreement=agreement, public_file=public, published_at=submission.submitted_at, published_by=bureau.admin
    )
    return agreement


def rows_of_registry() -> dict[str, list[tuple[object, ...]]]:
    """Every value of every table, as the database has it."""
    found = {}
    with connection.cursor() as cursor:
        for name, model in archived_models().items():
            key = model._meta.pk.column
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY "{key}"')  # noqa: S608 -- names of our own tables
            found[name] = [tuple(row) for row in cursor.fetchall()]
    return found


def stored_names() -> set[str]:
    """Every file that a row of the app names."""
    return {
        str(name)
        for model in archived_models().values()
        for column in model._meta.concrete_fields
        if isinstance(column, models.FileField)
        for name in model._base_manager.values_list(column.attname, flat=True)
        if name
    }


def bytes_of_registry() -> dict[str, str]:
    """SHA-256 of each stored file by name."""
    names = stored_names()
    return {name: hashlib.sha256(default_storage.open(name).read()).hexdigest() for name in names}


def wipe_registry() -> None:
    """As after a loss: no row, no file; what other apps say of agreements stands."""
    for name in stored_names():
        default_storage.delete(name)
    with connection.cursor() as cursor:
        for model in archived_models().values():
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], list[tuple[str, bytes]]]) -> Path:
    """A copy of an archive whose members went through `change`."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            for name, content in change(info.filename, old.read(info)):
                new.writestr(name, content)
    return target


def model_named(name: str) -> type[models.Model]:
    return archived_models()[name]
