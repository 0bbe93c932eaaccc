"""A new workshop from an old one or from a template: the new days, and what to take along."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from units.access import Role
from units.forms.picker import UnitChoiceField
from units.models import Unit, User
from workshops.actions.blueprints import Blueprint, Days, Take
from workshops.actions.refusals import Refusal
from workshops.forms.fields import FIRST_YEAR, LAST_YEAR, fields_like
from workshops.forms.planning import horizontal
from workshops.models import ChecklistTemplate, Workshop, WorkshopState, WorkshopTemplate, organizers_for


class DayField(forms.DateField):
    """A day that exists, within the years the portal knows."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    input_formats = ["%Y-%m-%d"]
    default_error_messages = {"invalid": _("Isi tanggal yang ada pada kalender, misalnya 24-09-2027.")}

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise forms.ValidationError(_("Periksa tahunnya: tanggal harus antara tahun 2000 dan 2100."))


class ClockField(forms.TimeField):
    widget = forms.TimeInput(attrs={"type": "time", "step": "300"}, format="%H:%M")
    input_formats = ["%H:%M"]
    default_error_messages = {"invalid": _("Isi jam, misalnya 08:00.")}


def organizer_field(by: User, wanted: int | None) -> tuple[forms.Field, int | None]:
    """Units in whose name this person may hold a workshop, and the one to begin with: the wanted one if it is among
    them, else the own."""
    units: QuerySet[Unit] = organizers_for(by).order_by("path")
    first = wanted if wanted and units.filter(pk=wanted).exists() else by.unit_id
    if by.role == Role.BUREAU_ADMIN:
        return UnitChoiceField(queryset=Unit.objects.all(), required=True, label=_("Penyelenggara")), first
    return forms.ModelChoiceField(units, label=_("Penyelenggara")), first


def parts_of(blueprint: Blueprint, *, n_items: int) -> list[tuple[str, Any]]:
    """What there is to take, with how many of each; parts that the plan lacks are not offered."""
    people = len(blueprint.co_units) + len(blueprint.co_organizations)
    counted: list[tuple[str, Any, int]] = [
        ("agenda", _("Rundown (%(n)d sesi)"), len(blueprint.sessions)),
        ("segments", _("Segmen peserta (%(n)d)"), len(blueprint.segments)),
        ("checklist", _("Butir persiapan (%(n)d)"), n_items),
        ("co_organizers", _("Penyelenggara bersama (%(n)d)"), people),
        ("rooms", _("Ruang (%(n)d)"), len(blueprint.rooms)),
        ("person_in_charge", _("Penanggung jawab"), 1 if blueprint.person_in_charge else 0),
    ]
    return [(name, label % {"n": n} if "%" in str(label) else label) for name, label, n in counted if n]


class CopyForm(forms.Form):
    """From a blueprint: the sessions keep their clock and their distance from the first day."""

    first_on = DayField(label=_("Hari pertama"))
    starts = ClockField(label=_("Jam mulai"))
    ends = ClockField(label=_("Jam selesai"))
    take = forms.MultipleChoiceField(label=_("Bagian"), required=False, widget=forms.CheckboxSelectMultiple)
    speakers = forms.ChoiceField(
        label=_("Narasumber pada rundown"),
        choices=[
            ("open", _("Kosongkan sebagai “akan dikonfirmasi”")),
            ("keep", _("Ikutkan narasumber yang sama")),
        ],
        initial="open",
        required=False,
        widget=forms.RadioSelect,
    )
    state = forms.ChoiceField(
        label=_("Tahap"),
        choices=[
            (WorkshopState.PLANNED.value, _("Rencana")),
            (WorkshopState.IDEA.value, _("Usulan, belum pasti diadakan")),
        ],
    )
    form_token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        by: User,
        blueprint: Blueprint,
        organizer: int | None,
        title: str = "",
        n_items: int = 0,
        **kwargs: Any,
    ) -> None:
        self.blueprint = blueprint
        parts = parts_of(blueprint, n_items=n_items)
        field, first = organizer_field(by, organizer)
        kwargs["initial"] = {
            "title": title,
            "organizer_unit": first,
            "starts": blueprint.starts,
            "ends": blueprint.ends,
            "take": [name for name, _label in parts],
            "form_token": uuid.uuid4(),
        } | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(Workshop, "title"))
        self.fields["organizer_unit"] = field
        self.fields["take"].choices = parts  # type: ignore[attr-defined]
        self.fields["take"].help_text = _(
            "Undangan, pendaftaran, surat, tautan rapat, dan status tidak pernah ikut disalin."
        )
        self.fields["first_on"].help_text = _("Hari lain pada rundown mengikuti; jam setiap sesi tetap.")
        if not any(role.speaker for plan in blueprint.sessions for role in plan.roles):
            del self.fields["speakers"]
        order = ["title", "state", "organizer_unit", "first_on", "starts", "ends", "take", "speakers", "form_token"]
        self.order_fields(order)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and self.blueprint.n_days == 1 and ends <= starts:
            self.add_error("ends", _("Waktu selesai harus sesudah waktu mulai."))
        return cleaned

    def days(self) -> Days:
        cleaned = self.cleaned_data
        last = cleaned["first_on"] + timedelta(days=self.blueprint.n_days - 1)
        return Days(first=cleaned["first_on"], last=last, starts=cleaned["starts"], ends=cleaned["ends"])

    def take_parts(self) -> Take:
        wanted = set(self.cleaned_data["take"])
        parts = ("agenda", "segments", "checklist", "co_organizers", "rooms", "person_in_charge")
        return Take(speakers=self.cleaned_data.get("speakers") == "keep", **{name: name in wanted for name in parts})

    def refuse(self, problem: Refusal) -> None:
        field = "first_on" if problem.field in {"starts_at", "ends_at"} else problem.field
        self.add_error(field if field in self.fields else None, str(problem))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        take = [name for name in ("take", "speakers") if name in self.fields]
        helper.layout = Layout(
            Fieldset(_("Kegiatan baru"), "title", horizontal("organizer_unit", "state")),
            Fieldset(_("Hari dan jam"), horizontal("first_on", "starts", "ends")),
            Fieldset(_("Yang ikut disalin"), *take),
            "form_token",
        )
        return helper


class SaveTemplateForm(forms.Form):
    with_speakers = forms.BooleanField(
        label=_("Sertakan nama narasumber"),
        required=False,
        help_text=_("Bila tidak dicentang, setiap tempat narasumber tertulis “akan dikonfirmasi”."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(WorkshopTemplate, "name"))
        self.fields["checklist_template"] = forms.ModelChoiceField(
            ChecklistTemplate.objects.visible_to(by).filter(is_active=True).order_by("kind", "name", "pk"),
            required=False,
            label=_("Butir persiapan"),
            empty_label=_("Seperti pada kegiatan ini sekarang"),
            help_text=_("Pilih templat persiapan bila butirnya harus selalu yang terbaru."),
        )
        self.order_fields(["name", "with_speakers", "checklist_template"])

    def refuse(self, problem: Refusal) -> None:
        self.add_error(problem.field if problem.field in self.fields else None, str(problem))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("name", "checklist_template", "with_speakers")
        return helper


def posted_pairs(data: Any) -> Iterable[tuple[str, str]]:
    """Everything a form posted, to be carried through a preview unchanged; the buttons and the CSRF token are not."""
    for name, values in data.lists():
        if name not in {"csrfmiddlewaretoken", "step", "overwrite"}:
            yield from ((name, value) for value in values)
