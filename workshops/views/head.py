"""The head of every page of one workshop: title, when and where, how far it has come, and the tabs."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from toolkit.local_times import span_short
from workshops.models import Mode, Workshop, WorkshopState
from workshops.preparation import sees_preparation
from workshops.unit_names import name_units_as_then

WAY = [
    WorkshopState.PLANNED,
    WorkshopState.APPROVED,
    WorkshopState.REGISTRATION,
    WorkshopState.RUNNING,
    WorkshopState.FINISHED,
    WorkshopState.REPORTED,
]


@dataclass(frozen=True)
class WayStep:
    label: str
    mark: str  # "past", "now" or ""


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    url: str
    is_active: bool


def head_context(request: HttpRequest, workshop: Workshop, active: str) -> dict[str, Any]:
    """What `workshops/partials/workshop_head.html` shows; needs `organizer_unit` and `host_unit` of the workshop.

    `active` is the name of a tab (`tabs_of`); any other marks none. Units of a workshop that is over get the names of
    its time."""
    user: Any = request.user
    name_units_as_then([workshop], timezone.now())
    return {
        "workshop": workshop,
        "head_when": when_text(workshop),
        "head_place": place_text(workshop),
        "head_steps": way_of(workshop),
        "head_is_at_rest": workshop.state in {WorkshopState.POSTPONED, WorkshopState.CANCELLED},
        "head_tabs": tabs_of(
            workshop, active, prepares=sees_preparation(user, workshop), plans=workshop.is_planned_by(user)
        ),
        "can_edit": workshop.is_editable_by(user),
    }


def public_url(workshop: Workshop) -> str:
    """The page for everybody; empty while there is none."""
    return reverse("workshop_public", args=[workshop.pk]) if workshop.is_published else ""


def when_text(workshop: Workshop) -> str:
    """In the reader's zone; the expected time where there is no exact one."""
    if workshop.starts_at is None or workshop.ends_at is None:
        return workshop.fuzzy_date
    zone: Any = timezone.get_current_timezone()
    return span_short(workshop.starts_at, workshop.ends_at, zone)


def place_text(workshop: Workshop) -> str:
    """`Aula Rutan Jepara`, `Jakarta + daring`, `Daring`."""
    place = workshop.venue or (workshop.host_unit.short_name if workshop.host_unit else "")
    if workshop.mode == Mode.ONLINE:
        return _("Daring")
    if workshop.mode == Mode.HYBRID:
        return f"{place} + {_('daring')}" if place else _("Tatap muka + daring")
    return place or _("Tempat belum ditetapkan")


def way_of(workshop: Workshop) -> list[WayStep]:
    """The usual way of a workshop with the place where it stands; off the way nothing is marked as now."""
    here = WorkshopState.PLANNED if workshop.state == WorkshopState.IDEA else workshop.state
    at = WAY.index(WorkshopState(here)) if here in WAY else -1
    marks = ["past" if n < at else "now" if n == at else "" for n in range(len(WAY))]
    labels = [str(state.label) for state in WAY]
    if workshop.state == WorkshopState.IDEA:
        labels[0] = str(WorkshopState.IDEA.label)
    return [WayStep(label, mark) for label, mark in zip(labels, marks, strict=True)]


def tabs_of(workshop: Workshop, active: str, *, prepares: bool, plans: bool) -> list[Tab]:
    """Open to everybody who sees the workshop, but for planning papers and money: each page shows of it what its reader
    reaches. Those kept by apps above and below are known here by their names alone."""
    wanted = [
        ("summary", _("Ringkasan"), reverse("workshop_detail", args=[workshop.pk]), True),
        ("preparation", _("Persiapan"), reverse("workshop_preparation", args=[workshop.pk]), prepares),
        ("agenda", _("Rundown"), reverse("workshop_agenda", args=[workshop.pk]), True),
        ("people", _("Narasumber & panitia"), reverse("workshop_people", args=[workshop.pk]), True),
        ("meetings", _("Tempat & rapat"), reverse("workshop_meetings", args=[workshop.pk]), plans),
        ("budget", _("Anggaran"), reverse("workshop_budget", args=[workshop.pk]), plans),
        ("invitations", _("Undangan"), reverse("workshop_invitations", args=[workshop.pk]), True),
        ("registrations", _("Peserta"), reverse("workshop_registrations", args=[workshop.pk]), True),
        ("messages", _("Pesan"), f"{reverse('message_list')}?workshop={workshop.pk}", True),
    ]
    return [Tab(name, label, url, name == active) for name, label, url, is_open in wanted if is_open]
