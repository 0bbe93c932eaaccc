"""Who is invited, who takes part, and in which seat."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from participants.employee_numbers import searched_number
from toolkit.choices import label_of
from toolkit.one_line import one_line
from units.access import EDITS_ALL, SEES_ALL, Role, reach
from units.models import Unit, UnitContact, User
from workshops.models import AudienceSegment, Mode, Workshop, WorkshopState

TAKES_PEOPLE = [WorkshopState.REGISTRATION, WorkshopState.RUNNING]
# What was asked then is part of the record; a postponed workshop comes back and its invitations with it.
OVER = [WorkshopState.FINISHED, WorkshopState.REPORTED, WorkshopState.CANCELLED]
SEAT_MODES = [(Mode.ONSITE.value, Mode.ONSITE.label), (Mode.ONLINE.value, Mode.ONLINE.label)]


class EmploymentStatus(models.TextChoices):
    PNS = "pns", _("PNS")
    CPNS = "cpns", _("CPNS")
    PPPK = "pppk", _("PPPK")
    NON_ASN = "non_asn", _("Non-ASN")
    PUBLIC = "public", _("Masyarakat/mahasiswa")


STEPS = {"I": "abcd", "II": "abcd", "III": "abcd", "IV": "abcde"}
GRADES = [f"{group}/{step}" for group, steps in STEPS.items() for step in steps]
PPPK_GRADES = [
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
    "XIV",
    "XV",
    "XVI",
    "XVII",
]


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, user: Any) -> Self:
        """People of units one reaches; the bureau and leaders see all (leaders with NIP and phone masked)."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role in SEES_ALL:
            return self
        return self.filter(reach(user, "unit"))

    def editable_by(self, user: Any) -> Self:
        if getattr(user, "role", None) == Role.LEADER:
            return self.none()
        return self.visible_to(user)

    def matching(self, text: str, *, by: Any) -> Self:
        """By NIP (its beginning, however it is written) or by any part of the name. A leader, who is never shown a
        whole NIP, finds by the whole number only: else it could be found out digit by digit."""
        digits = searched_number(text)
        if digits and by.role == Role.LEADER:
            return self.filter(employee_number=digits)
        if digits:
            return self.filter(employee_number__startswith=digits)
        return self.filter(full_name__icontains=text.strip())


class Participant(models.Model):
    """A person who takes part: one record each, whatever the number of workshops."""

    employee_number = models.CharField(_("NIP"), max_length=18, null=True, blank=True, unique=True)
    full_name = models.CharField(
        _("Nama lengkap"), max_length=150, help_text=_("Seperti pada sertifikat, dengan gelar."), validators=[one_line]
    )
    employment_status = models.CharField(
        _("Status kepegawaian"), max_length=10, choices=EmploymentStatus, default=EmploymentStatus.PNS
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="participants",
        verbose_name=pgettext_lazy("satu", "Satuan kerja"),
    )
    institution = models.CharField(_("Instansi/kampus"), max_length=150, blank=True, validators=[one_line])
    position = models.CharField(_("Jabatan"), max_length=150, blank=True, validators=[one_line])
    grade = models.CharField(_("Golongan"), max_length=6, blank=True)
    email = models.EmailField(_("Surel"), blank=True)
    phone = models.CharField(_("WhatsApp/HP"), max_length=20, blank=True)
    created_at = models.DateTimeField(editable=False)

    objects = ParticipantQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("peserta")
        verbose_name_plural = _("peserta")
        indexes = [
            models.Index(fields=["full_name", "id"], name="participants_person_name"),
            models.Index(fields=["unit", "full_name"], name="participants_person_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(employee_number=None) | Q(employee_number__regex=r"^[0-9]{18}$"),
                name="participants_participant_nip_18_digits",
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | ~Q(institution=""), name="participants_participant_comes_from"
            ),
        ]

    get_employment_status_display = label_of("employment_status", EmploymentStatus)

    def __str__(self) -> str:
        return self.full_name


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: Any) -> Self:
        """Invitations of units one reaches or that gave seats to one, and those of workshops one may edit."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role in SEES_ALL:
            return self
        own_workshops = Workshop.objects.editable_by(user).values("pk")
        with_seats = Allocation.objects.filter(reach(user, "unit")).values("invitation")
        return self.filter(reach(user, "unit") | Q(pk__in=with_seats) | Q(workshop__in=own_workshops))

    def answerable_by(self, user: Any) -> Self:
        """Invitations that a person may answer for the unit: the bureau for any, others for units they reach."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role in EDITS_ALL:
            return self
        if getattr(user, "role", None) == Role.LEADER:
            return self.none()
        return self.filter(reach(user, "unit"))

    def editable_by(self, user: Any) -> Self:
        """Invitations whose seats, deadline and standing a person may change: those of workshops one may edit."""
        return self.filter(workshop__in=Workshop.objects.editable_by(user).values("pk"))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def unanswered(self) -> Self:
        return self.standing().filter(response=Invitation.Response.NONE)

    def due_before(self, moment: datetime) -> Self:
        return self.filter(reply_deadline__lt=moment)


class Invitation(models.Model):
    """One unit asked to one workshop, with its seats and its answer."""

    class Response(models.TextChoices):
        NONE = "none", _("Belum menjawab")
        ACCEPTED = "accepted", _("Bersedia")
        DECLINED = "declined", _("Menolak")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="invitations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="invitations")
    seats_onsite = models.PositiveIntegerField(_("Kursi tatap muka"), default=0)
    seats_online = models.PositiveIntegerField(_("Kursi daring"), default=0)
    reply_deadline = models.DateTimeField(_("Batas jawaban"))
    response = models.CharField(_("Jawaban"), max_length=10, choices=Response, default=Response.NONE)
    decline_reason = models.CharField(_("Alasan"), max_length=300, blank=True, validators=[one_line])
    responded_at = models.DateTimeField(null=True, blank=True)
    responded_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    responded_contact = models.ForeignKey(UnitContact, models.SET_NULL, null=True, blank=True, related_name="+")
    link_version = models.PositiveSmallIntegerField(default=1)
    reminded_at = models.DateTimeField(null=True, blank=True)
    n_reminders = models.PositiveSmallIntegerField(default=0)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    deadline_set_at = models.DateTimeField(null=True, blank=True, help_text=_("Bila batas jawaban pernah diubah."))

    objects = InvitationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("undangan")
        verbose_name_plural = _("undangan")
        indexes = [
            models.Index(fields=["unit", "reply_deadline"], name="participants_inv_unit_deadline"),
            models.Index(fields=["workshop", "response"], name="participants_inv_response"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["workshop", "unit"], name="participants_invitation_once"),
            models.CheckConstraint(
                condition=Q(response="none", responded_at=None) | (~Q(response="none") & Q(responded_at__isnull=False)),
                name="participants_invitation_answer_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(response="declined") | ~Q(decline_reason=""),
                name="participants_invitation_decline_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workshop} · {self.unit}"

    @property
    def n_seats(self) -> int:
        return self.seats_onsite + self.seats_online

    def registration_closes_at(self) -> datetime:
        """People can be named until the workshop's own deadline or the unit's, whichever is later; never after the
        start of a workshop that has none."""
        deadline = self.workshop.registration_deadline
        return max(deadline, self.reply_deadline) if deadline else self.reply_deadline

    def answer_due_first(self) -> datetime | None:
        """The deadline of an answer that is still owed, where people can be named after it."""
        owes = self.response == self.Response.NONE and self.reply_deadline < self.registration_closes_at()
        return self.reply_deadline if owes else None

    def terms_are_open(self) -> bool:
        """Whether the organiser may still change the seats and the deadline, or take the invitation back."""
        return self.withdrawn_at is None and self.workshop.state not in OVER

    def answer_is_open(self, now: datetime) -> bool:
        return self._takes_people() and now < self.reply_deadline

    def _takes_people(self) -> bool:
        """An approved workshop with invitations has closed its registration; only its organiser goes on then."""
        return self.withdrawn_at is None and self.workshop.state in TAKES_PEOPLE

    def registration_is_open(self, now: datetime) -> bool:
        """A unit that let its deadline pass without an answer cannot name people any more; one that accepted can, until
        registration closes."""
        if not self._takes_people() or now >= self.registration_closes_at():
            return False
        opens_at = self.workshop.registration_opens_at
        if opens_at is not None and now < opens_at:
            return False
        return self.response == self.Response.ACCEPTED or now < self.reply_deadline

    def changes_are_open(self, now: datetime) -> bool:
        """Whether registered people may still be replaced or cancelled: until the workshop begins."""
        starts_at = self.workshop.starts_at
        return self.withdrawn_at is None and self.workshop.is_open and starts_at is not None and now < starts_at

    def link_lives_until(self) -> datetime:
        """The letter's link dies at the reply deadline, for a unit that accepted when the workshop is over."""
        ends_at = self.workshop.ends_at
        if self.response == self.Response.ACCEPTED and ends_at is not None:
            return max(ends_at, self.reply_deadline)
        return self.reply_deadline


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def visible_to(self, user: Any) -> Self:
        """Seats of units one reaches, and all of workshops one may edit."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role in SEES_ALL:
            return self
        own_workshops = Workshop.objects.editable_by(user).values("pk")
        return self.filter(reach(user, "unit") | Q(invitation__workshop__in=own_workshops))

    def fillable_by(self, user: Any) -> Self:
        """Seats that a person may fill with people: leaders only look on."""
        return self.none() if getattr(user, "role", None) == Role.LEADER else self.visible_to(user)

    def with_taken(self) -> Self:
        """Adds `n_onsite` and `n_online`: seats that people hold now."""
        held = Registration.objects.active().filter(allocation=models.OuterRef("pk"))
        return self.annotate(
            n_onsite=_count_of(held.filter(mode=Mode.ONSITE), "allocation"),
            n_online=_count_of(held.filter(mode=Mode.ONLINE), "allocation"),
        )


def _count_of(rows: "models.QuerySet[Any]", group: str) -> Coalesce:
    counted = rows.order_by().values(group).annotate(n=models.Count("pk")).values("n")
    return Coalesce(models.Subquery(counted, output_field=models.IntegerField()), 0)


class Allocation(models.Model):
    """Seats of an invitation given to a unit: first all to the invited unit, which may pass some on to units below."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="allocations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="allocations")
    seats_onsite = models.PositiveIntegerField(_("Kursi tatap muka"), default=0)
    seats_online = models.PositiveIntegerField(_("Kursi daring"), default=0)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invitation", "unit"], name="participants_allocation_once")]

    def __str__(self) -> str:
        return str(self.unit)

    def seats(self, mode: str) -> int:
        return self.seats_onsite if mode == Mode.ONSITE else self.seats_online


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def visible_to(self, user: Any) -> Self:
        """Registrations of people from units one reaches, and all of workshops one may edit."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role in SEES_ALL:
            return self
        own_workshops = Workshop.objects.editable_by(user).values("pk")
        return self.filter(reach(user, "unit") | Q(workshop__in=own_workshops))

    def editable_by(self, user: Any) -> Self:
        if getattr(user, "is_authenticated", False) and user.is_active and user.role in EDITS_ALL:
            return self
        if getattr(user, "role", None) == Role.LEADER:
            return self.none()
        own_workshops = Workshop.objects.editable_by(user).values("pk")
        return self.filter(reach(user, "unit") | Q(workshop__in=own_workshops))

    def active(self) -> Self:
        return self.filter(state=Registration.State.REGISTERED)

    def with_earlier(self) -> Self:
        """Adds `n_earlier`: seats in this workshop that the person held before this one."""
        same = Registration.objects.filter(
            workshop=models.OuterRef("workshop"),
            participant=models.OuterRef("participant"),
            pk__lt=models.OuterRef("pk"),
        )
        return self.annotate(n_earlier=_count_of(same, "participant"))


class Registration(models.Model):
    """A person's seat in a workshop; unit and position are kept as of the registration."""

    class State(models.TextChoices):
        REGISTERED = "registered", _("Terdaftar")
        CANCELLED = "cancelled", _("Dibatalkan")
        REPLACED = "replaced", _("Diganti")

    workshop = models.ForeignKey(Workshop, models.PROTECT, related_name="registrations")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="registrations")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="registrations")
    allocation = models.ForeignKey(Allocation, models.PROTECT, null=True, blank=True, related_name="registrations")
    segment = models.ForeignKey(AudienceSegment, models.SET_NULL, null=True, blank=True, related_name="registrations")
    mode = models.CharField(_("Bentuk"), max_length=10, choices=SEAT_MODES)
    position = models.CharField(_("Jabatan"), max_length=150, blank=True, validators=[one_line])
    represents = models.CharField(_("Mewakili"), max_length=150, blank=True, validators=[one_line])
    state = models.CharField(_("Keadaan"), max_length=12, choices=State, default=State.REGISTERED)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    registered_contact = models.ForeignKey(UnitContact, models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("Alasan"), max_length=300, blank=True, validators=[one_line])
    replaced_by = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="replaces")
    form_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = RegistrationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["form_token"])

    class Meta:
        verbose_name = _("pendaftaran")
        verbose_name_plural = _("pendaftaran")
        indexes = [
            models.Index(fields=["workshop", "state", "id"], name="participants_reg_workshop"),
            models.Index(fields=["allocation", "mode"], condition=Q(state="registered"), name="participants_reg_seat"),
            models.Index(fields=["unit", "workshop"], name="participants_reg_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "participant"],
                condition=Q(state="registered"),
                name="participants_registration_one_seat",
            ),
            models.CheckConstraint(
                condition=Q(state="registered", ended_at=None) | (~Q(state="registered") & Q(ended_at__isnull=False)),
                name="participants_registration_end_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("registered_at")),
                name="participants_registration_ends_later",
            ),
        ]

    get_mode_display = label_of("mode", Mode)
    get_state_display = label_of("state", State)

    def __str__(self) -> str:
        return f"{self.participant} · {self.workshop}"


class PersonalDataRead(models.Model):
    """Who saw whole NIP or phone numbers, and of how many people: a reveal, a list, an export. Rows are only added."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    what = models.CharField(max_length=60)
    workshop = models.ForeignKey(Workshop, models.SET_NULL, null=True, blank=True, related_name="+")
    participant = models.ForeignKey(Participant, models.SET_NULL, null=True, blank=True, related_name="+")
    n_people = models.PositiveIntegerField()
    at = models.DateTimeField()

    objects = models.Manager["PersonalDataRead"]()

    def __str__(self) -> str:
        return f"{self.what} ({self.n_people})"
