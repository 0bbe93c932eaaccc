"""What a planner may type about a session and who does what in it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from toolkit.local_times import day_line
from units.models import User
from workshops.actions.agenda import RoleRow, SessionFacts, session_problems
from workshops.actions.refusals import Refusal
from workshops.forms.fields import WallClockField, fields_like, moment_in, order_as_shown, wall_clock
from workshops.forms.pickers import SPEAKERS, PickField
from workshops.models import AgendaRelease, Session, SessionRole, Speaker, Workshop


def room_choices(workshop: Workshop, present: str = "") -> list[tuple[str, Any]]:
    """The rooms of the workshop; a room that an old session names as free text stays to choose."""
    names = [room.name for room in workshop.rooms.order_by("position", "pk")]
    if present and present not in names:
        names.append(present)
    return [("", _("Semua ruang, atau belum ditentukan")), *((name, name) for name in names)]


class SessionForm(forms.Form):
    starts_at = WallClockField(label=_("Mulai"), required=False)
    ends_at = WallClockField(label=pgettext_lazy("waktu", "Selesai"), required=False)
    duration = forms.IntegerField(
        label=_("Lama (menit)"),
        required=False,
        min_value=1,
        max_value=720,
        help_text=_("Hanya untuk sesi yang belum berjam: kosongkan mulai dan selesai, isi lamanya."),
    )
    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, workshop: Workshop, session: Session | None = None, **kwargs: Any) -> None:
        self.workshop = workshop
        if session is not None:
            kwargs["initial"] = (kwargs.get("initial") or {}) | {
                "kind": session.kind,
                "theme": session.theme,
                "room": session.room,
                "duration": session.duration,
                "is_pinned": session.is_pinned,
                "starts_at": wall_clock(session.starts_at, workshop.zone),
                "ends_at": wall_clock(session.ends_at, workshop.zone),
            }
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(Session, "kind", "theme", "room", "is_pinned"))
        choices = room_choices(workshop, session.room if session else "")
        if len(choices) > 1:
            self.fields["room"] = forms.ChoiceField(label=_("Ruang"), choices=choices, required=False)
        self.fields["is_pinned"].help_text = _(
            "Jamnya tidak ikut bergeser bila sesi lain dipindahkan; jeda selalu begitu."
        )
        zone = workshop.get_tz_display()
        for name in ("starts_at", "ends_at"):
            self.fields[name].help_text = _("Menurut zona waktu tempat kegiatan: %(zone)s.") % {"zone": zone}
        order_as_shown(self)

    def facts(self) -> SessionFacts:
        cleaned, zone = self.cleaned_data, self.workshop.zone
        return SessionFacts(
            kind=cleaned["kind"],
            theme=cleaned["theme"],
            room=cleaned["room"],
            starts_at=moment_in(cleaned["starts_at"], zone),
            ends_at=moment_in(cleaned["ends_at"], zone),
            duration=cleaned["duration"],
            is_pinned=cleaned["is_pinned"],
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            for problem in session_problems(self.workshop, self.facts()):
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
            "theme",
            Row(Column("kind", css_class="col-md-6"), Column("room", css_class="col-md-6")),
            Row(
                Column("starts_at", css_class="col-md-4"),
                Column("ends_at", css_class="col-md-4"),
                Column("duration", css_class="col-md-4"),
            ),
            "is_pinned",
            "version",
        )
        return helper


class PlaceForm(forms.Form):
    """To which day and room a session goes, for those who do not drag; also what a drag posts."""

    TRAY = "laci"

    day = forms.ChoiceField(label=_("Pindahkan ke hari"))
    room = forms.ChoiceField(label=_("di ruang"), required=False)

    def __init__(self, *args: Any, workshop: Workshop, session: Session, days: Sequence[date], **kwargs: Any) -> None:
        here = session.starts_at.astimezone(workshop.zone).date().isoformat() if session.starts_at else ""
        kwargs["initial"] = {"day": here, "room": session.room} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = [  # type: ignore[attr-defined]
            *((day.isoformat(), day_line(day)) for day in days),
            (self.TRAY, _("Belum terjadwal (laci)")),
        ]
        self.fields["room"].choices = room_choices(workshop, session.room)  # type: ignore[attr-defined]


class SplitForm(forms.Form):
    minutes = forms.IntegerField(label=_("Pecah sesudah menit ke-"), min_value=1, max_value=719)


class ReleaseForm(forms.Form):
    rev = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(AgendaRelease, "name", "note"))
        self.fields["name"].help_text = _("Misalnya: Edaran pertama. Nama ini tampil pada halaman dan cetakan.")
        self.fields["note"].help_text = _("Untuk arsip: apa yang berubah dan mengapa.")
        order_as_shown(self)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("name", "note", "rev")
        return helper


class RoleForm(forms.Form):
    """One line of who does what; nobody chosen and "akan dikonfirmasi" ticked keeps the place open."""

    speaker = PickField(source=SPEAKERS, queryset=Speaker.objects.none(), required=False, label=_("Narasumber"))
    is_open = forms.BooleanField(required=False, label=_("Akan dikonfirmasi"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speaker: Any = self.fields["speaker"]
        speaker.queryset = Speaker.objects.visible_to(by)
        facts = fields_like(SessionRole, "role", "position_title")
        self.fields["role"] = facts["role"]
        self.fields["position_title"] = facts["position_title"]
        self.fields["position_title"].help_text = _("Kosongkan untuk memakai jabatan di daftar narasumber.")
        self.order_fields(["role", "speaker", "position_title", "is_open"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("speaker") and cleaned.get("is_open"):
            self.add_error(
                "is_open", _("Narasumber sudah dipilih; hapus centang ini, atau kosongkan pilihan narasumber.")
            )
        return cleaned

    @property
    def row(self) -> RoleRow | None:
        cleaned = self.cleaned_data
        if not cleaned or not (cleaned.get("speaker") or cleaned.get("is_open")):
            return None
        return RoleRow(cleaned["role"], cleaned["speaker"], cleaned["position_title"])


class BaseRoleFormSet(forms.BaseFormSet[RoleForm]):
    def rows(self) -> list[RoleRow]:
        return [row for form in self.forms if form not in self.deleted_forms and (row := form.row)]

    def clean(self) -> None:
        if any(self.errors):
            return
        named = [(row.role, row.speaker) for row in self.rows() if row.speaker is not None]
        if len(set(named)) < len(named):
            raise forms.ValidationError(_("Orang yang sama tercantum dua kali dengan peran yang sama."))


RoleFormSet: type[BaseRoleFormSet] = forms.formset_factory(  # type: ignore[assignment]
    RoleForm,
    formset=BaseRoleFormSet,
    extra=2,
    max_num=20,
    validate_max=True,
    absolute_max=30,
    can_delete=True,
    can_delete_extra=False,
)


def role_rows(session: Session | None) -> list[dict[str, Any]]:
    """What the formset begins with."""
    if session is None:
        return []
    return [
        {
            "role": role.role,
            "speaker": role.speaker_id,
            "position_title": role.position_title,
            "is_open": role.speaker_id is None,
        }
        for role in session.roles.order_by("pk")
    ]
