"""The committee of a workshop and the decree that appoints it."""

import secrets
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from toolkit.choices import label_of
from toolkit.one_line import one_line
from units.access import SEES_ALL
from units.models import Unit, User
from workshops.models.workshops import Workshop


class CommitteeMember(models.Model):
    """Somebody of the committee, with or without an account; `place` is the order on the decree's appendix."""

    class Role(models.TextChoices):
        ADVISOR = "advisor", _("Pengarah")
        RESPONSIBLE = "responsible", _("Penanggung jawab")
        CHAIR = "chair", _("Ketua")
        VICE_CHAIR = "vice_chair", _("Wakil ketua")
        SECRETARY = "secretary", _("Sekretaris")
        TREASURER = "treasurer", _("Bendahara")
        PROGRAMME = "programme", _("Seksi acara")
        REGISTRATION = "registration", _("Seksi registrasi")
        EQUIPMENT = "equipment", _("Seksi perlengkapan")
        CATERING = "catering", _("Seksi konsumsi")
        DOCUMENTATION = "documentation", _("Seksi dokumentasi")
        PUBLICITY = "publicity", _("Seksi humas")
        MEMBER = "member", _("Anggota")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="committee")
    role = models.CharField(_("Kedudukan"), max_length=20, choices=Role, default=Role.MEMBER)
    name = models.CharField(_("Nama"), max_length=150, validators=[one_line])
    position = models.CharField(_("Jabatan"), max_length=150, blank=True, validators=[one_line])
    unit = models.ForeignKey(
        Unit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("satu", "Satuan kerja"),
    )
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Akun"))
    place = models.PositiveSmallIntegerField(editable=False)

    objects = models.Manager["CommitteeMember"]()

    class Meta:
        verbose_name = _("panitia")
        verbose_name_plural = _("panitia")
        constraints = [
            models.UniqueConstraint(fields=["workshop", "place"], name="workshops_committeemember_place_once"),
        ]

    get_role_display = label_of("role", Role)

    def __str__(self) -> str:
        return self.name


def decree_path(decree: "CommitteeDecree", filename: str) -> str:
    """A random name in private storage; the sender's name is kept in the row only."""
    return f"decrees/{secrets.token_hex(16)}.pdf"


class CommitteeDecreeQuerySet(models.QuerySet["CommitteeDecree"]):
    def visible_to(self, user: Any) -> Self:
        """The signed text is for who runs the workshop, and for those who see everything."""
        seen = (
            Workshop.objects.visible_to(user)
            if getattr(user, "role", None) in SEES_ALL
            else Workshop.objects.editable_by(user)
        )
        return self.filter(workshop__in=seen.values("pk"))


class CommitteeDecree(models.Model):
    """The decree (SK) of the committee: its number, day and subject, and the signed PDF once there is one."""

    workshop = models.OneToOneField(Workshop, models.CASCADE, related_name="committee_decree")
    number = models.CharField(_("Nomor SK"), max_length=100, validators=[one_line])
    decided_on = models.DateField(_("Tanggal SK"))
    subject = models.CharField(_("Tentang"), max_length=300, validators=[one_line])
    signatory = models.CharField(_("Nama penanda tangan"), max_length=150, blank=True, validators=[one_line])
    signing_position = models.CharField(_("Jabatan penanda tangan"), max_length=150, blank=True, validators=[one_line])
    file = models.FileField(_("SK bertanda tangan (PDF)"), upload_to=decree_path, max_length=100, blank=True)
    original_name = models.CharField(max_length=200, blank=True, editable=False)
    size = models.PositiveIntegerField(null=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    n_pages = models.PositiveSmallIntegerField(null=True, editable=False)
    uploaded_at = models.DateTimeField(null=True, editable=False)
    uploaded_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = CommitteeDecreeQuerySet.as_manager()

    class Meta:
        verbose_name = _("SK panitia")
        verbose_name_plural = _("SK panitia")
        constraints = [
            models.CheckConstraint(
                condition=Q(file="", size=None, sha256="", uploaded_at=None)
                | (~Q(file="") & ~Q(sha256="") & Q(size__isnull=False, uploaded_at__isnull=False)),
                name="workshops_committeedecree_file_with_facts",
            ),
        ]

    def __str__(self) -> str:
        return self.number
