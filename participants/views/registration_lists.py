"""The registrations of a workshop: the list, and its export."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy, pgettext_lazy

from participants.employee_numbers import spaced
from participants.filters import RegistrationFilter
from participants.forms.people import MODES
from participants.models import Participant, Registration
from participants.views.personal import in_own_region, note_read, number_shown, shown_to
from participants.views.regions import region_above, region_name, regions_for
from participants.views.searching import search_redirect
from toolkit.local_times import moment_short
from toolkit.paging import in_their_order, page_of
from toolkit.phones import shown
from toolkit.prepared import prepared
from toolkit.xlsx import Column, sheet_response
from units.access import Role
from units.login import lately_signed_in_for_file
from units.models import Unit, User
from workshops.models import AudienceSegment, Workshop
from workshops.views.head import head_context

# What a line of the list says.
LISTED = [
    *("state", "mode", "position", "represents", "registered_at", "end_reason"),
    *(f"participant__{name}" for name in ("full_name", "employee_number", "email", "institution", "unit")),
]
STATE_TONES = {"registered": "teal", "cancelled": "brick", "replaced": "grey"}


@dataclass(frozen=True)
class Row:
    """A registration as the list shows it; what is a label or a moment is worked out once, not by the template."""

    registration: Any
    number: str
    tone: str
    state: str
    mode: str
    when: str
    region: str


def _rows(page: Iterable[Any], user: Any, regions: list[Unit]) -> list[Row]:
    states = {value: str(label) for value, label in Registration.State.choices}
    modes = {value: str(label) for value, label in MODES.items()}
    zone: Any = timezone.get_current_timezone()
    return [
        Row(
            registration=row,
            number=number_shown(row.participant, is_whole=in_own_region(user, row.participant)),
            tone=STATE_TONES[row.state],
            state=states[row.state],
            mode=modes[row.mode],
            when=moment_short(row.registered_at, zone),
            region=region_above(row.unit_path, regions),
        )
        for row in page
    ]


def workshop_registrations(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the list; POST only searches: filters and a name become part of the address, a NIP does not."""
    user: Any = request.user
    workshop = _workshop.row_or_404(user, pk)
    if request.method == "POST":
        visible = Registration.objects.visible_to(user).filter(workshop=workshop)
        people = Participant.objects.filter(registrations__in=visible).distinct()
        return search_redirect(request, people, filters=RegistrationFilter)
    regions = regions_for(user)
    found = _filtered(request, user, workshop, regions)
    page = page_of(found.qs, request, shown=lambda rows: _listed(rows, user))
    context = {
        **head_context(request, workshop, "registrations"),
        "page": page,
        "rows": _rows(page, user, regions),
        "filter": found,
        "by_number": "orang" in request.GET,
        "may_export": user.role != Role.LEADER,
        "export_action": f"{reverse('registration_export', args=[workshop.pk])}?{request.GET.urlencode()}",
        "zone": timezone.get_current_timezone(),
    }
    return render(request, "participants/workshop_registrations.html", context)


def _listed(rows: QuerySet[Registration], user: User) -> QuerySet[Registration]:
    """The rows of one page (sliced) in their order, with what a line says of each."""
    told = Registration.objects.annotate(
        unit_name=F("unit__short_name"), unit_path=F("unit__path"), segment_name=F("segment__name")
    )
    if user.role == Role.REGIONAL_ADMIN:
        told = told.select_related("participant__unit").only(*LISTED, "participant__unit__path")
    else:
        told = told.select_related("participant").only(*LISTED)
    return in_their_order(rows, told)


@prepared()
def _workshop(user: User, pk: int) -> QuerySet[Workshop]:
    return Workshop.objects.visible_to(user).select_related("organizer_unit", "host_unit").filter(pk=pk)


def _filtered(request: HttpRequest, user: Any, workshop: Workshop, regions: list[Unit]) -> RegistrationFilter:
    rows = Registration.objects.visible_to(user).filter(workshop=workshop)
    return RegistrationFilter(request.GET, queryset=rows, regions=regions, segments=_segments.rows(workshop.pk))


@prepared()
def _segments(workshop_pk: int) -> QuerySet[AudienceSegment]:
    return AudienceSegment.objects.filter(workshop=workshop_pk).order_by("name", "mode", "pk")


@lately_signed_in_for_file("workshop_registrations")
def registration_export(request: HttpRequest, pk: int) -> FileResponse:
    """Exactly the rows of the list, all pages, with whole NIP and phone numbers of the people one may see whole: the
    bureau all, a region its own. Who exported how many is written down."""
    user: Any = request.user
    workshop = _workshop.row_or_404(user, pk)
    regions = regions_for(user)
    rows = list(_filtered(request, user, workshop, regions).qs.select_related("participant__unit", "unit", "segment"))
    note_read(by=user, what="registration_export", n_people=len(rows), now=timezone.now(), workshop=workshop)
    columns = [
        Column("name", gettext_lazy("Nama"), width=32),
        Column("number", gettext_lazy("NIP"), kind="digits", width=22),
        Column("status", gettext_lazy("Status kepegawaian")),
        Column("grade", gettext_lazy("Golongan"), width=10),
        Column("position", gettext_lazy("Jabatan"), width=32),
        Column("unit", pgettext_lazy("satu", "Satuan kerja"), width=36),
        Column("region", gettext_lazy("Kantor Wilayah"), width=28),
        Column("mode", gettext_lazy("Kursi")),
        Column("segment", gettext_lazy("Segmen")),
        Column("represents", gettext_lazy("Mewakili")),
        Column("email", gettext_lazy("Surel"), width=28),
        Column("phone", gettext_lazy("WhatsApp/HP"), kind="phone", width=20),
        Column("state", gettext_lazy("Keadaan")),
        Column("reason", gettext_lazy("Alasan"), width=28),
    ]
    name = f"peserta-{slugify(workshop.title)[:60]}.xlsx"
    cells = (_cells(row, user, regions) for row in rows)
    return sheet_response(name, title=workshop.title, columns=columns, rows=cells)


def _cells(row: Registration, user: Any, regions: list[Unit]) -> tuple[object, ...]:
    person = row.participant
    seen = shown_to(user, person, revealed=user.role in {Role.BUREAU_ADMIN, Role.BUREAU_STAFF})
    return (
        person.full_name,
        spaced(person.employee_number).replace(" ", "") if seen.is_whole else seen.number,
        person.get_employment_status_display(),
        person.grade,
        row.position,
        row.unit.official_name if row.unit else person.institution,
        region_name(row.unit, regions, also_itself=True),
        row.get_mode_display(),
        row.segment.name if row.segment else "",
        row.represents,
        seen.email,
        shown(person.phone) if seen.is_whole and person.phone else seen.phone,
        row.get_state_display(),
        row.end_reason,
    )
