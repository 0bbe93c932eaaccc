"""External organisations and the agreements with them."""

import secrets
from datetime import date
from typing import Any, Self

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from toolkit.choices import label_of
from toolkit.one_line import one_line
from toolkit.rupiah import MAX_RUPIAH
from units.access import SEES_ALL, Role, reach
from units.models import Unit, User


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


class AgreementType(models.TextChoices):
    """Kinds in use (DOMAIN.md 4)."""

    MEMORANDUM = "nota_kesepahaman", _("Nota Kesepahaman (MoU)")
    COOPERATION = "perjanjian_kerja_sama", _("Perjanjian Kerja Sama (PKS)")
    MUTUAL_UNDERSTANDING = "memorandum_saling_pengertian", _("Memorandum Saling Pengertian (MSP)")
    YEARLY_PLAN = "rencana_kerja_tahunan", _("Rencana Kerja Tahunan (RKT)")
    IMPLEMENTATION_LETTER = "implementation_letter", _("Implementation Letter")
    INDIVIDUAL_ARRANGEMENT = "individual_arrangement", _("Individual Arrangement")
    LETTER_OF_INTENT = "letter_of_intent", _("Letter of Intent")
    AMENDMENT = "adendum", _("Adendum")
    OTHER = "lainnya", _("Lainnya")


# An agreement that ends within so many days asks for a decision: extend, replace or let go (DOMAIN.md 4).
ENDING_DAYS = 90


class TermState(models.TextChoices):
    """Where a day stands in the term of an agreement."""

    UNDATED = "undated", _("Masa belum diisi")
    UPCOMING = "upcoming", _("Belum berlaku")
    IN_FORCE = "in_force", _("Berlaku")
    ENDING = "ending", _("Akan berakhir")
    ENDED = "ended", _("Berakhir")

    @property
    def tone(self) -> str:
        """The colour of its badge; the word always stands beside it."""
        return {"in_force": "teal", "ending": "gold", "ended": "grey", "upcoming": "sky", "undated": "brick"}[
            self.value
        ]


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: Any) -> Self:
        """All for the bureau and leaders; the own tree for a Kanwil admin; the own unit for the rest."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role in SEES_ALL:
            return self
        return self.filter(reach(user, "owner_unit"))

    def editable_by(self, user: Any) -> Self:
        """A bureau admin keeps all; an agreement officer what `visible_to` reaches, of the own unit or tree."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role == Role.BUREAU_ADMIN:
            return self
        if not user.is_staff:
            return self.none()
        return self.visible_to(user)

    def in_force_on(self, day: date) -> Self:
        return self.filter(Q(effective_until=None) | Q(effective_until__gte=day), effective_from__lte=day)

    def ending_within(self, days: int, today: date) -> Self:
        """In force today and over within so many days."""
        return self.filter(
            effective_from__lte=today,
            effective_until__gte=today,
            effective_until__lte=date.fromordinal(today.toordinal() + days),
        )

    def in_term_state(self, state: str, today: date) -> Self:
        """The rows for which `term_state(today)` says `state`."""
        if state == TermState.UNDATED:
            return self.filter(effective_from=None).filter(Q(effective_until=None) | Q(effective_until__gte=today))
        if state == TermState.UPCOMING:
            return self.filter(effective_from__gt=today)
        if state == TermState.ENDED:
            return self.filter(effective_until__lt=today)
        if state == TermState.ENDING:
            return self.ending_within(ENDING_DAYS, today)
        last = date.fromordinal(today.toordinal() + ENDING_DAYS)
        return self.filter(Q(effective_until=None) | Q(effective_until__gt=last), effective_from__lte=today)

    def with_list_facts(self) -> Self:
        """For lists and sheets: owner and parties at hand, and `n_copies`; two statements whatever the number."""
        copies = (
            SignedCopy.objects.filter(agreement=models.OuterRef("pk"))
            .order_by()
            .values("agreement")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        parties = (
            AgreementParty.objects.select_related("unit", "organization")
            .only("agreement", "position", "unit__short_name", "organization__name", "organization__short_name")
            .order_by("position", "pk")
        )
        return (
            self.select_related("owner_unit")
            .prefetch_related(models.Prefetch("parties", parties, to_attr="listed_parties"))
            .annotate(n_copies=Coalesce(models.Subquery(copies), 0))
        )

    def needing_attention(self, today: date) -> Self:
        """Ending soon, or signed while nobody has filed the text (`is_filed` says which): the ending first, by their
        end, then those still in force, then those that are over."""
        copies = SignedCopy.objects.filter(agreement=models.OuterRef("pk"))
        ending = Q(pk__in=Agreement.objects.ending_within(ENDING_DAYS, today).values("pk"))
        rank = models.Case(models.When(ending, then=0), models.When(effective_until__lt=today, then=2), default=1)
        rows = self.annotate(is_filed=models.Exists(copies), rank=rank)
        return rows.filter(ending | Q(signed_on__isnull=False, is_filed=False)).order_by(
            "rank", "effective_until", "pk"
        )

    def with_copy(self) -> Self:
        return self.filter(models.Exists(SignedCopy.objects.filter(agreement=models.OuterRef("pk"))))

    def without_copy(self) -> Self:
        """Those whose signed text nobody has filed."""
        return self.filter(~models.Exists(SignedCopy.objects.filter(agreement=models.OuterRef("pk"))))

    def matching(self, text: str) -> Self:
        """By any part of the title or the number, of a party's own number, or of the name of a party or the owner."""
        units = Unit.objects.filter(Q(official_name__icontains=text) | Q(short_name__icontains=text)).values("pk")
        bodies = Organization.objects.filter(Q(name__icontains=text) | Q(short_name__icontains=text)).values("pk")
        parties = AgreementParty.objects.filter(
            Q(party_number__icontains=text) | Q(unit__in=units) | Q(organization__in=bodies)
        )
        return self.filter(
            Q(title__icontains=text)
            | Q(number__icontains=text)
            | Q(owner_unit__in=units)
            | Q(pk__in=parties.values("agreement"))
        )


# What people call a kind in a narrow column.
SHORT_TYPES = {
    AgreementType.MEMORANDUM: "MoU",
    AgreementType.COOPERATION: "PKS",
    AgreementType.MUTUAL_UNDERSTANDING: "MSP",
    AgreementType.YEARLY_PLAN: "RKT",
    AgreementType.IMPLEMENTATION_LETTER: "IL",
    AgreementType.INDIVIDUAL_ARRANGEMENT: "IA",
    AgreementType.LETTER_OF_INTENT: "LoI",
}


class Agreement(models.Model):
    agreement_type = models.CharField(_("Jenis"), max_length=40, choices=AgreementType)
    title = models.CharField(_("Tentang"), max_length=300, validators=[one_line])
    number = models.CharField(_("Nomor"), max_length=100, blank=True, validators=[one_line])
    is_foreign = models.BooleanField(_("Luar negeri"), default=False)
    owner_unit = models.ForeignKey(Unit, models.PROTECT, related_name="agreements", verbose_name=_("Unit pemilik"))
    signed_on = models.DateField(_("Tanggal tanda tangan"), null=True, blank=True)
    signed_at_place = models.CharField(_("Tempat"), max_length=100, blank=True, validators=[one_line])
    effective_from = models.DateField(_("Mulai berlaku"), null=True, blank=True)
    effective_until = models.DateField(
        _("Berlaku sampai"), null=True, blank=True, help_text=_("Kosong berarti sampai diakhiri.")
    )
    scope = models.TextField(_("Ruang lingkup"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    n_copies: int  # these two by `with_list_facts`
    listed_parties: "list[AgreementParty]"

    objects = AgreementQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("perjanjian")
        verbose_name_plural = _("perjanjian")
        indexes = [
            models.Index(fields=["owner_unit", "effective_until"], name="partnerships_agr_owner"),
            models.Index(fields=["effective_until"], name="partnerships_agr_until"),
            models.Index(fields=["title", "id"], name="partnerships_agr_title"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_from=None)
                | Q(effective_until=None)
                | Q(effective_until__gte=F("effective_from")),
                name="partnerships_agreement_term_in_order",
            ),
        ]

    get_agreement_type_display = label_of("agreement_type", AgreementType)

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def short_type(self) -> str:
        """`PKS`, `MoU` ...; the whole word where there is no abbreviation."""
        kind = AgreementType(self.agreement_type)
        return SHORT_TYPES.get(kind, str(kind.label))

    @property
    def parties_line(self) -> str:
        """`Rutan Jepara × RSUD Jepara`, of `with_list_facts`."""
        return " × ".join(str(party) for party in self.listed_parties)

    def is_in_force(self, first: date, last: date) -> bool:
        """Whether the term covers every day from `first` to `last`."""
        if self.effective_from is None or self.effective_from > first:
            return False
        return self.effective_until is None or self.effective_until >= last

    def term_state(self, today: date) -> TermState:
        if self.effective_until is not None and self.effective_until < today:
            return TermState.ENDED
        if self.effective_from is None:
            return TermState.UNDATED
        if self.effective_from > today:
            return TermState.UPCOMING
        if self.effective_until is not None and (self.effective_until - today).days <= ENDING_DAYS:
            return TermState.ENDING
        return TermState.IN_FORCE

    def term_label(self, today: date) -> str:
        """The state in words; near the end with the days that are left."""
        state = self.term_state(today)
        if state != TermState.ENDING or self.effective_until is None:
            return str(state.label)
        days = (self.effective_until - today).days
        if days == 0:
            return gettext("Berakhir hari ini")
        return ngettext("Akan berakhir %(days)d hari lagi", "Akan berakhir %(days)d hari lagi", days) % {"days": days}

    def in_force_problem(self, first: date, last: date) -> str:
        """A sentence saying why the agreement does not cover every day from `first` to `last`; empty when it does."""
        if self.is_in_force(first, last):
            return ""
        if self.effective_until is not None and self.effective_until < last:
            day = date_format(self.effective_until, "j F Y")
            if self.effective_until < first:
                return gettext("Perjanjian ini sudah berakhir pada %(day)s, sebelum kegiatan dimulai.") % {"day": day}
            return gettext("Perjanjian ini berakhir pada %(day)s, sebelum kegiatan selesai.") % {"day": day}
        if self.effective_from is None:
            return gettext("Tanggal mulai berlaku perjanjian ini belum diisi.")
        day = date_format(self.effective_from, "j F Y")
        return gettext("Perjanjian ini baru berlaku mulai %(day)s, sesudah kegiatan dimulai.") % {"day": day}


class SigningCapacity(models.TextChoices):
    DEFINITIVE = "definitive", _("Pejabat definitif")
    ON_BEHALF = "on_behalf", _("a.n.")
    ACTING = "acting", _("Plt.")
    DAILY_ACTING = "daily_acting", _("Plh.")


class AgreementParty(models.Model):
    """A party: one of our units or an external organisation, with its own number, signatory and date."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    position = models.PositiveSmallIntegerField(_("Urutan pihak"), default=1)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Satuan kerja")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="parties", verbose_name=_("Instansi luar")
    )
    party_number = models.CharField(_("Nomor pihak"), max_length=100, blank=True, validators=[one_line])
    signatory_name = models.CharField(_("Penanda tangan"), max_length=150, blank=True, validators=[one_line])
    signatory_position = models.CharField(_("Jabatan"), max_length=150, blank=True, validators=[one_line])
    signing_capacity = models.CharField(
        _("Bertindak sebagai"), max_length=20, choices=SigningCapacity, default=SigningCapacity.DEFINITIVE
    )
    signed_on = models.DateField(_("Tanggal tanda tangan"), null=True, blank=True)

    objects = models.Manager["AgreementParty"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("pihak")
        verbose_name_plural = _("pihak")
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, organization=None) | Q(unit=None, organization__isnull=False),
                name="partnerships_agreementparty_unit_or_organization",
            ),
            models.UniqueConstraint(fields=["agreement", "position"], name="partnerships_agreementparty_position_once"),
        ]

    def __str__(self) -> str:
        return str(self.unit or self.organization)


def signed_copy_path(copy: "SignedCopy", filename: str) -> str:
    """A random name in private storage; the sender's name is kept in the row only."""
    return f"agreements/{secrets.token_hex(16)}.pdf"


class SignedCopyQuerySet(models.QuerySet["SignedCopy"]):
    def visible_to(self, user: Any) -> Self:
        """Copies of agreements one may see."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))


class SignedCopy(models.Model):
    """The signed PDF as it came: bytes never rewritten, SHA-256 kept, served by a view only."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signed_copies")
    file = models.FileField(_("Berkas PDF"), upload_to=signed_copy_path)
    original_name = models.CharField(_("Nama berkas"), max_length=200, editable=False)
    size = models.PositiveIntegerField(_("Ukuran"), editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    n_pages = models.PositiveIntegerField(_("Halaman"), editable=False)
    has_signature = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("Berkas memuat tanda tangan elektronik; keasliannya tidak diperiksa."),
    )
    uploaded_at = models.DateTimeField(editable=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = SignedCopyQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("salinan naskah bertanda tangan")
        verbose_name_plural = _("salinan naskah bertanda tangan")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "sha256"], name="partnerships_signedcopy_once"),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def summary(self) -> str:
        """`3 halaman · 1,2 MB`, and whether an electronic signature was seen in it."""
        pages = ngettext("%(n)d halaman", "%(n)d halaman", self.n_pages) % {"n": self.n_pages}
        parts = [pages, filesizeformat(self.size)]
        if self.has_signature:
            parts.append(gettext("memuat tanda tangan elektronik (tidak diperiksa)"))
        return " · ".join(parts)


class FundingTerm(models.Model):
    """What a partner pays under an agreement: which costs, up to how much, and whether it must be asked first. Several
    terms of one agreement stand beside each other; a cost that none of them names is not paid by the partner."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="funding_terms")
    cost = models.CharField(
        _("Biaya yang ditanggung"),
        max_length=150,
        validators=[one_line],
        help_text=_("Misalnya: konsumsi dan sewa tempat."),
    )
    account_prefix = models.CharField(
        _("Awalan kode akun"),
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{1,6}$", _("Tulis 1 sampai 6 angka, misalnya 521 atau 522151."))],
        help_text=_("521 mencakup semua akun 521xxx; kosong berarti semua akun."),
    )
    ceiling = models.BigIntegerField(
        _("Batas jumlah (Rp)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_RUPIAH)],
        help_text=_("Untuk seluruh kegiatan di bawah perjanjian ini; kosong berarti tanpa batas."),
    )
    needs_consent = models.BooleanField(_("Perlu persetujuan tertulis mitra"), default=False)
    note = models.CharField(_("Catatan"), max_length=300, blank=True, validators=[one_line])

    objects = models.Manager["FundingTerm"]()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("ketentuan pendanaan")
        verbose_name_plural = _("ketentuan pendanaan")
        constraints = [
            models.CheckConstraint(
                condition=Q(ceiling=None) | Q(ceiling__gte=0, ceiling__lte=MAX_RUPIAH),
                name="partnerships_fundingterm_ceiling_is_an_amount",
            ),
        ]

    def __str__(self) -> str:
        return self.cost

    def covers(self, account_code: str) -> bool:
        return account_code.startswith(self.account_prefix)
