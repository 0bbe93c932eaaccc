"""Papers of one workshop as they came: the signed letter of invitation, the terms of reference, decrees."""

import secrets
from typing import Any, Self

from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from simple_history.models import HistoricalRecords

from toolkit.choices import label_of
from units.access import SEES_ALL
from units.models import User
from workshops.models.workshops import Workshop


class DocumentKind(models.TextChoices):
    SIGNED_INVITATION = "signed_invitation", _("Surat undangan bertanda tangan")
    TERMS_OF_REFERENCE = "terms_of_reference", _("KAK/TOR")
    DECREE = "decree", _("Surat keputusan (SK)")
    OTHER = "other", _("Lainnya")


def document_path(document: "WorkshopDocument", filename: str) -> str:
    """A random name in private storage; the sender's name is kept in the row only."""
    return f"workshops/{secrets.token_hex(16)}.pdf"


class WorkshopDocumentQuerySet(models.QuerySet["WorkshopDocument"]):
    def visible_to(self, user: Any) -> Self:
        """Papers of the organiser: for the bureau, leaders, and those who may edit the workshop."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role in SEES_ALL:
            return self
        return self.filter(workshop__in=Workshop.objects.editable_by(user).values("pk"))

    def editable_by(self, user: Any) -> Self:
        return self.filter(workshop__in=Workshop.objects.editable_by(user).values("pk"))


class WorkshopDocument(models.Model):
    """A PDF byte for byte, SHA-256 kept, served by a view only."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="documents")
    kind = models.CharField(
        _("Jenis dokumen"), max_length=30, choices=DocumentKind, default=DocumentKind.SIGNED_INVITATION
    )
    file = models.FileField(_("Berkas PDF"), upload_to=document_path)
    original_name = models.CharField(_("Nama berkas"), max_length=200, editable=False)
    size = models.PositiveIntegerField(_("Ukuran"), editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    n_pages = models.PositiveIntegerField(_("Halaman"), editable=False)
    has_signature = models.BooleanField(default=False, editable=False)
    uploaded_at = models.DateTimeField(editable=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = WorkshopDocumentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("dokumen kegiatan")
        verbose_name_plural = _("dokumen kegiatan")
        constraints = [
            models.UniqueConstraint(fields=["workshop", "sha256"], name="workshops_workshopdocument_once"),
        ]

    get_kind_display = label_of("kind", DocumentKind)

    def __str__(self) -> str:
        return self.original_name

    @property
    def summary(self) -> str:
        """`3 halaman · 1,2 MB`."""
        pages = ngettext("%(n)d halaman", "%(n)d halaman", self.n_pages) % {"n": self.n_pages}
        return f"{pages} · {filesizeformat(self.size)}"
