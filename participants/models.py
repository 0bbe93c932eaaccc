"""Who is invited, who takes part, and in which seat."""

import re
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from units.access import EDITS_ALL, SEES_ALL, Role, reach
from units.models import Unit, UnitContact, User
from workshops.models import AudienceSegment, Mode, Workshop

SEAT_MODES = [(Mode.ONSITE.value, Mode.ONSITE.label), (Mode.ONLINE.value, Mode.ONLINE.label)]


class EmploymentStatus(models.TextChoices):
    PNS = "pns", _("PNS")
    CPNS = "cpns", _("CPNS")
    PPPK = "pppk", _("PPPK")
    NON_ASN = "non_asn", _("Non-ASN")
    PUBLIC = "public", _("Masyarakat/mahasiswa")


GRADES = [f"{group}/{step}" for group, steps in (("I", "abcd"), ("II", "abcd"), ("III", "abcd"), ("IV", "abcde")) for step in steps]


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

    def matching(self, text: str) -> Self:
        """By NIP (its beginning, spaces ignored) or by any part of the name."""
        digits = re.sub(r"\s", "", text)
        if digits.isdecimal():
            return self.filter(employee_number__startswith=digits)
        return self.filter(full_name__icontains=text.strip())


class Participant(models.Model):
    """A person who takes part: one record each, whatever the number of workshops."""

    employee_number = models.CharField(_("NIP"), max_length=18, null=True, blank=True, unique=True)
    full_name = models.CharField(_("Nama lengkap"), max_length=150, help_text=_("Seperti pada sertifikat, dengan gelar."))
    employment_status = models.CharField(_("Status kepegawaian"), max_length=10, choices=EmploymentStatus, default=EmploymentStatus.PNS)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="participants", verbose_name=_("Satuan kerja"))
    institution = models.CharField(_("Instansi/kampus"), max_length=150, blank=True)
    position = models.CharField(_("Jabatan"), max_length=150, blank=True)
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
                condition=Q(employee_number=None) | Q(employee_number__regex=r"^[0-9]{18}$"), name="participants_person_nip_18_digits"
            ),
            models.CheckConstraint(condition=Q(unit__isnull=False) | ~Q(institution=""), name="participants_person_comes_from"),
        ]

    def __str__(self) -> str:
        return self.full_name


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: Any) -> Self:
        """Invitations of units one reaches, and those of workshops one may edit."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role in SEES_ALL:
            return self
        own_workshops = Workshop.objects.editable_by(user).values("pk")
        return self.filter(reach(user, "unit") | Q(workshop__in=own_workshops))

    def answerable_by(self, user: Any) -> Self:
        """Invitations that a person may answer for the unit: the bureau for any, others for units they reach."""
        if getattr(user, "is_authenticated", False) and user.is_active and user.role in EDITS_ALL:
            return self
        if getattr(user, "role", None) == Role.LEADER:
            return self.none()
        return self.filter(reach(user, "unit"))

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
    decline_reason = models.CharField(_("Alasan"), max_length=300, blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)
    responded_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    responded_contact = models.ForeignKey(UnitContact, models.SET_NULL, null=True, blank=True, related_name="+")
    link_version = models.PositiveSmallIntegerField(default=1)
    reminded_at = models.DateTimeField(null=True, blank=True)
    n_reminders = models.PositiveSmallIntegerField(default=0)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

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
                condition=~Q(response="declined") | ~Q(decline_reason=""), name="participants_invitation_decline_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workshop} · {self.unit}"


class Allocation(models.Model):
    """Seats of an invitation given to a unit: first all to the invited unit, which may pass some on to units below."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="allocations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="allocations")
    seats_onsite = models.PositiveIntegerField(_("Kursi tatap muka"), default=0)
    seats_online = models.PositiveIntegerField(_("Kursi daring"), default=0)

    objects = models.Manager["Allocation"]()

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
    position = models.CharField(_("Jabatan"), max_length=150, blank=True)
    represents = models.CharField(_("Mewakili"), max_length=150, blank=True)
    state = models.CharField(_("Keadaan"), max_length=12, choices=State, default=State.REGISTERED)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    registered_contact = models.ForeignKey(UnitContact, models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("Alasan"), max_length=300, blank=True)
    replaced_by = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="replaces")

    objects = RegistrationQuerySet.as_manager()
    history = HistoricalRecords()

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
                fields=["workshop", "participant"], condition=Q(state="registered"), name="participants_registration_one_seat"
            ),
            models.CheckConstraint(
                condition=Q(state="registered", ended_at=None) | (~Q(state="registered") & Q(ended_at__isnull=False)),
                name="participants_registration_end_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("registered_at")), name="participants_registration_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.workshop}"


class PersonalDataRead(models.Model):
    """Who saw whole NIP or phone numbers, and of how many people: a reveal, a list or an export; rows are only added."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    what = models.CharField(max_length=60)
    workshop = models.ForeignKey(Workshop, models.SET_NULL, null=True, blank=True, related_name="+")
    participant = models.ForeignKey(Participant, models.SET_NULL, null=True, blank=True, related_name="+")
    n_people = models.PositiveIntegerField()
    at = models.DateTimeField()

    objects = models.Manager["PersonalDataRead"]()
