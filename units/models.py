"""The office tree and the people who sign in."""

import re
from collections.abc import Hashable, Iterable
from copy import copy
from datetime import date
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from toolkit.choices import label_of
from toolkit.one_line import one_line
from toolkit.prepared import only_known
from units.access import EDITS_ALL, SEES_ALL, Role, reach, within


class Zone(models.TextChoices):
    """The IANA zones of Indonesia; `%Z` prints WIB, WITA or WIT for each (DOMAIN.md 2.2)."""

    JAKARTA = "Asia/Jakarta", _("WIB (Jakarta)")
    PONTIANAK = "Asia/Pontianak", _("WIB (Pontianak)")
    MAKASSAR = "Asia/Makassar", _("WITA (Makassar)")
    JAYAPURA = "Asia/Jayapura", _("WIT (Jayapura)")


class Level(models.TextChoices):
    MINISTRY = "ministry", _("Kementerian")
    ECHELON1 = "echelon1", _("Unit Eselon I")
    BUREAU = "bureau", _("Biro")
    REGIONAL_OFFICE = "regional_office", _("Kantor Wilayah")
    TECHNICAL_UNIT = "technical_unit", _("Unit Pelaksana Teknis")


# Offices of the centre: what the bureau's roles work for.
HEAD_OFFICES = {Level.MINISTRY, Level.ECHELON1, Level.BUREAU}


class UnitKind(models.TextChoices):
    OFFICE = "office", _("Kantor")
    LAPAS = "lapas", _("Lapas")
    RUTAN = "rutan", _("Rutan")
    LPKA = "lpka", _("LPKA")
    BAPAS = "bapas", _("Bapas")
    RUPBASAN = "rupbasan", _("Rupbasan")
    RS = "rs", _("Rumah Sakit Pengayoman")
    KANIM = "kanim", _("Kantor Imigrasi")
    RUDENIM = "rudenim", _("Rudenim")
    BHP = "bhp", _("Balai Harta Peninggalan")
    BALAI_DIKLAT = "balai_diklat", _("Balai Diklat")
    POLTEK = "poltek", _("Politeknik")


def name_key(name: str) -> str:
    """One key for the many spellings of a unit: "Rutan Klas II.B Jepara" and "RUTAN KELAS IIB JEPARA" meet."""
    key = re.sub(r"[^A-Z0-9 ]", " ", name.upper())
    key = re.sub(r"\bRUMAH TAHANAN\b", "RUTAN", key)
    key = re.sub(r"\bLEMBAGA PEMASYARAKATAN\b", "LAPAS", key)
    key = re.sub(r"\bBALAI PEMASYARAKATAN\b", "BAPAS", key)
    key = re.sub(r"\bKANIM\b", "KANTOR IMIGRASI", key)
    key = re.sub(r"\bKANTOR WILAYAH\b", "KANWIL", key)
    key = re.sub(r"\bNEGARA\b", " ", key)
    key = re.sub(r"\bKLAS\b", "KELAS", key)
    key = re.sub(r"\b(I{1,3}) ([AB])\b", r"\1\2", key)
    return " ".join(key.split())


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, user: Any) -> Self:
        """Units a person may open: the office tree itself is no secret to who signs in, rows of people are."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self

    def editable_by(self, user: Any) -> Self:
        """Units whose data a person may change: all for the bureau, own tree for a Kanwil, own unit for an operator."""
        return self.none() if getattr(user, "role", None) == Role.LEADER else self.filter(reach(user, ""))

    def governed_by(self, user: Any) -> Self:
        """Units whose name, place and end a person decides: all for the bureau, those below it for a Kanwil's admin."""
        if getattr(user, "role", None) not in EDITS_ALL | {Role.REGIONAL_ADMIN}:
            return self.none()
        units = self.editable_by(user)
        return units if user.role in EDITS_ALL else units.exclude(pk=user.unit_id)

    def reached_by(self, user: Any) -> Self:
        """Units whose people a person may read about: contacts, registrations, letters."""
        return self.filter(reach(user, ""))

    def under(self, unit: "Unit") -> Self:
        """The unit itself and all below it."""
        return self.filter(within("", unit.path))

    def open_on(self, day: date) -> Self:
        """Not closed before that day; units that begin later are among them."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day))

    def matching(self, text: str) -> Self:
        """By any part of a name, of another spelling or of the town: "rutan jepara", "Kanwil Jateng", "ambon"."""
        key = name_key(text)
        if not key:
            return self.filter(official_name__icontains=text.strip()) if text.strip() else self
        spelled = UnitAlias.objects.filter(key__contains=key).values("unit")
        found = Q(official_name__icontains=text.strip()) | Q(city__icontains=text.strip()) | Q(pk__in=spelled)
        return self.filter(found | self._all_words(key))

    @staticmethod
    def _all_words(key: str) -> Q:
        """Each word of the key stands in the short name, so that "rutan jepara" finds "Rutan Kelas IIB Jepara"."""
        words = Q()
        for word in key.split():
            words &= Q(short_name__icontains=word) | Q(official_name__icontains=word)
        return words

    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_until=None) | Q(valid_until__gte=day))


class Unit(models.Model):
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Induk")
    )
    path = models.CharField(max_length=200, unique=True, editable=False)
    official_name = models.CharField(_("Nama resmi"), max_length=200, validators=[one_line])
    short_name = models.CharField(_("Nama singkat"), max_length=100, validators=[one_line])
    level = models.CharField(_("Tingkat"), max_length=20, choices=Level)
    kind = models.CharField(_("Jenis"), max_length=20, choices=UnitKind, default=UnitKind.OFFICE)
    unit_class = models.CharField(_("Kelas"), max_length=30, blank=True, validators=[one_line])
    province = models.CharField(
        _("Provinsi lokasi"),
        max_length=60,
        blank=True,
        validators=[one_line],
        help_text=_("Boleh berbeda dari provinsi unit induk."),
    )
    city = models.CharField(_("Kota/kabupaten"), max_length=60, blank=True, validators=[one_line])
    tz = models.CharField(_("Zona waktu"), max_length=20, choices=Zone, default=Zone.JAKARTA)
    iso_codes = models.CharField(_("Kode ISO provinsi"), max_length=40, blank=True)
    kemendagri_codes = models.CharField(_("Kode Kemendagri"), max_length=40, blank=True)
    tile_row = models.PositiveSmallIntegerField(_("Baris peta petak"), null=True, blank=True)
    tile_col = models.PositiveSmallIntegerField(_("Kolom peta petak"), null=True, blank=True)
    valid_from = models.DateField(_("Berlaku sejak"), null=True, blank=True)
    valid_until = models.DateField(_("Berlaku sampai"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("Pengganti")
    )
    letter_prefix = models.CharField(_("Awalan nomor surat"), max_length=20, blank=True, validators=[one_line])
    letterhead = models.TextField(_("Kop surat"), blank=True, help_text=_("Satu baris kop per baris."))
    address = models.CharField(_("Alamat"), max_length=250, blank=True, validators=[one_line])
    phone = models.CharField(_("Telepon kantor"), max_length=40, blank=True, validators=[one_line])
    email = models.EmailField(_("Surel kantor"), blank=True)
    website = models.URLField(_("Situs"), blank=True)

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["path"])

    class Meta:
        verbose_name = _("satuan kerja")
        verbose_name_plural = _("satuan kerja")
        indexes = [
            models.Index(fields=["level", "official_name"], name="units_unit_level_name"),
            models.Index(fields=["official_name", "id"], name="units_unit_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="units_unit_validity_in_order",
            ),
            models.CheckConstraint(
                condition=Q(tile_row=None, tile_col=None) | Q(tile_row__isnull=False, tile_col__isnull=False),
                name="units_unit_tile_both_or_neither",
            ),
        ]

    get_level_display = label_of("level", Level)
    get_kind_display = label_of("kind", UnitKind)

    def __str__(self) -> str:
        return self.short_name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    def names_on(self, day: date) -> tuple[str, str]:
        """Official and short name as they were on that day. Reads `names`: prefetch them where many units are shown."""
        then = self._former_name(day) or self
        return then.official_name, then.short_name

    def name_on(self, day: date) -> str:
        """The official name on that day: a certificate of 2022 shows the name of 2022."""
        return self.names_on(day)[0]

    def as_named_on(self, day: date) -> Self:
        """To show, never to save: this unit where its name is the same, else a copy with the names of that day."""
        name = self._former_name(day)
        if name is None:
            return self
        then = copy(self)
        then.official_name, then.short_name = name.official_name, name.short_name
        return then

    def _former_name(self, day: date) -> "UnitName | None":
        later = [name for name in self.names.all() if name.until >= day]
        return min(later, key=lambda name: name.until, default=None)

    def is_reached_by(self, user: Any) -> bool:
        """Of one unit at hand what `reached_by` says of many, without a query."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return False
        if user.role in SEES_ALL:
            return True
        if user.unit_id is None:
            return False
        return self.path.startswith(user.unit.path) if user.role == Role.REGIONAL_ADMIN else self.pk == user.unit_id

    def is_editable_by(self, user: Any) -> bool:
        """As `editable_by`, without a query."""
        return self.is_reached_by(user) and user.role != Role.LEADER

    def is_governed_by(self, user: Any) -> bool:
        """As `governed_by`, without a query."""
        if not self.is_editable_by(user) or user.role not in EDITS_ALL | {Role.REGIONAL_ADMIN}:
            return False
        return user.role in EDITS_ALL or self.pk != user.unit_id

    @property
    def is_closed(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()


class UnitAlias(models.Model):
    """Another spelling under which a unit arrives in lists; imports match on the key."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases")
    name = models.CharField(_("Nama lain"), max_length=200)
    key = models.CharField(max_length=200, db_index=True, editable=False)

    objects = models.Manager["UnitAlias"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "key"], name="units_unitalias_once")]

    def __str__(self) -> str:
        return self.name


class UnitName(models.Model):
    """A name a unit bore; the past keeps its name (a 2022 certificate shows the 2022 name)."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="names")
    official_name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=100)
    until = models.DateField(_("Dipakai sampai"))

    objects = models.Manager["UnitName"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "until"], name="units_unitname_one_a_day")]

    def __str__(self) -> str:
        return self.official_name


class UnitGroupQuerySet(models.QuerySet["UnitGroup"]):
    def visible_to(self, user: Any) -> Self:
        """All for the bureau and leaders; for others the groups of their own tree and those their units belong to."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role in SEES_ALL:
            return self
        belongs = UnitGroup.members.through.objects.filter(reach(user, "unit")).values("unitgroup")
        return self.filter(reach(user, "owner") | Q(pk__in=belongs))

    def editable_by(self, user: Any) -> Self:
        """All for the bureau, those of the own Kanwil for its admin."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role in EDITS_ALL:
            return self
        return self.filter(reach(user, "owner")) if user.role == Role.REGIONAL_ADMIN else self.none()


class UnitGroup(models.Model):
    """A named set of units across the tree (Keresidenan Pati), to invite and to report by."""

    name = models.CharField(_("Nama kelompok"), max_length=100, validators=[one_line])
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="owned_groups", verbose_name=_("Pemilik"))
    members = models.ManyToManyField(Unit, related_name="unit_groups", blank=True, verbose_name=_("Anggota"))

    objects = UnitGroupQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("kelompok unit")
        verbose_name_plural = _("kelompok unit")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="units_unitgroup_name_once")]

    def __str__(self) -> str:
        return self.name


class UnitContactQuerySet(models.QuerySet["UnitContact"]):
    def for_letters(self) -> Self:
        return self.filter(is_active=True).exclude(email="")

    def visible_to(self, user: Any) -> Self:
        return self.filter(reach(user, "unit"))

    def editable_by(self, user: Any) -> Self:
        """Who reaches the unit may keep its contacts; a leader changes nothing."""
        if getattr(user, "role", None) == Role.LEADER:
            return self.none()
        return self.visible_to(user)


class UnitContact(models.Model):
    """Whom letters to a unit go to. One who leaves is made inactive, so that old letters keep their addressee."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="contacts")
    name = models.CharField(_("Nama"), max_length=150, validators=[one_line])
    position = models.CharField(_("Jabatan"), max_length=150, blank=True, validators=[one_line])
    email = models.EmailField(_("Surel"), blank=True)
    whatsapp = models.CharField(_("WhatsApp"), max_length=20, blank=True)
    for_publicity = models.BooleanField(_("Narahubung kehumasan"), default=True)
    for_cooperation = models.BooleanField(_("Narahubung kerja sama"), default=False)
    is_active = models.BooleanField(_("Aktif"), default=True)

    objects = UnitContactQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("narahubung")
        verbose_name_plural = _("narahubung")
        indexes = [models.Index(fields=["unit", "is_active"], name="units_contact_unit_active")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **({"role": Role.BUREAU_ADMIN} | fields))

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: Any) -> Self:
        """Accounts a person may see: all for the bureau and leaders, the own tree for a Kanwil admin, else the own."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role in SEES_ALL:
            return self
        if user.role == Role.REGIONAL_ADMIN:
            return self.filter(reach(user, "unit"))
        return self.filter(pk=user.pk)

    def editable_by(self, user: Any) -> Self:
        """A bureau admin keeps every account; a Kanwil admin the operators of units below (never another admin)."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.role == Role.BUREAU_ADMIN:
            return self
        if user.role == Role.REGIONAL_ADMIN:
            return self.filter(reach(user, "unit"), role=Role.UNIT_OPERATOR)
        return self.none()


class User(AbstractBaseUser):
    email = models.EmailField(_("Surel"), unique=True)
    full_name = models.CharField(_("Nama lengkap"), max_length=150, validators=[one_line])
    position = models.CharField(_("Jabatan"), max_length=150, blank=True, validators=[one_line])
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=pgettext_lazy("satu", "Satuan kerja"),
    )
    role = models.CharField(_("Peran"), max_length=20, choices=Role, default=Role.UNIT_OPERATOR)
    keeps_agreements = models.BooleanField(_("Petugas kerja sama"), default=False)
    language = models.CharField(
        _("Bahasa"), max_length=5, choices=[("id", "Bahasa Indonesia"), ("en", "English")], default="id"
    )
    is_active = models.BooleanField(_("Aktif"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(_("Undangan akun"), null=True, blank=True)

    objects = UserManager.from_queryset(UserQuerySet)()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("akun")
        verbose_name_plural = _("akun")
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | Q(role__in=[Role.BUREAU_ADMIN, Role.BUREAU_STAFF, Role.LEADER]),
                name="units_user_regional_has_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def is_staff(self) -> bool:
        """May open the admin panel: bureau admins, and agreement officers of any role but leader."""
        return self.role == Role.BUREAU_ADMIN or (self.keeps_agreements and self.role != Role.LEADER)

    @property
    def is_superuser(self) -> bool:
        return self.role == Role.BUREAU_ADMIN

    @property
    def plans_workshops(self) -> bool:
        return self.role in EDITS_ALL or self.role == Role.REGIONAL_ADMIN

    @property
    def initials(self) -> str:
        words = [word for word in re.split(r"\W+", self.full_name) if word]
        return "".join(word[0] for word in words[:2]).upper() or "?"

    def statement_shape(self) -> Hashable:
        """What of a reader decides which rows are asked for; see toolkit/prepared.py."""
        return self.role, self.is_active, self.keeps_agreements, self.unit.level if self.unit else None

    def statement_values(self) -> tuple[int | str, ...]:
        return (self.pk, self.unit.pk, self.unit.path) if self.unit else (self.pk,)

    def with_statement_values(self, values: tuple[Any, ...]) -> Self:
        pk, unit_pk, path = values if self.unit else (*values, None, None)
        known = {"role": self.role, "is_active": self.is_active, "keeps_agreements": self.keeps_agreements}
        stand_in = only_known(type(self), {"id": pk, "unit_id": unit_pk, **known})
        if self.unit:
            stand_in.unit = only_known(Unit, {"id": unit_pk, "path": path, "level": self.unit.level})
        return stand_in

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_superuser

    def has_perms(self, perms: Iterable[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff
