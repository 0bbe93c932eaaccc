"""What changes about agreements and their signed copies."""

from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnerships.models import Agreement, AgreementFile, FileKind, ScanState
from partnerships.word_bell import ring_for_words
from toolkit.history import save_by
from toolkit.scanning import has_scanner
from toolkit.uploads import PdfFacts, UnfitFile, check_pdf
from units.models import Level, Unit, User


class FileIsKnown(Exception):
    """The same bytes are already filed with this agreement."""

    def __str__(self) -> str:
        return str(_("Berkas yang sama sudah tersimpan pada perjanjian ini."))


def kanwil_of(unit: Unit) -> Unit | None:
    """The Kanwil that the unit is or stands below; None for the ministry, its main units and the bureau."""
    above = [int(key) for key in unit.path.strip("/").split("/") if key.isdecimal()]
    found = Unit.objects.filter(pk__in=[*above, unit.pk], level=Level.REGIONAL_OFFICE)
    return found.order_by("-path").first()


def _one_at_a_time(kanwil: Unit) -> None:
    Unit.objects.select_for_update(no_key=True).get(pk=kanwil.pk)


def check_room(owner: Unit, *, size: int) -> None:
    """Raises UnfitFile when the Kanwil of this unit has no room left for so many bytes. Until the transaction
    ends no other upload of that Kanwil is checked, so that two together cannot pass the quota."""
    kanwil = kanwil_of(owner)
    if kanwil is None:
        return
    _one_at_a_time(kanwil)
    quota = settings.KANWIL_QUOTA_MB * 1024 * 1024
    rows = AgreementFile.objects.filter(agreement__owner_unit__path__startswith=kanwil.path)
    used = rows.aggregate(n=Sum("size"))["n"] or 0
    if used + size > quota:
        raise UnfitFile(
            gettext(
                "Tempat penyimpanan %(kanwil)s sudah penuh (%(used)s dari %(quota)s). Minta Biro menambah jatahnya, "
                "lalu kirim lagi; isian Anda tetap tersimpan di formulir ini."
            )
            % {"kanwil": kanwil.short_name, "used": filesizeformat(used), "quota": filesizeformat(quota)}
        )


def plain_name(name: str) -> str:
    """The sender's file name for the row: no folders, no control characters, at most 200 characters with its ending."""
    name = "".join(character for character in PurePath(name).name if character.isprintable()).strip() or "naskah.pdf"
    stem, suffix = name[:-4], name[-4:]
    return name if len(name) <= 200 else f"{stem[:195]}…{suffix}"


@transaction.atomic
def record_file(
    agreement: Agreement,
    *,
    file: "File[Any]",
    by: User,
    now: datetime,
    kind: str = FileKind.SIGNED,
    facts: PdfFacts | None = None,
) -> AgreementFile:
    """Files a PDF byte for byte under a random name. `facts` of a check already made spare a second one.

    Where a scanner is configured the file is held until it says that it is clean. Raises UnfitFile for what is no
    plain PDF or finds no room, and FileIsKnown when the agreement already holds the same bytes."""
    facts = facts or check_pdf(file)
    check_room(agreement.owner_unit, size=facts.size)
    if agreement.files.filter(sha256=facts.sha256).exists():
        raise FileIsKnown
    copy = AgreementFile(
        agreement=agreement,
        kind=kind,
        file=file,
        original_name=plain_name(file.name or ""),
        size=facts.size,
        sha256=facts.sha256,
        n_pages=facts.n_pages,
        has_signature=facts.has_signature,
        scan_state=ScanState.WAITING if has_scanner() else ScanState.CLEAN,
        uploaded_at=now,
        uploaded_by=by,
    )
    save_by(copy, by=by, now=now)
    ring_for_words()
    return copy


@transaction.atomic
def discard_file(copy: AgreementFile, *, by: User, now: datetime) -> None:
    """Takes a copy back that should not have been filed; who did it stays in the history, the bytes go."""
    storage, name = copy.file.storage, str(copy.file.name)
    vars(copy).update(_history_user=by, _history_date=now)
    copy.delete()
    transaction.on_commit(lambda: storage.delete(name))
