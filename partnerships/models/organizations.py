"""External organisations."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from toolkit.one_line import one_line


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


class Organization(models.Model):
    """An external body: ministry, regional government, foundation, campus, media company."""

    name = models.CharField(_("Nama"), max_length=200, unique=True, validators=[one_line])
    short_name = models.CharField(_("Singkatan"), max_length=60, blank=True, validators=[one_line])
    kind = models.CharField(_("Jenis"), max_length=20, choices=OrganizationKind)
    country = models.CharField(_("Negara"), max_length=60, default="Indonesia", validators=[one_line])
    contact_name = models.CharField(_("Narahubung"), max_length=150, blank=True, validators=[one_line])
    contact_position = models.CharField(_("Jabatan narahubung"), max_length=150, blank=True, validators=[one_line])
    contact_email = models.EmailField(_("Surel narahubung"), blank=True)

    objects = models.Manager["Organization"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("instansi luar")
        verbose_name_plural = _("instansi luar")

    def __str__(self) -> str:
        return self.short_name or self.name
