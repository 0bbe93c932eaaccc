"""Venues: rooms, packages, contacts, how it was there before; and which of them a workshop considers."""

from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from toolkit.choices import label_of
from toolkit.one_line import one_line
from units.access import EDITS_ALL, SEES_ALL, Role, reach
from units.models import Unit, User
from workshops.models.workshops import Workshop, WorkshopState

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_PEOPLE = 100_000
HIGHEST_PRICE = 100_000_000
SET_UPS = ["theater", "classroom", "u_shape", "round_table"]
HELD = [WorkshopState.FINISHED, WorkshopState.REPORTED]


class PackageKind(models.TextChoices):
    """As the standard of costs names them (DOMAIN.md 3): with a night, from eight hours, from five hours."""

    FULLBOARD = "fullboard", _("Fullboard")
    FULLDAY = "fullday", _("Fullday")
    HALFDAY = "halfday", _("Halfday")


class VenueQuerySet(models.QuerySet["Venue"]):
    def visible_to(self, user: Any) -> Self:
        """The whole register for the bureau and leaders; for a Kanwil admin the venues kept by the own tree and those
        that the own workshops consider. Contacts stand in it, so nobody else."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role in SEES_ALL:
            return self
        if user.role == Role.REGIONAL_ADMIN:
            asked = VenueCandidate.objects.filter(workshop__in=Workshop.objects.editable_by(user).values("pk"))
            return self.filter(reach(user, "keeper") | Q(pk__in=asked.values("venue")))
        return self.none()

    def editable_by(self, user: Any) -> Self:
        """All for the bureau; for a Kanwil admin the venues kept by the own tree."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role in EDITS_ALL:
            return self
        return self.filter(reach(user, "keeper")) if user.role == Role.REGIONAL_ADMIN else self.none()

    def with_capacity(self) -> Self:
        """`n_capacity`: what the largest room holds in its widest set-up, 0 where no room is written down."""
        widest = Greatest(*(Coalesce(F(name), 0) for name in SET_UPS))
        rooms = VenueRoom.objects.filter(venue=OuterRef("pk")).order_by().values("venue")
        return self.annotate(n_capacity=Coalesce(Subquery(rooms.annotate(n=Max(widest)).values("n")), 0))

    def with_prices(self) -> Self:
        """`price_fullboard`, `price_fullday`, `price_halfday`: of the latest fiscal year each, or None."""
        newest = MeetingPackage.objects.filter(venue=OuterRef("pk")).order_by("-fiscal_year", "pk")
        prices = {f"price_{kind}": Subquery(newest.filter(kind=kind).values("price")[:1]) for kind in PackageKind}
        return self.annotate(**prices)


class Venue(models.Model):
    """A place where workshops can be held. `keeper` is whose register it is in."""

    name = models.CharField(_("Nama tempat"), max_length=150, validators=[one_line])
    city = models.CharField(_("Kota/kabupaten"), max_length=60, validators=[one_line])
    address = models.CharField(_("Alamat"), max_length=300, blank=True, validators=[one_line])
    website = models.URLField(_("Situs"), blank=True)
    notes = models.TextField(_("Catatan"), blank=True, max_length=2000)
    keeper = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", editable=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = VenueQuerySet.as_manager()

    class Meta:
        verbose_name = _("tempat")
        verbose_name_plural = _("tempat")
        indexes = [models.Index(fields=["name", "id"], name="workshops_venue_name")]

    def __str__(self) -> str:
        return self.name


def _people(label: Any) -> Any:
    return models.PositiveIntegerField(
        label, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_PEOPLE)]
    )


class VenueRoom(models.Model):
    """A room and how many people it seats in each set-up; an empty one was never asked for."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="rooms")
    name = models.CharField(_("Ruang"), max_length=100, validators=[one_line])
    theater = _people(_("Teater"))
    classroom = _people(_("Kelas"))
    u_shape = _people(_("Bentuk U"))
    round_table = _people(_("Meja bundar"))
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = models.Manager["VenueRoom"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "name"], name="workshops_venueroom_once"),
            models.CheckConstraint(
                condition=~(Q(theater=0) | Q(classroom=0) | Q(u_shape=0) | Q(round_table=0)),
                name="workshops_venueroom_seats_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def capacity(self) -> int | None:
        """In the widest set-up; None where none is known."""
        return max((seats for name in SET_UPS if (seats := getattr(self, name))), default=None)


class MeetingPackage(models.Model):
    """What a venue asks for one person and day in a fiscal year, in whole rupiah."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="packages")
    kind = models.CharField(_("Paket"), max_length=10, choices=PackageKind)
    price = models.PositiveBigIntegerField(_("Harga per orang per hari"))
    fiscal_year = models.PositiveSmallIntegerField(
        _("Tahun anggaran"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    note = models.CharField(_("Keterangan"), max_length=200, blank=True, validators=[one_line])

    objects = models.Manager["MeetingPackage"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "kind", "fiscal_year"], name="workshops_meetingpackage_once"),
            models.CheckConstraint(condition=Q(price__gt=0), name="workshops_meetingpackage_costs_something"),
            models.CheckConstraint(
                condition=Q(fiscal_year__gte=FIRST_YEAR, fiscal_year__lte=LAST_YEAR),
                name="workshops_meetingpackage_year_in_range",
            ),
        ]

    get_kind_display = label_of("kind", PackageKind)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.fiscal_year}"


class VenueContact(models.Model):
    venue = models.ForeignKey(Venue, models.CASCADE, related_name="contacts")
    name = models.CharField(_("Nama"), max_length=150, validators=[one_line])
    position = models.CharField(_("Jabatan"), max_length=150, blank=True, validators=[one_line])
    phone = models.CharField(_("Telepon atau WhatsApp"), max_length=40, blank=True, validators=[one_line])
    email = models.EmailField(_("Surel"), blank=True)

    objects = models.Manager["VenueContact"]()

    def __str__(self) -> str:
        return self.name


class VenueUse(models.Model):
    """How it was there, told afterwards; `workshop` is None where the event is not in the portal."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="uses")
    workshop = models.ForeignKey(Workshop, models.SET_NULL, null=True, blank=True, related_name="+")
    event = models.CharField(_("Kegiatan"), max_length=200, validators=[one_line])
    used_on = models.DateField(_("Tanggal"))
    note = models.TextField(_("Catatan"), max_length=1000)
    noted_at = models.DateTimeField(editable=False)
    noted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    objects = models.Manager["VenueUse"]()

    def __str__(self) -> str:
        return self.event


class Verdict(models.TextChoices):
    CONSIDERED = "considered", _("Dipertimbangkan")
    CHOSEN = "chosen", _("Dipilih")
    PASSED = "passed", _("Tidak dipilih")


VERDICT_TONES = {Verdict.CONSIDERED: "sky", Verdict.CHOSEN: "teal", Verdict.PASSED: "grey"}


class VenueCandidateQuerySet(models.QuerySet["VenueCandidate"]):
    def visible_to(self, user: Any) -> Self:
        """Planning papers are internal: for leaders, and for who may change the workshop."""
        return self.filter(workshop__in=Workshop.objects.planned_by(user).values("pk"))

    def editable_by(self, user: Any) -> Self:
        return self.filter(workshop__in=Workshop.objects.editable_by(user).values("pk"))

    def held_there(self) -> Self:
        """Of workshops that are over and kept the chosen place to the end."""
        return self.filter(verdict=Verdict.CHOSEN, chosen_as=F("workshop__venue"), workshop__state__in=HELD)

    def with_held(self) -> Self:
        """`n_held`: how many other workshops were held at the candidate's venue; `n_uses`: notes of earlier use."""
        others = VenueCandidate.objects.held_there().filter(venue=OuterRef("venue"))
        held = others.exclude(workshop=OuterRef("workshop")).order_by().values("venue")
        uses = VenueUse.objects.filter(venue=OuterRef("venue")).order_by().values("venue")
        return self.annotate(
            n_held=Coalesce(Subquery(held.annotate(n=models.Count("pk")).values("n")), 0),
            n_uses=Coalesce(Subquery(uses.annotate(n=models.Count("pk")).values("n")), 0),
        )


class VenueCandidate(models.Model):
    """A venue that one workshop considers. `chosen_as` is the name that went into the workshop with the choice: where
    the workshop's place was changed by hand since, the choice is history."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="venue_candidates")
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="candidates", verbose_name=_("Tempat"))
    distance = models.CharField(
        _("Jarak"),
        max_length=150,
        blank=True,
        validators=[one_line],
        help_text=_("Misalnya: 20 menit dari bandara, 3 km dari kantor."),
    )
    note = models.TextField(_("Catatan"), blank=True, max_length=1000)
    verdict = models.CharField(_("Keputusan"), max_length=10, choices=Verdict, default=Verdict.CONSIDERED)
    reason = models.CharField(_("Alasan"), max_length=300, blank=True, validators=[one_line])
    chosen_as = models.CharField(max_length=200, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    added_at = models.DateTimeField(editable=False)

    objects = VenueCandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workshop", "venue"], name="workshops_venuecandidate_once"),
            models.UniqueConstraint(
                fields=["workshop"], condition=Q(verdict="chosen"), name="workshops_venuecandidate_one_chosen"
            ),
            models.CheckConstraint(
                condition=Q(verdict="considered", decided_at=None)
                | (~Q(verdict="considered") & Q(decided_at__isnull=False)),
                name="workshops_venuecandidate_verdict_has_moment",
            ),
        ]

    get_verdict_display = label_of("verdict", Verdict)

    def __str__(self) -> str:
        return str(self.venue)

    @property
    def verdict_tone(self) -> str:
        return VERDICT_TONES[Verdict(self.verdict)]

    @property
    def is_in_force(self) -> bool:
        """Whether the workshop still stands at this place; needs `workshop`."""
        return self.verdict == Verdict.CHOSEN and self.chosen_as == self.workshop.venue
