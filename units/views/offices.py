"""Finding and reading units: tree, list, one unit with its past, and the search inside forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from toolkit.drawing import drawn
from toolkit.masking import masked_address, masked_phone
from toolkit.paging import page_of
from toolkit.phones import shown, wa_link
from toolkit.row_changes import Change, FieldChange
from toolkit.xlsx import sheet_response
from units.access import EDITS_ALL, Role
from units.filters import UnitFilter
from units.forms.picker import RESULTS, picker_context, posted_pick
from units.models import Unit, UnitContact, UnitGroup
from units.spreadsheets import COLUMNS, sheet_rows
from units.tree import open_branches, with_counts

FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}")
HISTORY_SHOWN = 30
BELOW_SHOWN = 30


def unit_list(request: HttpRequest) -> HttpResponse:
    """The tree while nothing is asked, else a flat list."""
    user: Any = request.user
    today = timezone.localdate()
    units = Unit.objects.visible_to(user)
    filters = UnitFilter(request.GET, queryset=with_counts(units, today).select_related("parent"))
    context: dict[str, Any] = {
        "filter": filters,
        "may_create": user.role in EDITS_ALL | {Role.REGIONAL_ADMIN},
        "under": filters.form.cleaned_data.get("induk") if filters.form.is_valid() else None,
        "query": request.GET.urlencode(),
    }
    if filters.is_asked:
        return render(request, "units/unit_list.html", context | {"page": page_of(filters.qs, request)})
    keys = [int(key) for key in request.GET.getlist("buka") if key.isdecimal() and len(key) < 19]
    if not keys and "buka" not in request.GET and user.unit:
        keys = [int(key) for key in user.unit.path.split("/")[:-1]]
    branches = open_branches(keys, today)
    total = units.open_on(today).count()
    return render(request, "units/unit_list.html", context | {"branches": branches, "total": total})


def unit_export(request: HttpRequest) -> FileResponse:
    """What the list shows with the same filters, whole; it can be imported again."""
    filters = UnitFilter(request.GET, queryset=Unit.objects.visible_to(request.user))
    units = filters.qs.select_related("parent").prefetch_related("aliases")
    rows = sheet_rows(units.iterator(chunk_size=1_000))
    return sheet_response("satuan-kerja.xlsx", title=_("Satuan kerja"), columns=COLUMNS, rows=rows)


def unit_search(request: HttpRequest) -> HttpResponse:
    """The results below a unit picker, while somebody types (htmx); the picker's form does without it too."""
    name = request.GET.get("field", "")
    if not FIELD_NAME.fullmatch(name):
        raise Http404
    user: Any = request.user
    units = Unit.objects.editable_by(user) if request.GET.get("scope") == "own" else Unit.objects.visible_to(user)
    context = picker_context(
        units.open_on(timezone.localdate()),
        posted_pick(request.GET, name),
        name=name,
        many=request.GET.get("type") == "checkbox",
    )
    context["picker_is_optional"] = "optional" in request.GET
    return HttpResponse(drawn(RESULTS, context))


@dataclass(frozen=True)
class Contact:
    """A contact as its card shows it; `is_whole` when the reader may write to it."""

    row: UnitContact
    email: str
    phone: str
    wa_url: str
    is_whole: bool


def _contact(row: UnitContact, user: Any) -> Contact:
    """Whole for those who work with the contact; leaders only look on, and outside their own unit see the ends."""
    is_whole = user.role != Role.LEADER or row.unit_id == user.unit_id
    return Contact(
        row=row,
        email=row.email if is_whole else masked_address(row.email),
        phone=shown(row.whatsapp) if is_whole else masked_phone(row.whatsapp),
        wa_url=wa_link(row.whatsapp) if is_whole else "",
        is_whole=is_whole,
    )


def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    today = timezone.localdate()
    units = with_counts(Unit.objects.visible_to(user), today).select_related("parent", "successor")
    unit = get_object_or_404(units.prefetch_related("names", "aliases", "predecessors"), pk=pk)
    may_edit = unit.is_editable_by(user)
    contacts = UnitContact.objects.visible_to(user).filter(unit=unit).order_by("-is_active", "name", "pk")
    below = with_counts(Unit.objects.open_on(today).filter(parent=unit), today).order_by("official_name", "pk")
    context = {
        "unit": unit,
        "past_names": sorted(unit.names.all(), key=lambda name: name.until, reverse=True),
        "contacts": [_contact(row, user) for row in contacts],
        "below": list(below[:BELOW_SHOWN]),
        "groups": UnitGroup.objects.visible_to(user)
        .filter(members=unit)
        .select_related("owner")
        .order_by("name", "pk"),
        "changes": list(_changes(unit)),
        "may_edit": may_edit,
        "sees_contacts": unit.is_reached_by(user),
        "may_govern": unit.is_governed_by(user),
        "may_create": may_edit and user.role in EDITS_ALL | {Role.REGIONAL_ADMIN},
    }
    return render(request, "units/unit_detail.html", context)


def _changes(unit: Unit) -> Iterator[Change]:
    """The latest changes, newest first, each compared with the version before it."""
    versions = list(
        unit.history.select_related("history_user").order_by("-history_date", "-history_id")[: HISTORY_SHOWN + 1]
    )
    names = _unit_names(unit, versions)
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        if before is None and len(versions) > HISTORY_SHOWN:
            return
        fields = list(_field_changes(before, version, names)) if before else []
        made = _("Dicatat") if before is None else ""
        by = version.history_user.full_name if version.history_user else _("Sistem")
        yield Change(version.history_date, by, "", fields, version.history_change_reason or made)


def _unit_names(unit: Unit, versions: list[Any]) -> dict[int, str]:
    """Names of the units that parents and successors point at; those of today are at hand, others cost one
    statement."""
    names = {one.pk: one.short_name for one in (unit.parent, unit.successor) if one is not None}
    keys = {key for version in versions for key in (version.parent_id, version.successor_id) if key} - names.keys()
    return names | dict(Unit.objects.filter(pk__in=keys).values_list("pk", "short_name")) if keys else names


def _field_changes(before: Any, after: Any, names: dict[int, str]) -> Iterator[FieldChange]:
    for field in Unit._meta.concrete_fields:  # noqa: SLF001 -- a public name of Django
        if field.attname in {"id", "path"} or not hasattr(after, field.attname):
            continue
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if old != new:
            label = str(field.verbose_name)
            yield FieldChange(label[:1].upper() + label[1:], _shown(field, old, names), _shown(field, new, names))


def _shown(field: Any, value: Any, names: dict[int, str]) -> str:
    if value in (None, ""):
        return "–"
    if field.is_relation:
        return names.get(value, "–")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value)
