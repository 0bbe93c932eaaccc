"""Files of an agreement."""

import secrets
from typing import Any, Self

from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partnerships.models.sight import within_sight
from units.models import User


class FileKind(models.TextChoices):
    SIGNED = "signed", _("Salinan naskah bertanda tangan")
    DRAFT = "draft", _("Draf")
    TRANSLATION = "translation", _("Terjemahan")
    ANNEX = "annex", _("Lampiran")
    PUBLIC = "public", _("Salinan untuk publik")


class ScanState(models.TextChoices):
    """What the virus scanner says; where none is configured a file that passed the checks counts as clean."""

    CLEAN = "clean", _("Bersih")
    WAITING = "waiting", _("Menunggu pemindaian")
    INFECTED = "infected", _("Dikarantina")


def agreement_file_path(copy: "AgreementFile", filename: str) -> str:
    """A random name in private storage; the sender's name is kept in the row only."""
    return f"agreements/{secrets.token_hex(16)}.pdf"


class AgreementFileQuerySet(models.QuerySet["AgreementFile"]):
    def visible_to(self, user: Any) -> Self:
        """Files of agreements one may see."""
        return self.filter(within_sight(user, "agreement__owner_unit"))

    def signed(self) -> Self:
        return self.filter(kind=FileKind.SIGNED)

    def downloadable(self) -> Self:
        """Not held back by the scanner."""
        return self.filter(scan_state=ScanState.CLEAN)

    def waiting_for_scan(self) -> Self:
        return self.filter(scan_state=ScanState.WAITING)


class AgreementFile(models.Model):
    """A PDF as it came: bytes never rewritten, SHA-256 kept, served by a view only."""

    agreement = models.ForeignKey("Agreement", models.CASCADE, related_name="files")
    kind = models.CharField(_("Jenis berkas"), max_length=20, choices=FileKind, default=FileKind.SIGNED)
    file = models.FileField(_("Berkas PDF"), upload_to=agreement_file_path)
    original_name = models.CharField(_("Nama berkas"), max_length=200, editable=False)
    size = models.PositiveIntegerField(_("Ukuran"), editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    n_pages = models.PositiveIntegerField(_("Halaman"), editable=False)
    has_signature = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("Berkas memuat tanda tangan elektronik; keasliannya tidak diperiksa."),
    )
    scan_state = models.CharField(max_length=10, choices=ScanState, default=ScanState.CLEAN, editable=False)
    scanned_at = models.DateTimeField(null=True, blank=True, editable=False)
    uploaded_at = models.DateTimeField(editable=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = AgreementFileQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("berkas perjanjian")
        verbose_name_plural = _("berkas perjanjian")
        indexes = [
            models.Index(
                fields=["uploaded_at"],
                condition=models.Q(scan_state=ScanState.WAITING),
                name="partnerships_file_unscanned",
            ),
            models.Index(
                fields=["agreement"],
                condition=models.Q(kind=FileKind.SIGNED),
                name="partnerships_file_signed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "sha256"], name="partnerships_agreementfile_once"),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_held(self) -> bool:
        """Not to be opened: not scanned yet, or infected."""
        return self.scan_state != ScanState.CLEAN

    @property
    def summary(self) -> str:
        """`3 halaman · 1,2 MB`, and whether an electronic signature was seen in it."""
        pages = ngettext("%(n)d halaman", "%(n)d halaman", self.n_pages) % {"n": self.n_pages}
        parts = [pages, filesizeformat(self.size)]
        if self.has_signature:
            parts.append(gettext("memuat tanda tangan elektronik (tidak diperiksa)"))
        return " · ".join(parts)
