"""The columns of an old list, by the many names that offices give them, and its template."""

import re
from collections.abc import Iterable

from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.models import AgreementKind, AgreementLevel, Classification, OrganizationKind
from toolkit.xlsx import Column, sheet_response

OPEN_ENDED = ["-", "sampai diakhiri", "sampai dicabut", "tidak terbatas", "tidak ditentukan", "seterusnya"]


def old_list_columns(kinds: Iterable[AgreementKind], *, is_template: bool = False) -> list[Column]:
    """The columns of an old list. Each kind is known by its code, its names and its abbreviation; a template offers the
    abbreviation."""
    named = [(kind.code, kind.short) for kind in kinds]
    if not is_template:
        for kind in kinds:
            spellings = {kind.name, kind.name_en, re.sub(r"\s*\(.*\)", "", kind.name)}
            named += [(kind.code, spelling) for spelling in sorted(spellings) if spelling]
    return [
        Column(
            "kind",
            gettext_lazy("Jenis"),
            kind="choice",
            required=True,
            choices=named,
            other_labels=["Jenis naskah", "Jenis kerja sama", "Bentuk kerja sama", "Bentuk"],
        ),
        Column(
            "number",
            gettext_lazy("Nomor"),
            width=26,
            max_length=100,
            blanks=["-"],
            other_labels=["Nomor naskah", "Nomor perjanjian", "Nomor PKS", "Nomor pihak pertama", "Nomor pihak I"],
        ),
        Column(
            "title",
            gettext_lazy("Tentang"),
            required=True,
            width=50,
            max_length=300,
            other_labels=["Judul", "Perihal", "Judul kerja sama", "Judul perjanjian"],
        ),
        Column(
            "owner",
            gettext_lazy("Unit pemilik"),
            width=30,
            other_labels=["Satuan kerja", "Satker", "Unit kerja", "Pihak pertama", "Pihak I"],
            hint=gettext_lazy("Nama satuan kerja; kosong berarti unit Anda sendiri."),
        ),
        Column(
            "partner",
            gettext_lazy("Mitra"),
            required=True,
            width=36,
            max_length=200,
            other_labels=["Pihak kedua", "Pihak II", "Nama mitra", "Instansi mitra", "Mitra kerja sama"],
            hint=gettext_lazy("Instansi yang belum tercatat akan dibuat."),
        ),
        Column(
            "partner_kind",
            gettext_lazy("Jenis mitra"),
            kind="choice",
            choices=OrganizationKind.choices,
            hint=gettext_lazy("Untuk mitra baru; kosong berarti diperkirakan dari namanya."),
        ),
        Column("country", gettext_lazy("Negara mitra"), max_length=60),
        Column(
            "partner_number",
            gettext_lazy("Nomor mitra"),
            width=26,
            max_length=100,
            blanks=["-"],
            other_labels=["Nomor pihak kedua", "Nomor pihak II"],
        ),
        Column(
            "third",
            gettext_lazy("Pihak ketiga"),
            width=30,
            max_length=200,
            blanks=["-"],
            other_labels=["Pihak III", "Mitra lain"],
        ),
        Column("third_number", gettext_lazy("Nomor pihak ketiga"), max_length=100, blanks=["-"]),
        Column("signatory", gettext_lazy("Penanda tangan kita"), max_length=150),
        Column("signatory_position", gettext_lazy("Jabatan penanda tangan kita"), max_length=150),
        Column("partner_signatory", gettext_lazy("Penanda tangan mitra"), max_length=150),
        Column("partner_position", gettext_lazy("Jabatan penanda tangan mitra"), max_length=150),
        Column(
            "signed_on",
            gettext_lazy("Tanggal tanda tangan"),
            kind="date",
            blanks=["-"],
            other_labels=["Tanggal penandatanganan", "Tanggal naskah", "Tanggal", "Tgl tanda tangan"],
        ),
        Column("signed_at_place", gettext_lazy("Tempat"), max_length=100),
        Column(
            "effective_from",
            gettext_lazy("Mulai berlaku"),
            kind="date",
            blanks=["-"],
            other_labels=["Tanggal mulai", "Mulai", "Berlaku sejak", "TMT"],
        ),
        Column(
            "effective_until",
            gettext_lazy("Berlaku sampai"),
            kind="date",
            blanks=OPEN_ENDED,
            other_labels=["Tanggal berakhir", "Berakhir", "Sampai", "Tanggal akhir"],
            hint=gettext_lazy("Kosong berarti sampai diakhiri."),
        ),
        Column(
            "is_foreign",
            gettext_lazy("Lingkup"),
            kind="choice",
            choices=[("dalam", gettext_lazy("Dalam negeri")), ("luar", gettext_lazy("Luar negeri"))],
        ),
        Column("level", gettext_lazy("Tingkat"), kind="choice", choices=AgreementLevel.choices),
        Column("scope", gettext_lazy("Ruang lingkup"), kind="lines", width=40),
        Column("classification", gettext_lazy("Klasifikasi"), kind="choice", choices=Classification.choices),
        Column("classification_reason", gettext_lazy("Alasan klasifikasi"), max_length=300),
    ]


def write_template() -> FileResponse:
    columns = old_list_columns(
        AgreementKind.objects.filter(is_active=True).order_by("position", "name"), is_template=True
    )
    return sheet_response("templat-perjanjian.xlsx", title=_("Perjanjian"), columns=columns, n_blank_rows=1_000)
