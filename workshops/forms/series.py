"""Series: their rule and number of members, what members share, and how they move together."""

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils import dates
from django.utils.translation import gettext_lazy as _

from toolkit.one_line import one_line
from toolkit.recurring_days import LAST, Recurrence, Rule
from units.access import Role
from units.forms.picker import UnitChoiceField
from units.models import User
from workshops.actions.refusals import Refusal
from workshops.actions.series import MOST_MEMBERS, SeriesFacts, SeriesIsTooLong, Shared, shared_title
from workshops.actions.series_edits import ALL, FOLLOWING, ONLY, Shift
from workshops.forms.copies import ClockField, DayField, organizer_field
from workshops.forms.fields import fields_like
from workshops.forms.planning import BaseSegmentFormSet, horizontal, planners_for
from workshops.models import ChecklistTemplate, RuleKind, Series, Workshop, WorkshopState

WEEKDAYS = list(dates.WEEKDAYS.items())
PLACES = ["mode", "venue", "venue_address", "meeting_url", "meeting_id", "meeting_passcode"]
NTHS = [
    (1, _("pertama")),
    (2, _("kedua")),
    (3, _("ketiga")),
    (4, _("keempat")),
    (LAST, _("terakhir")),
]
SCOPES = [
    (ONLY, _("Hanya pertemuan ini")),
    (FOLLOWING, _("Pertemuan ini dan sesudahnya")),
    (ALL, _("Semua yang belum berlangsung")),
]


class SharedFields(forms.Form):
    """What members of a series have in common."""

    def __init__(self, *args: Any, by: User, kept: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(Series, "title"))
        self.fields.update(fields_like(Workshop, "theme", "aims", *PLACES))
        self.fields["aims"].widget.attrs["rows"] = 3
        self.fields["title"].label = _("Judul")
        self.fields["title"].help_text = _("Setiap pertemuan mendapat nomor: “Pengarahan Humas ke-3”.")
        self.fields["host_unit"] = UnitChoiceField(required=False, label=_("Tuan rumah"))
        self.fields["person_in_charge"] = forms.ModelChoiceField(
            planners_for(by, kept=kept), required=False, label=_("Penanggung jawab"), empty_label=_("Belum ditetapkan")
        )

    def shared(self, segments: BaseSegmentFormSet) -> Shared:
        cleaned = self.cleaned_data
        host, person = cleaned["host_unit"], cleaned["person_in_charge"]
        return Shared(
            title=cleaned["title"],
            theme=cleaned["theme"],
            aims=cleaned["aims"],
            host_unit=host.pk if host else None,
            person_in_charge=person.pk if person else None,
            segments=tuple((row.name, row.mode, row.quota) for row in segments.rows()),
            **{name: cleaned[name] for name in PLACES},
        )

    def refuse(self, problem: Refusal) -> None:
        self.add_error(problem.field if problem.field in self.fields else None, str(problem))

    def _facts_layout(self) -> Fieldset:
        return Fieldset(_("Kegiatan"), "title", *self._beside_title(), "theme", "aims")

    def _beside_title(self) -> list[Any]:
        return []

    def _place_layout(self) -> Fieldset:
        return Fieldset(
            _("Tempat dan rapat daring"),
            horizontal("mode", "venue"),
            horizontal("venue_address", "host_unit"),
            horizontal("meeting_url", "meeting_id", "meeting_passcode"),
            "person_in_charge",
        )

    def _helper(self, *parts: Any) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*parts)
        return helper


class SeriesForm(SharedFields):
    rule = forms.ChoiceField(label=_("Berulang"), choices=RuleKind.choices, widget=forms.RadioSelect)
    nth = forms.TypedChoiceField(label=_("Minggu ke"), choices=NTHS, coerce=int, required=False, empty_value=None)
    weekday = forms.TypedChoiceField(label=_("Hari"), choices=WEEKDAYS, coerce=int, required=False, empty_value=None)
    day = forms.IntegerField(
        label=_("Tanggal"),
        min_value=1,
        max_value=31,
        required=False,
        help_text=_("Untuk tiap bulan pada tanggal tertentu. Bulan yang lebih pendek memakai hari terakhirnya."),
    )
    first_on = DayField(label=_("Mulai dari"), help_text=_("Pertemuan pertama jatuh pada hari ini atau sesudahnya."))
    n_members = forms.IntegerField(
        label=_("Banyak pertemuan"),
        min_value=1,
        max_value=MOST_MEMBERS,
        error_messages={
            "min_value": _("Isi paling sedikit satu pertemuan."),
            "max_value": SeriesIsTooLong.sentence,
        },
    )
    starts = ClockField(label=_("Jam mulai"), initial="09:00")
    ends = ClockField(label=_("Jam selesai"), initial="11:00")
    moves = forms.BooleanField(
        label=_("Pindahkan ke hari kerja sebelumnya bila jatuh pada hari libur"),
        required=False,
        initial=True,
        help_text=_("Bila tidak dicentang, hari libur hanya diberi peringatan pada pratinjau."),
    )
    state = forms.ChoiceField(
        label=_("Tahap"),
        choices=[
            (WorkshopState.PLANNED.value, _("Rencana")),
            (WorkshopState.IDEA.value, _("Usulan, belum pasti diadakan")),
        ],
    )
    form_token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, source: Workshop | None = None, **kwargs: Any) -> None:
        organizer, first = organizer_field(by, source.organizer_unit_id if source else None)
        known = member_values(source) | {"kind": source.kind, "tz": source.tz} if source else {}
        kwargs["initial"] = {
            "organizer_unit": first,
            "form_token": uuid.uuid4(),
            "rule": Rule.WEEKDAY_OF_MONTH,
            "person_in_charge": by.pk,
            "n_members": 6,
            **known,
        } | (kwargs.get("initial") or {})
        super().__init__(*args, by=by, kept=source.person_in_charge_id if source else None, **kwargs)
        self.fields.update(fields_like(Workshop, "kind", "tz"))
        self.fields["organizer_unit"] = organizer
        self.fields["checklist_template"] = forms.ModelChoiceField(
            ChecklistTemplate.objects.visible_to(by).filter(is_active=True).order_by("kind", "name", "pk"),
            required=False,
            label=_("Templat persiapan"),
            empty_label=_("Tanpa templat"),
        )
        shown: Any = self.helper
        self.order_fields([pointer.name for pointer in shown.layout.get_field_names()])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("rule") == Rule.DAY_OF_MONTH and cleaned.get("day") is None and "day" not in self.errors:
            self.add_error("day", _("Isi tanggalnya, 1 sampai 31."))
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("Waktu selesai harus sesudah waktu mulai."))
        return cleaned

    def recurrence(self) -> Recurrence:
        cleaned = self.cleaned_data
        weekday, nth = cleaned["weekday"] or 0, cleaned["nth"] or 1
        if cleaned["rule"] == Rule.WEEKLY:
            return Recurrence(Rule.WEEKLY, weekday=weekday)
        if cleaned["rule"] == Rule.DAY_OF_MONTH:
            return Recurrence(Rule.DAY_OF_MONTH, day=cleaned["day"])
        return Recurrence(Rule.WEEKDAY_OF_MONTH, weekday=weekday, nth=nth)

    def facts(self) -> SeriesFacts:
        cleaned = self.cleaned_data
        names = ("organizer_unit", "kind", "tz", "n_members", "starts", "ends", "moves")
        return SeriesFacts(
            recurrence=self.recurrence(), first=cleaned["first_on"], **{name: cleaned[name] for name in names}
        )

    def refuse(self, problem: Refusal) -> None:
        field = {"starts_at": "first_on", "ends_at": "ends"}.get(problem.field or "", problem.field)
        self.add_error(field if field in self.fields else None, str(problem))

    def _beside_title(self) -> list[Any]:
        return [horizontal("kind", "state"), "organizer_unit"]

    @property
    def helper(self) -> FormHelper:
        return self._helper(
            self._facts_layout(),
            Fieldset(
                _("Jadwal"),
                "rule",
                horizontal("nth", "weekday", "day"),
                horizontal("first_on", "n_members", "tz"),
                horizontal("starts", "ends"),
                "moves",
            ),
            self._place_layout(),
            Fieldset(_("Persiapan"), "checklist_template"),
            "form_token",
        )


def member_values(member: Workshop) -> dict[str, Any]:
    """What a form of shared fields begins with."""
    values = {name: getattr(member, name) for name in ("theme", "aims", *PLACES)}
    values |= {"host_unit": member.host_unit_id, "person_in_charge": member.person_in_charge_id}
    return values | {"title": shared_title(member)}


class ScopeFields(forms.Form):
    scope = forms.ChoiceField(label=_("Berlaku untuk"), choices=SCOPES, initial=ALL, widget=forms.RadioSelect)
    version = forms.CharField(max_length=40, widget=forms.HiddenInput)


class SeriesEditForm(SharedFields, ScopeFields):
    def __init__(self, *args: Any, member: Workshop, **kwargs: Any) -> None:
        kwargs["initial"] = member_values(member) | (kwargs.get("initial") or {})
        super().__init__(*args, kept=member.person_in_charge_id, **kwargs)
        shown: Any = self.helper
        self.order_fields([pointer.name for pointer in shown.layout.get_field_names()])

    @property
    def helper(self) -> FormHelper:
        return self._helper("scope", self._facts_layout(), self._place_layout(), "version")


class SeriesMoveForm(ScopeFields):
    days = forms.IntegerField(
        label=_("Geser hari"),
        min_value=-60,
        max_value=60,
        initial=0,
        help_text=_("Positif ke kemudian hari, negatif lebih awal; 0 bila harinya tetap."),
    )
    starts = ClockField(label=_("Jam mulai baru"), required=False, help_text=_("Kosong berarti tetap."))
    ends = ClockField(label=_("Jam selesai baru"), required=False, help_text=_("Kosong berarti tetap."))
    reason = forms.CharField(
        label=_("Alasan"),
        max_length=300,
        required=False,
        validators=[one_line],
        help_text=_("Ikut dalam riwayat kegiatan."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by.role == Role.BUREAU_ADMIN:
            self.fields |= fields_like(Workshop, "cover_reason")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("Waktu selesai harus sesudah waktu mulai."))
        return cleaned

    def shift(self) -> Shift:
        return Shift(**{name: self.cleaned_data[name] for name in ("days", "starts", "ends")})

    def refuse(self, problem: Refusal) -> None:
        field = {"starts_at": "days", "ends_at": "ends"}.get(problem.field or "", problem.field)
        self.add_error(field if field in self.fields else None, str(problem))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            "scope",
            horizontal("days", "starts", "ends"),
            *[name for name in ("reason", "cover_reason") if name in self.fields],
            "version",
        )
        return helper
