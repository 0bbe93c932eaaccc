"""What a planner may type about a workshop: the facts, the schedule, and for whom it is."""

import uuid
from collections.abc import Iterator
from datetime import date
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Div, Field, Fieldset, Layout, Row
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partnerships.models import Agreement, Organization
from toolkit.one_line import one_line
from toolkit.prepared import prepared
from units.access import Role
from units.forms.picker import UnitChoiceField, UnitMultipleChoiceField
from units.models import Unit, User
from workshops.actions.planning import DRAFTS, Facts, SegmentRow, With
from workshops.actions.refusals import Refusal
from workshops.actions.schedule import (
    ExactDateIsNeeded,
    MoveLeavesTerm,
    RegistrationWindow,
    Schedule,
    cover_of_move,
    date_problems,
    window_problems,
)
from workshops.forms.fields import MonthField, WallClockField, fields_like, moment_in, order_as_shown, wall_clock
from workshops.forms.pickers import AGREEMENTS, ORGANIZATIONS, PickField
from workshops.models import AudienceSegment, Mode, Workshop, WorkshopState, organizers_for

FEW = 60
PLACE_FIELDS = ["tz", "mode", "venue", "venue_address", "meeting_url", "meeting_id", "meeting_passcode", "fuzzy_date"]
DATE_FIELDS = {"tz", "starts_at", "ends_at", "fuzzy_date", "fuzzy_month"}
WINDOW_FIELDS = {"tz", "starts_at", "registration_opens_at", "registration_deadline"}
IN_PLACE_ZONE = _("Menurut zona waktu tempat kegiatan.")


def horizontal(*names: str) -> Row:
    return Row(*(Column(name, css_class=f"col-md-{12 // len(names)}") for name in names))


class ScheduleFields(forms.Form):
    """Date, place and registration: the part that both planning and moving ask for."""

    starts_at = WallClockField(label=_("Mulai"), required=False, help_text=IN_PLACE_ZONE)
    ends_at = WallClockField(label=pgettext_lazy("waktu", "Selesai"), required=False, help_text=IN_PLACE_ZONE)
    fuzzy_month = MonthField(label=_("Bulan perkiraan"), required=False)
    registration_opens_at = WallClockField(label=_("Pendaftaran dibuka"), required=False, help_text=IN_PLACE_ZONE)
    registration_deadline = WallClockField(label=_("Batas pendaftaran"), required=False, help_text=IN_PLACE_ZONE)

    def __init__(self, *args: Any, workshop: Workshop | None = None, **kwargs: Any) -> None:
        self.workshop = workshop
        kwargs["initial"] = self.first_values(workshop) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for name, field in fields_like(Workshop, *PLACE_FIELDS).items():
            self.fields[name] = field
        self.fields["fuzzy_date"].help_text = _("Misalnya: akhir September 2020. Kosongkan bila tanggalnya pasti.")
        self.fields["venue"].help_text = _("Nama gedung atau ruang, dan kotanya.")
        self.fields["meeting_url"].help_text = _("Tautan, ID, dan kode sandi hanya terlihat oleh yang diundang.")
        self.fields["meeting_url"].widget.attrs["placeholder"] = "https://"

    def first_values(self, workshop: Workshop | None) -> dict[str, Any]:
        if workshop is None:
            return {}
        values = {name: getattr(workshop, name) for name in PLACE_FIELDS} | {"fuzzy_month": workshop.fuzzy_month}
        for name in ("starts_at", "ends_at", "registration_opens_at", "registration_deadline"):
            values[name] = wall_clock(getattr(workshop, name), workshop.zone)
        return values

    def schedule(self) -> Schedule:
        cleaned, zone = self.cleaned_data, ZoneInfo(self.cleaned_data["tz"])
        return Schedule(
            starts_at=moment_in(cleaned["starts_at"], zone),
            ends_at=moment_in(cleaned["ends_at"], zone),
            fuzzy_month=self._month(),
            **{name: cleaned[name] for name in PLACE_FIELDS},
        )

    def window(self) -> RegistrationWindow:
        cleaned, zone = self.cleaned_data, ZoneInfo(self.cleaned_data["tz"])
        return RegistrationWindow(
            moment_in(cleaned["registration_opens_at"], zone), moment_in(cleaned["registration_deadline"], zone)
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for problem in list(self._problems(set(self.errors))):
            self.refuse(problem)
        return cleaned

    def _problems(self, broken: set[str]) -> Iterator[Refusal]:
        """All that the moments say against each other, told together with other faults of the form: only moments that
        could not be read keep their order untold."""
        cleaned = self.cleaned_data
        if not broken & DATE_FIELDS:
            yield from date_problems(self._dates(ZoneInfo(cleaned["tz"])))
        if not broken & WINDOW_FIELDS:
            yield from window_problems(self._dates(ZoneInfo(cleaned["tz"])), self.window())

    def _dates(self, zone: ZoneInfo) -> Schedule:
        """The dates alone, also where the place is not filled in rightly; a moment that cannot be read is none."""
        found = self.cleaned_data
        return Schedule(
            tz=zone.key,
            mode="",
            starts_at=moment_in(found.get("starts_at"), zone),
            ends_at=moment_in(found.get("ends_at"), zone),
            fuzzy_date=found.get("fuzzy_date", ""),
            fuzzy_month=self._month(),
        )

    def _month(self) -> date | None:
        """The month only orders an approximate date: beside exact dates and without its words it says nothing."""
        found = self.cleaned_data
        return found.get("fuzzy_month") if found.get("fuzzy_date") or not found.get("starts_at") else None

    def refuse(self, problem: Refusal) -> None:
        """Puts an action's sentence beside the field it is about, or on top."""
        field = problem.field if problem.field in self.fields else None
        self.add_error(field, str(problem))


def planners_for(by: User, *, kept: int | None = None) -> QuerySet[User]:
    """Who may be put in charge by this person; `kept` is one who is already."""
    planners = User.objects.visible_to(by).filter(
        is_active=True, role__in=[Role.BUREAU_ADMIN, Role.BUREAU_STAFF, Role.REGIONAL_ADMIN]
    )
    people = User.objects.filter(Q(pk__in=planners.values("pk")) | Q(pk=kept))
    return people.only("full_name", "email").order_by("full_name", "pk")


@prepared()
def _planners(by: User, kept: int | None) -> QuerySet[User]:
    return planners_for(by, kept=kept)


def place_warnings(mode: str, venue: str, meeting_url: str, host_unit: Unit | None) -> list[str]:
    """A mode that promises a place or a link that is not there yet."""
    missing = []
    if mode != Mode.ONLINE and not venue and host_unit is None:
        missing.append(str(_("Tempat kegiatan belum diisi.")))
    if mode != Mode.ONSITE and not meeting_url:
        missing.append(str(_("Tautan rapat daring belum diisi.")))
    return missing


def schedule_layout() -> list[Any]:
    return [
        horizontal("starts_at", "ends_at"),
        horizontal("fuzzy_date", "fuzzy_month"),
        horizontal("tz", "mode"),
        horizontal("venue", "venue_address"),
        Row(
            Column("meeting_url", css_class="col-md-6"),
            Column("meeting_id", css_class="col-md-3"),
            Column("meeting_passcode", css_class="col-md-3"),
        ),
        horizontal("registration_opens_at", "registration_deadline"),
    ]


class WorkshopForm(ScheduleFields):
    """A new workshop, or the facts of one. Date and place stand in it while it is an idea or a plan."""

    state = forms.ChoiceField(
        label=_("Tahap"),
        choices=[
            (WorkshopState.PLANNED.value, _("Rencana")),
            (WorkshopState.IDEA.value, _("Usulan, belum pasti diadakan")),
        ],
        initial=WorkshopState.PLANNED.value,
    )
    co_units = UnitMultipleChoiceField(
        required=False,
        label=_("Penyelenggara bersama: satuan kerja"),
        help_text=_("Boleh lebih dari satu."),
    )
    form_token = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, workshop: Workshop | None = None, **kwargs: Any) -> None:
        self.by = by
        super().__init__(*args, workshop=workshop, **kwargs)
        facts = fields_like(Workshop, "title", "kind", "theme", "aims", "is_public")
        self.fields.update(facts)
        self.fields["aims"].widget.attrs["rows"] = 3
        self.fields["is_public"].help_text = _("Bila tidak dicentang, kegiatan ini hanya untuk pegawai yang diundang.")
        self.fields["organizer_unit"] = self._organizer_field(by)
        self.fields["host_unit"] = UnitChoiceField(
            required=False, label=_("Tuan rumah"), help_text=_("Bila kegiatan bertempat di satuan kerja lain.")
        )
        self.fields["partner"] = self._organization_field(_("Mitra"))
        self.fields["organizer_organization"] = self._organization_field(
            _("Penyelenggara luar"), _("Bila kegiatan diselenggarakan instansi luar dan kita tamunya.")
        )
        self.fields["co_organizations"] = self._organization_field(_("Penyelenggara bersama: instansi luar"), many=True)
        self.fields["agreement"] = PickField(
            source=AGREEMENTS, queryset=self._agreements(by), required=False, label=_("Perjanjian kerja sama")
        )
        if by.role == Role.BUREAU_ADMIN:
            self.fields |= fields_like(Workshop, "cover_reason")
        self.fields["person_in_charge"] = self._planner_field(by)
        if workshop is not None:
            del self.fields["state"], self.fields["form_token"]
        if not self.has_schedule:
            for name in [*PLACE_FIELDS, "starts_at", "ends_at", "fuzzy_month"]:
                del self.fields[name]
        order_as_shown(self)

    @property
    def has_schedule(self) -> bool:
        return self.workshop is None or self.workshop.state in DRAFTS

    def _organizer_field(self, by: User) -> forms.Field:
        kept = self.workshop.organizer_unit_id if self.workshop else None
        units = Unit.objects.filter(Q(pk__in=organizers_for(by).values("pk")) | Q(pk=kept))
        label = _("Penyelenggara")
        if by.role == Role.BUREAU_ADMIN:
            return UnitChoiceField(queryset=units, required=True, label=label)
        return forms.ModelChoiceField(units.order_by("path"), label=label)

    def _organization_field(self, label: Any, help_text: Any = "", *, many: bool = False) -> PickField:
        return PickField(
            source=ORGANIZATIONS,
            queryset=Organization.objects.all(),
            many=many,
            required=False,
            label=label,
            help_text=help_text,
        )

    def _agreements(self, by: User) -> QuerySet[Agreement]:
        """Those the person may see, and the one that is linked already."""
        linked = self.workshop.agreement_id if self.workshop else None
        if not self.is_bound and linked is None:
            return Agreement.objects.none()
        return Agreement.objects.filter(Q(pk__in=Agreement.objects.visible_to(by).values("pk")) | Q(pk=linked))

    def _planner_field(self, by: User) -> forms.Field:
        kept = self.workshop.person_in_charge_id if self.workshop else None
        allowed = planners_for(by, kept=kept) if self.is_bound else User.objects.none()
        field = forms.ModelChoiceField(allowed, required=False, label=_("Penanggung jawab"))
        nobody = ("", _("Belum ditetapkan"))
        # A select looks at its choices more than once.
        field.choices = cache(lambda: [nobody, *((person.pk, str(person)) for person in _planners.rows(by, kept))])
        return field

    def first_values(self, workshop: Workshop | None) -> dict[str, Any]:
        if workshop is None:
            return {"form_token": uuid.uuid4(), "organizer_unit": self.by.unit_id}
        values = super().first_values(workshop)
        for name in ("title", "kind", "theme", "aims", "is_public", "cover_reason"):
            values[name] = getattr(workshop, name)
        for name in ("partner", "organizer_organization", "agreement", "person_in_charge"):
            values[name] = getattr(workshop, f"{name}_id")
        values |= {"organizer_unit": workshop.organizer_unit, "host_unit": workshop.host_unit}
        beside = list(workshop.co_organizers.all())
        values["co_units"] = [row.unit_id for row in beside if row.unit_id]
        values["co_organizations"] = [row.organization_id for row in beside if row.organization_id]
        return values

    def schedule(self) -> Schedule:
        if self.has_schedule:
            return super().schedule()
        raise LookupError("This form has no schedule.")

    def window(self) -> RegistrationWindow:
        if self.has_schedule or self.workshop is None:
            return super().window()
        zone = self.workshop.zone
        opens_at, deadline = (self.cleaned_data[name] for name in ("registration_opens_at", "registration_deadline"))
        return RegistrationWindow(moment_in(opens_at, zone), moment_in(deadline, zone))

    def clean(self) -> dict[str, Any]:
        return super().clean() if self.has_schedule else self.cleaned_data

    def facts(self) -> Facts:
        cleaned = self.cleaned_data
        return Facts(
            title=cleaned["title"],
            kind=cleaned["kind"],
            theme=cleaned["theme"],
            aims=cleaned["aims"],
            organizer_unit=cleaned["organizer_unit"],
            organizer_organization=cleaned["organizer_organization"],
            host_unit=cleaned["host_unit"],
            partner=cleaned["partner"],
            agreement=cleaned["agreement"],
            person_in_charge=cleaned["person_in_charge"],
            is_public=cleaned["is_public"],
        )

    def beside(self, segments: "BaseSegmentFormSet") -> With:
        return With(
            segments=segments.rows(),
            units=self.cleaned_data["co_units"],
            organizations=self.cleaned_data["co_organizations"],
        )

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        when = (
            schedule_layout() if self.has_schedule else [horizontal("registration_opens_at", "registration_deadline")]
        )
        stage = [horizontal("kind", "state")] if "state" in self.fields else [Div("kind")]
        hidden = [Field(name) for name in ("form_token", "version") if name in self.fields]
        helper.layout = Layout(
            Fieldset(_("Kegiatan"), "title", *stage, "theme", "aims", "is_public"),
            Fieldset(_("Waktu dan tempat") if self.has_schedule else _("Pendaftaran"), *when),
            Fieldset(
                _("Penyelenggara dan mitra"),
                horizontal("organizer_unit", "host_unit"),
                horizontal("co_units", "co_organizations"),
                horizontal("partner", "agreement"),
                *[name for name in ("cover_reason",) if name in self.fields],
                horizontal("organizer_organization", "person_in_charge"),
            ),
            *hidden,
        )
        return helper


class MoveForm(ScheduleFields):
    """A new date, zone, place, mode or link of a workshop that people may have been told about."""

    shift_sessions = forms.BooleanField(label=_("Geser rundown mengikuti waktu mulai"), required=False, initial=True)
    reason = forms.CharField(
        label=_("Alasan"),
        max_length=300,
        required=False,
        validators=[one_line],
        help_text=_("Ikut dalam riwayat kegiatan."),
    )
    version = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, workshop: Workshop, **kwargs: Any) -> None:
        self.by = by
        super().__init__(*args, workshop=workshop, **kwargs)
        self.moved = workshop
        if by.role == Role.BUREAU_ADMIN and workshop.agreement_id:
            self.fields |= fields_like(Workshop, "cover_reason")
            self.initial["cover_reason"] = workshop.cover_reason
        order_as_shown(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if set(self.errors) & DATE_FIELDS:
            return cleaned
        if self.moved.is_open and not cleaned.get("starts_at"):
            self.refuse(ExactDateIsNeeded())
        elif cleaned.get("starts_at") or cleaned.get("fuzzy_month"):
            self._check_cover(cleaned)
        return cleaned

    def _check_cover(self, cleaned: dict[str, Any]) -> None:
        dates = self._dates(ZoneInfo(cleaned["tz"]))
        try:
            cover_of_move(self.moved, dates, reason=cleaned.get("cover_reason", ""), by=self.by)
        except MoveLeavesTerm as problem:
            self.refuse(problem)

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Fieldset(_("Waktu dan tempat baru"), *schedule_layout()),
            Fieldset(_("Rundown dan riwayat"), "shift_sessions", "reason"),
            *[name for name in ("cover_reason",) if name in self.fields],
            "version",
        )
        return helper


class SegmentForm(forms.Form):
    pk = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(AudienceSegment, "name", "mode", "quota"))
        self.fields["quota"].widget.attrs["max"] = 100_000
        self.fields["quota"].validators.append(_at_most_a_hundred_thousand)
        for name in ("name", "mode", "quota"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """A row is empty or whole."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = {name for name in ("name", "mode", "quota") if cleaned.get(name) not in (None, "")}
        if given:
            for name in {"name", "mode", "quota"} - given - set(self.errors):
                self.add_error(name, _("Lengkapi baris ini, atau kosongkan seluruhnya."))
        return cleaned

    @property
    def is_empty(self) -> bool:
        return not self.cleaned_data.get("name")


def _at_most_a_hundred_thousand(value: int) -> None:
    if value > 100_000:
        raise forms.ValidationError(_("Kuota paling banyak 100.000."))


class BaseSegmentFormSet(forms.BaseFormSet[SegmentForm]):
    def rows(self) -> list[SegmentRow]:
        """The rows that are filled in and not struck out."""
        return [
            SegmentRow(
                name=form.cleaned_data["name"],
                mode=form.cleaned_data["mode"],
                quota=form.cleaned_data["quota"],
                pk=form.cleaned_data.get("pk"),
            )
            for form in self.forms
            if form.cleaned_data and not form.is_empty and form not in self.deleted_forms
        ]

    def clean(self) -> None:
        if any(self.errors):
            return
        keys = [(row.name.casefold(), row.mode) for row in self.rows()]
        if len(set(keys)) < len(keys):
            raise forms.ValidationError(_("Segmen dengan nama dan bentuk yang sama hanya boleh satu."))


SegmentFormSet: type[BaseSegmentFormSet] = forms.formset_factory(  # type: ignore[assignment]
    SegmentForm,
    formset=BaseSegmentFormSet,
    extra=2,
    max_num=20,
    validate_max=True,
    absolute_max=30,
    can_delete=True,
    can_delete_extra=False,
)


def segment_rows(workshop: Workshop | None) -> list[dict[str, Any]]:
    """What the formset begins with."""
    if workshop is None:
        return []
    segments = sorted(workshop.segments.all(), key=lambda segment: segment.pk)
    return [{"pk": one.pk, "name": one.name, "mode": one.mode, "quota": one.quota} for one in segments]
