"""Whom to ask, with how many seats and until when; and what a unit answers."""

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Fieldset, Row
from django import forms
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from participants.actions.invitations import deadline_problem, seats_problem
from toolkit.one_line import one_line
from toolkit.working_days import is_working_day, previous_working_day
from units.access import EDITS_ALL, reach, within
from units.forms.offices import helper_of
from units.forms.picker import UnitChoiceField, UnitMultipleChoiceField
from units.models import Level, Unit, UnitGroup, UnitKind, UnitQuerySet, User
from workshops.forms.fields import WallClockField, moment_in, wall_clock
from workshops.models import Mode, Workshop

MOST_SEATS = 500
REPLY_HOUR = 16
LONGEST_KEY = 18


class TermsForm(forms.Form):
    """Seats for each unit and the reply deadline, on the clock of the workshop's place."""

    seats_onsite = forms.IntegerField(
        label=gettext_lazy("Kursi tatap muka per satuan kerja"), min_value=0, max_value=MOST_SEATS, initial=0
    )
    seats_online = forms.IntegerField(
        label=gettext_lazy("Kursi daring per satuan kerja"), min_value=0, max_value=MOST_SEATS, initial=0
    )
    reply_deadline = WallClockField(label=gettext_lazy("Batas jawaban"))

    def __init__(self, *args: Any, workshop: Workshop, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.workshop, self.now = workshop, now
        for name, mode in (("seats_onsite", Mode.ONLINE), ("seats_online", Mode.ONSITE)):
            if workshop.mode == mode:
                self.fields[name].widget = forms.HiddenInput()
        zone_name = now.astimezone(workshop.zone).strftime("%Z")
        self.fields["reply_deadline"].help_text = _("Jam setempat kegiatan (%(zone)s). Sebaiknya hari kerja.") % {
            "zone": zone_name
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "seats_onsite" in cleaned and "seats_online" in cleaned:
            problem = seats_problem(self.workshop, cleaned["seats_onsite"], cleaned["seats_online"])
            if problem:
                self.add_error("seats_online" if self.workshop.mode == Mode.ONLINE else "seats_onsite", problem)
        self.deadline = moment_in(cleaned.get("reply_deadline"), self.workshop.zone)
        if self.deadline is not None and self._is_new(self.deadline):
            problem = deadline_problem(self.workshop, self.deadline, now=self.now)
            if problem:
                self.add_error("reply_deadline", problem)
        return cleaned

    def _is_new(self, deadline: datetime) -> bool:
        return True

    @property
    def terms(self) -> dict[str, Any]:
        """The arguments of the actions, of a valid form."""
        return {
            "seats_onsite": self.cleaned_data["seats_onsite"],
            "seats_online": self.cleaned_data["seats_online"],
            "reply_deadline": self.deadline,
        }

    @property
    def holiday_warning(self) -> str:
        """What to think over when the deadline falls on a day without office."""
        day: date | None = self.deadline.astimezone(self.workshop.zone).date() if self.deadline else None
        if day is None or is_working_day(day):
            return ""
        return _("Batas jawaban jatuh pada hari libur. Hari kerja terdekat sebelumnya: %(day)s.") % {
            "day": f"{previous_working_day(day):%d-%m-%Y}"
        }

    def term_rows(self) -> list[Any]:
        third = "col-md-4"
        return [
            Row(
                Column("seats_onsite", css_class=third),
                Column("seats_online", css_class=third),
                Column("reply_deadline", css_class=third),
            )
        ]


class EditInvitationForm(TermsForm):
    """Seats and deadline of one invitation; a deadline left as it is may lie in the past."""

    def _is_new(self, deadline: datetime) -> bool:
        before: datetime | None = self.initial.get("reply_deadline")
        return before is None or deadline.replace(tzinfo=None) != before

    @property
    def helper(self) -> FormHelper:
        return helper_of(*self.term_rows())


class GroupsField(forms.ModelMultipleChoiceField[UnitGroup]):
    def clean(self, value: Any) -> Any:
        """A key with more digits than any database keeps is a wrong choice like another."""
        for key in value or ():
            if len(str(key)) > LONGEST_KEY:
                raise forms.ValidationError(self.error_messages["invalid_pk_value"], params={"pk": str(key)[:30]})
        return super().clean(value)


class InviteForm(TermsForm):
    """Units by level, kind, place in the tree, group or name, less the exclusions."""

    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Tingkat"), choices=Level.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Jenis satuan kerja"),
        choices=UnitKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    trees = UnitMultipleChoiceField(
        label=gettext_lazy("Hanya di dalam"),
        required=False,
        help_text=gettext_lazy("Kantor Wilayah atau unit induk; kosongkan untuk seluruh kementerian."),
    )
    groups = GroupsField(
        label=gettext_lazy("Kelompok"),
        queryset=UnitGroup.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Anggota kelompok ditambahkan pada pilihan di atas."),
    )
    units = UnitMultipleChoiceField(label=gettext_lazy("Satuan kerja tertentu"), required=False)
    without = UnitMultipleChoiceField(
        label=gettext_lazy("Kecuali"),
        required=False,
        help_text=gettext_lazy("Unit ini dan semua di bawahnya tidak diundang."),
    )

    field_order = [
        "levels",
        "kinds",
        "trees",
        "groups",
        "units",
        "without",
        "seats_onsite",
        "seats_online",
        "reply_deadline",
    ]

    def __init__(self, *args: Any, by: User, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        open_units = Unit.objects.open_on(today)
        self.reachable: UnitQuerySet = open_units if by.role in EDITS_ALL else open_units.filter(reach(by, ""))
        for name in ("trees", "units", "without"):
            field: Any = self.fields[name]
            field.queryset = self.reachable
            field.widget.scope = "all" if by.role in EDITS_ALL else "own"
        groups: Any = self.fields["groups"]
        groups.queryset = UnitGroup.objects.visible_to(by).order_by("name", "pk")
        if not groups.queryset:
            groups.widget = forms.MultipleHiddenInput()
        if by.role not in EDITS_ALL:
            levels: Any = self.fields["levels"]
            levels.choices = [(level.value, level.label) for level in (Level.REGIONAL_OFFICE, Level.TECHNICAL_UNIT)]
            self.fields["trees"].help_text = _("Unit induk di wilayah Anda; kosongkan untuk seluruh wilayah Anda.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen = ("levels", "kinds", "trees", "groups", "units")
        if not self.errors and not any(cleaned.get(name) for name in chosen):
            raise forms.ValidationError(
                _("Pilih siapa yang diundang: tingkat, jenis, wilayah, kelompok, atau satuan kerja tertentu.")
            )
        return cleaned

    def chosen_units(self) -> UnitQuerySet:
        """The units of a valid form, in the order of the tree."""
        cleaned = self.cleaned_data
        wanted = Q(pk__in=[unit.pk for unit in cleaned["units"]])
        if cleaned["groups"]:
            wanted |= Q(pk__in=Unit.objects.filter(unit_groups__in=cleaned["groups"]).values("pk"))
        if cleaned["levels"] or cleaned["kinds"] or cleaned["trees"]:
            wanted |= self._of_a_sort()
        unwanted = Q()
        for unit in cleaned["without"]:
            unwanted |= within("", unit.path)
        found = self.reachable.filter(wanted)
        return (found.exclude(unwanted) if unwanted else found).order_by("path")

    def _of_a_sort(self) -> Q:
        cleaned = self.cleaned_data
        sort = Q()
        if cleaned["levels"]:
            sort &= Q(level__in=cleaned["levels"])
        if cleaned["kinds"]:
            sort &= Q(kind__in=cleaned["kinds"])
        if cleaned["trees"]:
            inside = Q()
            for unit in cleaned["trees"]:
                inside |= within("", unit.path)
            sort &= inside
        return sort

    @property
    def helper(self) -> FormHelper:
        half = "col-lg-6"
        return helper_of(
            Fieldset(
                _("Siapa yang diundang"),
                Row(Column("levels", css_class=half), Column("kinds", css_class=f"{half} check-columns")),
                Row(Column("trees", css_class=half), Column("without", css_class=half)),
                Row(Column("units", css_class=half), Column("groups", css_class=half)),
            ),
            Fieldset(_("Kursi dan batas jawaban"), *self.term_rows()),
        )


def terms_print(unit_pks: list[int], form: TermsForm) -> str:
    """A short print of what a person was shown before confirming: these units with these terms."""
    terms = form.terms
    facts = [sorted(unit_pks), terms["seats_onsite"], terms["seats_online"], str(terms["reply_deadline"])]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]


def suggested_deadline(workshop: Workshop, now: datetime) -> datetime | None:
    """A working day a week before the start, at 16.00 there; sooner when the start is near."""
    if workshop.starts_at is None:
        return None
    zone = workshop.zone
    for days in (7, 3, 1):
        day = previous_working_day(workshop.starts_at.astimezone(zone).date() - timedelta(days=days))
        moment = datetime.combine(day, time(REPLY_HOUR), tzinfo=zone)
        if moment > now + timedelta(hours=12):
            return wall_clock(moment, zone)
    return None


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Alasan tidak dapat hadir"),
        max_length=300,
        validators=[one_line],
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Misalnya: jadwal bersamaan dengan kegiatan lain")}),
        error_messages={"required": gettext_lazy("Tulis alasannya.")},
    )

    @property
    def helper(self) -> FormHelper:
        return helper_of("reason")


class ReasonForm(forms.Form):
    """Why something is ended; people read it."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan"),
        max_length=300,
        validators=[one_line],
        help_text=gettext_lazy("Alasan ini ikut dalam surat pemberitahuan kepada peserta."),
        error_messages={"required": gettext_lazy("Tulis alasannya.")},
    )

    @property
    def helper(self) -> FormHelper:
        return helper_of("reason")


class PassOnForm(forms.Form):
    """How many seats of the invited unit a unit below it holds."""

    unit = UnitChoiceField(label=pgettext_lazy("satu", "Satuan kerja"))
    seats_onsite = forms.IntegerField(
        label=gettext_lazy("Kursi tatap muka"), min_value=0, max_value=MOST_SEATS, initial=0
    )
    seats_online = forms.IntegerField(label=gettext_lazy("Kursi daring"), min_value=0, max_value=MOST_SEATS, initial=0)

    def __init__(
        self, *args: Any, below: UnitQuerySet, unit: Unit | None = None, free: tuple[int, int], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.chosen = unit
        field: Any = self.fields["unit"]
        field.queryset = below
        field.widget.scope = "all"
        for name, n in (("seats_onsite", free[0]), ("seats_online", free[1])):
            self.fields[name].help_text = _("Tersedia paling banyak %(n)d.") % {"n": n}
        if unit is not None:
            del self.fields["unit"]

    @property
    def helper(self) -> FormHelper:
        half = "col-md-6"
        unit: list[Any] = ["unit"] if self.chosen is None else [HTML(format_html("<p><b>{}</b></p>", self.chosen))]
        return helper_of(*unit, Row(Column("seats_onsite", css_class=half), Column("seats_online", css_class=half)))
