"""External organisations: one register, their other names, and what was merged into what."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partnerships.countries import country_name
from toolkit.one_line import one_line
from units.models import User


class OrganizationKind(models.TextChoices):
    MINISTRY = "ministry", _("Kementerian/lembaga")
    PROVINCE = "province", _("Pemerintah provinsi")
    REGENCY = "regency", _("Pemerintah kabupaten")
    CITY = "city", _("Pemerintah kota")
    FOUNDATION = "foundation", _("Yayasan/ormas")
    UNIVERSITY = "university", _("Perguruan tinggi")
    MEDIA = "media", _("Media")
    COMPANY = "company", _("Badan usaha")
    OTHER = "other", _("Lainnya")


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def named(self, text: str) -> Self:
        """By any part of the name, the short name or another name it goes by."""
        aliases = OrganizationAlias.objects.filter(name__icontains=text).values("organization")
        return self.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(pk__in=aliases))


class Organization(models.Model):
    """An external body: ministry, regional government, foundation, campus, media company."""

    name = models.CharField(_("Nama"), max_length=200, unique=True, validators=[one_line])
    short_name = models.CharField(_("Singkatan"), max_length=60, blank=True, validators=[one_line])
    kind = models.CharField(_("Jenis"), max_length=20, choices=OrganizationKind)
    country = models.CharField(_("Negara"), max_length=60, default="Indonesia", validators=[one_line])
    contact_name = models.CharField(_("Narahubung"), max_length=150, blank=True, validators=[one_line])
    contact_position = models.CharField(_("Jabatan narahubung"), max_length=150, blank=True, validators=[one_line])
    contact_email = models.EmailField(_("Surel narahubung"), blank=True)

    objects = OrganizationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("instansi luar")
        verbose_name_plural = _("instansi luar")

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def country_shown(self) -> str:
        """In the reader's language."""
        return country_name(self.country)


class OrganizationAlias(models.Model):
    """Another name that letters and lists use for the same body: an older one, a translation, a spelling."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="aliases")
    name = models.CharField(_("Nama lain"), max_length=200, validators=[one_line])

    objects = models.Manager["OrganizationAlias"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("nama lain")
        verbose_name_plural = _("nama lain")
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="partnerships_organizationalias_once"),
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationMerge(models.Model):
    """Two rows of one body made one. `moved` keeps which rows pointed at the row that went, `gone` what it said, so
    that the merge can be taken back exactly."""

    kept = models.ForeignKey(Organization, models.PROTECT, related_name="merges", verbose_name=_("Yang dipakai"))
    gone = models.JSONField()
    moved = models.JSONField(default=list)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = models.Manager["OrganizationMerge"]()

    class Meta:
        verbose_name = _("penggabungan instansi")
        verbose_name_plural = _("penggabungan instansi")

    def __str__(self) -> str:
        return f"{self.gone.get('name', '')} → {self.kept}"
