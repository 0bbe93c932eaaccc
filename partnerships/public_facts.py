"""What the public may read of an agreement: the one place that pages, data files, the feed and the mirror take it from.

Of a limited agreement only title, kind, parties, number and term are told; the reason is told in place of the rest."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import floor
from typing import Any

from django.db.models import Count, Max, Prefetch, Sum
from django.utils.translation import gettext_lazy as _

from partnerships.countries import HOME, country_name
from partnerships.models import (
    Activity,
    Agreement,
    AgreementLink,
    AgreementParty,
    AgreementQuerySet,
    Classification,
    LinkKind,
    ScopeTag,
    TermState,
)

CHUNK = 200


@dataclass(frozen=True)
class Implementation:
    """What came of an agreement so far, in numbers and never a name. `percent` is done of its commitments, None where
    none was made; `n_people` were trained in `n_events` workshops; `last_on` is the day of the last activity."""

    percent: int | None
    n_activities: int = 0
    n_events: int = 0
    n_people: int = 0
    last_on: date | None = None


def percents_of(agreements: Iterable[Agreement], *, today: date) -> dict[int, int]:
    """How much of its commitments is done, by the agreement's key, in one statement; those without commitments, and
    limited ones, are left out."""
    keys = [agreement.pk for agreement in agreements if is_open(agreement)]
    rows: Any = _progress(today).filter(pk__in=keys)
    return {pk: floor(done) for pk, done in rows.values_list("pk", "progress") if done is not None}


@lru_cache(maxsize=2)
def _progress(today: date) -> AgreementQuerySet:
    """Put together once a day, for every page asks it."""
    return Agreement.objects.with_progress(today)


def implementations_of(agreements: Sequence[Agreement], *, today: date) -> dict[int, Implementation]:
    """By the agreement's key, in two statements; those of which nothing is on record, and limited ones, are left
    out."""
    percents = percents_of(agreements, today=today)
    sums = (
        Activity.objects.filter(
            agreement__in=[agreement.pk for agreement in agreements if is_open(agreement)], held_on__lte=today
        )
        .order_by()
        .values_list("agreement")
        .annotate(n=Count("pk"), events=Sum("n_events"), people=Sum("n_people"), last=Max("held_on"))
    )
    done = {pk: facts for pk, *facts in sums}
    return {pk: Implementation(percents.get(pk), *done.get(pk, ())) for pk in percents.keys() | done.keys()}


@dataclass(frozen=True)
class PublicParty:
    name: str
    kind: str
    country: str
    number: str
    signatory: str
    signatory_position: str


@dataclass(frozen=True)
class PublicLink:
    words: str
    agreement: Agreement


def with_public_facts(agreements: AgreementQuerySet) -> AgreementQuerySet:
    """All that the functions below read: a few statements whatever the number of rows."""
    parties = (
        AgreementParty.objects.select_related("unit", "organization")
        .only(
            "agreement", "position", "party_number", "signatory_name", "signatory_position", "signing_capacity",
            "unit__official_name", "unit__short_name", "unit__level",
            "organization__name", "organization__short_name", "organization__kind", "organization__country",
        )
        .order_by("position", "pk")
    )  # fmt: skip
    return (
        agreements.select_related("owner_unit", "agreement_type", "publication", "publication__public_file")
        .defer("termination_reason")
        .prefetch_related(Prefetch("parties", parties, to_attr="public_parties"))
    )


def with_tags(agreements: AgreementQuerySet) -> AgreementQuerySet:
    return agreements.prefetch_related(Prefetch("scope_tags", ScopeTag.objects.order_by("name"), to_attr="public_tags"))


def with_links(agreements: AgreementQuerySet) -> AgreementQuerySet:
    public = Agreement.objects.public().values("pk")
    earlier = AgreementLink.objects.filter(earlier__in=public).select_related("earlier").order_by("pk")
    later = AgreementLink.objects.filter(later__in=public).select_related("later").order_by("pk")
    return agreements.prefetch_related(
        Prefetch("links_to_earlier", earlier, to_attr="public_earlier"),
        Prefetch("links_to_later", later, to_attr="public_later"),
    )


def is_open(agreement: Agreement) -> bool:
    return bool(agreement.classification == Classification.PUBLIC)


def scope_of(agreement: Agreement) -> str:
    return agreement.scope if is_open(agreement) else ""


def tags_of(agreement: Any) -> list[str]:
    return [tag.name for tag in agreement.public_tags] if is_open(agreement) else []


def copy_of(agreement: Any) -> Any:
    """The file made for the public, of an open agreement; else None."""
    return agreement.publication.public_file if is_open(agreement) else None


def parties_of(agreement: Any) -> list[PublicParty]:
    found = []
    for party in agreement.public_parties:
        body = party.organization
        signatory = party.signatory_name
        if signatory and party.signing_capacity != "definitive":
            signatory = f"{party.get_signing_capacity_display()} {signatory}"
        found.append(
            PublicParty(
                name=body.name if body else party.unit.official_name,
                kind=str(body.get_kind_display()) if body else str(party.unit.get_level_display()),
                country=body.country_shown if body else country_name(HOME),
                number=party.party_number,
                signatory=signatory,
                signatory_position=party.signatory_position,
            )
        )
    return found


def parties_line(agreement: Agreement) -> str:
    """`RSUD Jepara × Rutan Jepara`; the owner where no party is on record."""
    return " × ".join(party.name for party in parties_of(agreement)) or agreement.owner_unit.official_name


def years_of(agreement: Agreement) -> str:
    """`2021–2026`; an open end stays open."""
    first, last = agreement.effective_from, agreement.effective_until
    if first is None and last is None:
        return ""
    if first and last and first.year == last.year:
        return str(first.year)
    return f"{first.year if first else '…'}–{last.year if last else ''}"


def links_of(agreement: Any) -> list[PublicLink]:
    return [PublicLink(str(LinkKind(link.kind).label), link.earlier) for link in agreement.public_earlier] + [
        PublicLink(LinkKind(link.kind).seen_from_earlier, link.later) for link in agreement.public_later
    ]


def public_text_of(agreement: Agreement, texts: dict[int, str], most: int = 20_000) -> str:
    """The words of the public copy, for readers whose program reads no PDF."""
    copy = copy_of(agreement)
    return texts.get(copy.pk, "").strip()[:most] if copy else ""


def page_facts(
    agreement: Agreement, *, today: date, text: str, implementation: Implementation | None
) -> dict[str, Any]:
    """What the page of one agreement shows, from `with_tags(with_links(with_public_facts(...)))`."""
    return {
        "agreement": agreement,
        "state": agreement.term_state(today),
        "state_label": agreement.term_label(today),
        "parties": parties_of(agreement),
        "parties_line": parties_line(agreement),
        "is_open": is_open(agreement),
        "scope": scope_of(agreement),
        "tags": tags_of(agreement),
        "links": links_of(agreement),
        "copy": copy_of(agreement),
        "copy_text": text,
        "implementation": implementation,
    }


@dataclass(frozen=True)
class DataColumn:
    """A column of the open data: `type` is that of JSON Schema."""

    name: str
    label: Any
    meaning: Any
    type: str = "string"
    form: str = ""


DATA_COLUMNS = (
    DataColumn("id", _("Kunci"), _("Nomor tetap perjanjian di portal ini."), "integer"),
    DataColumn("url", _("Alamat"), _("Halaman perjanjian ini."), form="uri"),
    DataColumn("kind", _("Jenis"), _("Kode jenis naskah, misalnya perjanjian_kerja_sama.")),
    DataColumn("kind_name", _("Nama jenis"), _("Jenis naskah dalam kata.")),
    DataColumn("title", _("Tentang"), _("Judul naskah.")),
    DataColumn("number", _("Nomor"), _("Nomor naskah pada pihak pemilik.")),
    DataColumn("is_foreign", _("Luar negeri"), _("Benar bila salah satu pihak dari luar negeri."), "boolean"),
    DataColumn("owner", _("Unit pemilik"), _("Satuan kerja yang memegang naskah.")),
    DataColumn("parties", _("Para pihak"), _("Nama para pihak menurut urutan; di CSV dipisah titik koma."), "array"),
    DataColumn(
        "signatories",
        _("Penanda tangan"),
        _("Nama dan jabatan penanda tangan tiap pihak; di CSV dipisah titik koma."),
        "array",
    ),
    DataColumn("signed_on", _("Tanggal tanda tangan"), _("Tahun-bulan-tanggal."), form="date"),
    DataColumn("effective_from", _("Mulai berlaku"), _("Tahun-bulan-tanggal."), form="date"),
    DataColumn("effective_until", _("Berlaku sampai"), _("Kosong berarti sampai diakhiri."), form="date"),
    DataColumn("state", _("Masa"), _("Keadaan masa berlaku pada hari berkas dibuat, misalnya in_force atau ended.")),
    DataColumn("scope_tags", _("Bidang"), _("Bidang kerja sama; di CSV dipisah titik koma."), "array"),
    DataColumn("scope", _("Ruang lingkup"), _("Kosong bila naskah terbatas.")),
    DataColumn("classification", _("Klasifikasi"), _("public, atau limited bila isi naskah tidak dibuka.")),
    DataColumn("withheld_reason", _("Alasan"), _("Mengapa isi naskah tidak dibuka; kosong bila dibuka.")),
    DataColumn("copy_url", _("Salinan"), _("PDF salinan untuk publik; kosong bila tidak ada."), form="uri"),
    DataColumn("copy_sha256", _("Sidik salinan"), _("SHA-256 dari salinan PDF.")),
    DataColumn(
        "published_at", _("Dipublikasikan"), _("Saat naskah dipublikasikan, dengan zona waktu."), form="date-time"
    ),
)
NEVER_EMPTY = {"id", "url", "kind", "kind_name", "title", "is_foreign", "owner", "parties", "signatories", "state"}


def data_row(agreement: Any, *, today: date, url: str, copy_url: str) -> dict[str, Any]:
    """One agreement in the order of DATA_COLUMNS, values fit for JSON; None where there is nothing."""
    copy = copy_of(agreement)
    parties = parties_of(agreement)
    days = {
        name: str(getattr(agreement, name)) if getattr(agreement, name) else None
        for name in ("signed_on", "effective_from", "effective_until")
    }
    return {
        "id": agreement.pk,
        "url": url,
        "kind": agreement.agreement_type_id,
        "kind_name": str(agreement.agreement_type),
        "title": agreement.title,
        "number": agreement.number or None,
        "is_foreign": agreement.is_foreign,
        "owner": agreement.owner_unit.official_name,
        "parties": [party.name for party in parties],
        "signatories": [
            ", ".join(filter(None, (party.signatory, party.signatory_position))) for party in parties if party.signatory
        ],
        **days,
        "state": TermState(agreement.term_state(today)).value,
        "scope_tags": tags_of(agreement),
        "scope": scope_of(agreement) or None,
        "classification": agreement.classification,
        "withheld_reason": None if is_open(agreement) else agreement.classification_reason,
        "copy_url": copy_url if copy else None,
        "copy_sha256": copy.sha256 if copy else None,
        "published_at": agreement.publication.published_at.isoformat(),
    }


def data_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the JSON file."""
    properties: dict[str, Any] = {}
    for column in DATA_COLUMNS:
        kind: Any = column.type if column.name in NEVER_EMPTY or column.type == "array" else [column.type, "null"]
        properties[column.name] = {"type": kind, "title": str(column.label), "description": str(column.meaning)}
        if column.form:
            properties[column.name]["format"] = column.form
        if column.type == "array":
            properties[column.name]["items"] = {"type": "string"}
    row = {
        "type": "object",
        "properties": properties,
        "required": [column.name for column in DATA_COLUMNS],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Portal Humas: kerja sama",
        "type": "object",
        "properties": {
            "generated_on": {"type": "string", "format": "date"},
            "agreements": {"type": "array", "items": row},
        },
        "required": ["generated_on", "agreements"],
    }


def public_agreements() -> Iterator[Agreement]:
    """All of them by key, in memory that does not grow."""
    rows = with_tags(with_public_facts(Agreement.objects.public())).order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield from chunk
        last = chunk[-1].pk


def newest_publications(n: int) -> list[Agreement]:
    return list(with_public_facts(Agreement.objects.public()).order_by("-publication__published_at", "-pk")[:n])
