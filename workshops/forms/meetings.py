"""What a planner may type about a planning meeting, on one page: when and where, who, what, and who does what next."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Div, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from toolkit.one_line import one_line
from units.models import User
from workshops.actions.meetings import (
    FIRST_YEAR,
    LAST_YEAR,
    ActionRow,
    AttendeeRow,
    ItemRow,
    MeetingFacts,
    OwnerNeedsName,
    Record,
    accounts_for,
    attendee_problems,
    meeting_problems,
)
from workshops.actions.refusals import Refusal
from workshops.forms.fields import WallClockField, fields_like, moment_in, order_as_shown, wall_clock
from workshops.forms.rows import BaseRowFormSet, RowForm, row_formset
from workshops.models import (
    ActionItem,
    AgendaItem,
    AgendaItemKind,
    AttendeeSide,
    MeetingAttendee,
    PlanningMeeting,
    Workshop,
)

PLAIN = ["title", "tz", "place", "meeting_url", "notes"]
IN_ZONE = _("Menurut zona waktu rapat.")


class MeetingForm(forms.Form):
    starts_at = WallClockField(label=_("Mulai"), help_text=IN_ZONE)
    ends_at = WallClockField(label=pgettext_lazy("waktu", "Selesai"), required=False, help_text=_("Boleh kosong."))
    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    form_token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, workshop: Workshop, meeting: PlanningMeeting | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _first_values(workshop, meeting) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(PlanningMeeting, *PLAIN))
        self.fields["place"].help_text = _("Nama gedung atau ruang; kosongkan bila seluruhnya daring.")
        self.fields["meeting_url"].widget.attrs["placeholder"] = "https://"
        self.fields["notes"].widget.attrs["rows"] = 3
        order_as_shown(self)

    def facts(self) -> MeetingFacts:
        cleaned, zone = self.cleaned_data, ZoneInfo(self.cleaned_data["tz"])
        starts_at = moment_in(cleaned["starts_at"], zone)
        if starts_at is None:
            raise LookupError("The form is not valid.")
        plain = {name: cleaned[name] for name in PLAIN}
        return MeetingFacts(starts_at=starts_at, ends_at=moment_in(cleaned["ends_at"], zone), **plain)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            for problem in meeting_problems(self.facts()):
                self.refuse(problem)
        return cleaned

    def refuse(self, problem: Refusal) -> None:
        """Puts an action's sentence beside the field it is about, or on top."""
        self.add_error(problem.field if problem.field in self.fields else None, str(problem))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            "title",
            Row(*(Column(name, css_class="col-md-4") for name in ("starts_at", "ends_at", "tz"))),
            Row(Column("place", css_class="col-md-6"), Column("meeting_url", css_class="col-md-6")),
            Div("notes"),
            "version",
            "form_token",
        )
        return helper


def _first_values(workshop: Workshop, meeting: PlanningMeeting | None) -> dict[str, Any]:
    if meeting is None:
        return {"title": str(_("Rapat perencanaan")), "tz": workshop.tz, "form_token": uuid.uuid4}
    moments = {name: wall_clock(getattr(meeting, name), meeting.zone) for name in ("starts_at", "ends_at")}
    return {name: getattr(meeting, name) for name in PLAIN} | moments


class AttendeeForm(RowForm):
    needed = ("name",)
    typed = ("name", "position")

    def make_fields(self) -> None:
        names = ("name", "position", "side", "affiliation", "role", "is_present")
        self.fields.update(fields_like(MeetingAttendee, *names))
        self.fields["affiliation"].help_text = ""
        for name in ("side", "role"):
            self.fields[name].required = False
        self.order_fields(names)

    def row(self, workshop: Workshop) -> AttendeeRow:
        """Who leaves the office empty is from the organiser, or from the partner."""
        cleaned = self.cleaned_data
        side = cleaned["side"] or AttendeeSide.UNIT
        partner = workshop.partner.name if workshop.partner else ""
        home = workshop.organizer_unit.short_name if side == AttendeeSide.UNIT else partner
        return AttendeeRow(
            side=side,
            name=cleaned["name"],
            position=cleaned["position"],
            affiliation=cleaned["affiliation"] or home[:200],
            role=cleaned["role"] or "attendee",
            is_present=cleaned["is_present"],
        )


class BaseAttendeeFormSet(BaseRowFormSet):
    workshop: Workshop

    def rows(self) -> list[AttendeeRow]:
        return [form.row(self.workshop) for form in self.filled()]

    def clean(self) -> None:
        if not any(self.errors):
            for problem in attendee_problems(self.rows()):
                raise forms.ValidationError(str(problem))


class ItemForm(RowForm):
    """The number orders the topics; an action item names its topic by it."""

    pk = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    needed = ("title",)
    typed = ("title", "notes", "decision")

    def make_fields(self) -> None:
        self.fields.update(fields_like(AgendaItem, "position", "kind", "title", "notes", "decision"))
        self.fields["kind"].required = self.fields["position"].required = False
        self.fields["position"].widget.attrs |= {"min": 1, "max": 99}
        for name in ("notes", "decision"):
            self.fields[name].widget.attrs["rows"] = 3


class BaseItemFormSet(BaseRowFormSet):
    def ordered(self) -> list[Any]:
        """By the number typed, those without one last, else as they stand."""
        places = {form: n for n, form in enumerate(self.filled())}
        return sorted(places, key=lambda form: (form.cleaned_data["position"] or 9_999, places[form]))

    def rows(self) -> list[ItemRow]:
        return [
            ItemRow(
                kind=form.cleaned_data["kind"] or AgendaItemKind.OTHER,
                title=form.cleaned_data["title"],
                notes=form.cleaned_data["notes"],
                decision=form.cleaned_data["decision"],
                pk=form.cleaned_data["pk"],
            )
            for form in self.ordered()
        ]

    def place_of(self, number: int) -> int | None:
        """Where the topic with the typed `number` stands among the rows, from 1; None where there is none."""
        numbers = [form.cleaned_data["position"] for form in self.ordered()]
        return numbers.index(number) + 1 if number in numbers else None


class ActionForm(RowForm):
    pk = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    item_number = forms.IntegerField(required=False, min_value=1, max_value=99, label=_("Mata acara nomor"))
    due_on = forms.DateField(
        required=False,
        label=_("Tenggat"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    needed = ("text", "owner_email", "due_on")
    typed = ("text", "owner_name", "owner_email", "due_on", "note")

    def make_fields(self) -> None:
        self.fields.update(fields_like(ActionItem, "text", "owner_name", "owner_email", "note"))
        self.fields["owner_name"].required = False
        self.fields["owner_name"].validators.append(one_line)
        self.fields["owner_email"].widget.attrs["list"] = "known-owners"
        self.order_fields(["pk", "text", "item_number", "owner_email", "owner_name", "due_on", "note"])

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Periksa tahunnya: tanggal harus antara tahun 2000 dan 2100."))
        return day


class BaseActionFormSet(BaseRowFormSet):
    by: User

    def clean(self) -> None:
        """A name may be left out where the address is that of an account."""
        if any(self.errors):
            return
        filled = self.filled()
        accounts = accounts_for((form.cleaned_data["owner_email"] for form in filled), by=self.by)
        for form in filled:
            cleaned = form.cleaned_data
            if not cleaned["owner_name"] and cleaned["owner_email"].lower() not in accounts:
                form.add_error("owner_name", str(OwnerNeedsName()))

    def rows(self, items: BaseItemFormSet) -> list[ActionRow]:
        names = ("text", "owner_name", "owner_email", "due_on", "note", "pk")
        return [
            ActionRow(
                **{name: form.cleaned_data[name] for name in names},
                item_number=items.place_of(form.cleaned_data["item_number"] or 0),
            )
            for form in self.filled()
        ]


AttendeeFormSet = row_formset(AttendeeForm, formset=BaseAttendeeFormSet, extra=3, most=80)
ItemFormSet = row_formset(ItemForm, formset=BaseItemFormSet, extra=1, most=40)
ActionFormSet = row_formset(ActionForm, formset=BaseActionFormSet, extra=2, most=60)


class MeetingPage:
    """The form of a meeting with its three lists of rows, as one."""

    def __init__(self, data: Any, *, workshop: Workshop, meeting: PlanningMeeting | None, version: str, by: User):
        first = record_rows(meeting)
        self.form = MeetingForm(data, workshop=workshop, meeting=meeting, initial={"version": version})
        self.attendees: Any = AttendeeFormSet(data, prefix="attendees", initial=first["attendees"])
        self.items: Any = ItemFormSet(data, prefix="items", initial=first["items"])
        self.actions: Any = ActionFormSet(data, prefix="actions", initial=first["actions"])
        self.attendees.workshop, self.actions.by = workshop, by

    def is_valid(self) -> bool:
        # Each part is asked, so that all errors stand on the page at once.
        answers = [part.is_valid() for part in (self.form, self.attendees, self.items, self.actions)]
        return all(answers) and self._numbers_exist()

    def _numbers_exist(self) -> bool:
        wrong = [
            form
            for form in self.actions.filled()
            if (number := form.cleaned_data["item_number"]) and self.items.place_of(number) is None
        ]
        for form in wrong:
            form.add_error("item_number", _("Tidak ada mata acara bernomor ini."))
        return not wrong

    def record(self) -> Record:
        return Record(attendees=self.attendees.rows(), items=self.items.rows(), actions=self.actions.rows(self.items))


def record_rows(meeting: PlanningMeeting | None) -> dict[str, list[Any]]:
    """What the lists begin with; a new meeting is asked for substance, budget and place."""
    if meeting is None:
        topics = [
            (AgendaItemKind.SUBSTANCE, str(_("Konsep substansi"))),
            (AgendaItemKind.BUDGET, str(_("Anggaran"))),
            (AgendaItemKind.PLACE, str(_("Lokasi kegiatan"))),
        ]
        asked = [{"position": n, "kind": kind, "title": title} for n, (kind, title) in enumerate(topics, start=1)]
        return {"attendees": [], "items": asked, "actions": []}
    attendees = meeting.attendees.order_by("sequence", "pk")
    items = meeting.items.order_by("position", "pk")
    actions = meeting.action_items.select_related("owner", "agenda_item").order_by("sequence", "pk")
    return {
        "attendees": list(attendees.values("name", "position", "side", "affiliation", "role", "is_present")),
        "items": list(items.values("pk", "position", "kind", "title", "notes", "decision")),
        "actions": [
            {
                "pk": action.pk,
                "text": action.text,
                "item_number": action.agenda_item.position if action.agenda_item else None,
                "owner_email": action.address,
                "owner_name": action.owner_name,
                "due_on": action.due_on,
                "note": action.note,
            }
            for action in actions
        ],
    }


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Alasan pembatalan"), max_length=300, validators=[one_line])

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("reason")
        return helper
