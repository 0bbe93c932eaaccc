"""Keeps the searched words of agreements true to titles, parties, files and publication."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Prefetch, Q

from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementParty,
    AgreementQuerySet,
    AgreementText,
    Classification,
    FileKind,
    FileText,
    Organization,
    Publication,
)
from partnerships.models.texts import LONGEST_BODY
from toolkit.pdf_texts import PdfText, text_of_pdf
from units.models import Unit

READ_KINDS = (FileKind.SIGNED, FileKind.PUBLIC)
BATCH = 500
WRITTEN_AT_ONCE = 50
COLUMNS = ["head", "full_body", "public_body", "public_file", "is_open", "fingerprint", "made_at"]


def read_file(copy: AgreementFile, *, now: datetime) -> FileText:
    """Reads the words of a signed or public copy once; a second time gives what was read first."""
    known = FileText.objects.filter(pk=copy.pk).first()
    if known is not None:
        return known
    try:
        with default_storage.open(str(copy.file.name), "rb") as file:
            found = text_of_pdf(file.chunks(), most=LONGEST_BODY)
    except FileNotFoundError:
        found = PdfText("", failure="missing")
    values = {"text": found.text, "is_cut": found.is_cut, "failure": found.failure, "read_at": now}
    return FileText.objects.get_or_create(file=copy, defaults=values)[0]


def unread_files() -> Iterable[AgreementFile]:
    return AgreementFile.objects.downloadable().filter(kind__in=READ_KINDS, text=None).only("file").order_by("pk")


def refresh_words(keys: Sequence[int], *, now: datetime) -> int:
    """Writes the words of these agreements anew where they no longer say what the agreements say; how many were
    written. A few statements whatever the number, but for the texts of those that are written."""
    stale = []
    known = dict(AgreementText.objects.filter(pk__in=keys).values_list("pk", "fingerprint"))
    for agreement in _with_facts(keys):
        head, body, files, public_file = _facts(agreement)
        is_open = agreement.classification == Classification.PUBLIC
        print_ = hashlib.sha256(json.dumps([head, body, files, public_file, is_open]).encode()).hexdigest()
        if known.get(agreement.pk) != print_:
            stale.append((agreement, head, body, files, public_file, is_open, print_))
    for some in (stale[n : n + WRITTEN_AT_ONCE] for n in range(0, len(stale), WRITTEN_AT_ONCE)):
        _write(some, now=now)
    return len(stale)


def _write(stale: Iterable[tuple[Agreement, str, str, list[int], int | None, bool, str]], *, now: datetime) -> None:
    rows = list(stale)
    read = {key for row in rows for key in (*row[3], row[4]) if key is not None}
    texts = dict(FileText.objects.filter(pk__in=read).values_list("pk", "text"))
    words = [
        AgreementText(
            agreement=agreement,
            head=head,
            full_body="\n".join([body, *(texts[key] for key in files)])[:LONGEST_BODY],
            public_body="\n".join([body, texts.get(public_file or 0, "")])[:LONGEST_BODY] if is_open else "",
            public_file_id=public_file,
            is_open=is_open,
            fingerprint=print_,
            made_at=now,
        )
        for agreement, head, body, files, public_file, is_open, print_ in rows
    ]
    AgreementText.objects.bulk_create(words, update_conflicts=True, unique_fields=["agreement"], update_fields=COLUMNS)


def refresh_all_words(*, now: datetime) -> int:
    """Looks at every agreement; how many words were written anew."""
    return _refresh_in_steps(Agreement.objects.all(), now=now)


def refresh_words_naming(organization: Organization, *, now: datetime) -> int:
    """After an organisation has got other names, or other agreements."""
    parties = AgreementParty.objects.filter(organization=organization)
    return _refresh_in_steps(Agreement.objects.filter(pk__in=parties.values("agreement")), now=now)


def _refresh_in_steps(rows: AgreementQuerySet, *, now: datetime) -> int:
    written, last = 0, 0
    while keys := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            written += refresh_words(keys, now=now)
        last = keys[-1]
    return written


def _with_facts(keys: Sequence[int]) -> Iterable[Agreement]:
    parties = (
        AgreementParty.objects.select_related("unit", "organization")
        .prefetch_related("unit__names", "organization__aliases")
        .order_by("position", "pk")
    )
    files = (
        AgreementFile.objects.filter(kind__in=READ_KINDS).filter(Q(text__isnull=False)).only("agreement").order_by("pk")
    )
    publications = Publication.objects.standing().only("agreement", "public_file")
    return (
        Agreement.objects.filter(pk__in=keys)
        .select_related("owner_unit")
        .prefetch_related(
            "owner_unit__names",
            Prefetch("parties", parties, to_attr="word_parties"),
            Prefetch("files", files, to_attr="word_files"),
            Prefetch("publication", publications),
        )
        .order_by("pk")
    )


def _facts(agreement: Agreement) -> tuple[str, str, list[int], int | None]:
    """Head, body, keys of the files that are read, and the public one among them."""
    parts = [agreement.title, agreement.number, *_names_of_unit(agreement.owner_unit)]
    for party in agreement.word_parties:  # type: ignore[attr-defined]
        names = _names_of_unit(party.unit) if party.unit else _names_of_organization(party.organization)
        parts += [*names, party.party_number]
    shown = getattr(agreement, "publication", None)
    files = [copy.pk for copy in agreement.word_files]  # type: ignore[attr-defined]
    head = "\n".join(dict.fromkeys(filter(None, (part.replace("\0", "") for part in parts))))
    return head, agreement.scope.replace("\0", ""), files, shown.public_file_id if shown else None


def _names_of_unit(unit: Unit) -> list[str]:
    """Those it bears and those it bore."""
    former = sorted(unit.names.all(), key=lambda name: name.until, reverse=True)
    return [unit.official_name, unit.short_name, *(n for name in former for n in (name.official_name, name.short_name))]


def _names_of_organization(organization: Organization) -> list[str]:
    aliases = sorted(alias.name for alias in organization.aliases.all())
    return [organization.name, organization.short_name, *aliases]
