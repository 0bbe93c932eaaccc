"""One box over everything: each kind of row at most a few times, and only what the reader may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from participants.employee_numbers import searched_number
from participants.models import Participant
from partnerships.models import Agreement, Organization, OrganizationKind
from units.access import SEES_ALL, Role
from units.models import Unit, User
from workshops.models import Speaker, Workshop
from workshops.views.head import when_text

SHORTEST = 2
SHORTEST_NUMBER = 4
LONGEST = 100
SHOWN = 10


@dataclass(frozen=True)
class Hit:
    title: str
    note: str
    url: str


@dataclass(frozen=True)
class Group:
    """Hits of one kind; `more_url` is the list that holds the rest, empty when nothing is left out."""

    label: str
    icon: str
    hits: list[Hit]
    has_more: bool = False
    more_url: str = ""


def plain_query(text: str) -> str:
    """What was typed without what no database likes: one line, no NUL, at most 100 characters."""
    return " ".join(text.replace("\0", " ").split())[:LONGEST]


def is_number(query: str) -> bool:
    """Whether somebody looks for a NIP: personal data, kept out of every address."""
    return len(searched_number(query)) >= SHORTEST_NUMBER


def found_for(query: str, user: User) -> list[Group]:
    """The groups that hold something, in five statements. `query` comes from plain_query."""
    if len(query) < SHORTEST:
        return []
    groups = [
        _workshops(query, user),
        _people(query, user),
        _units(query, user),
        _agreements(query, user),
        *_bodies_and_speakers(query, user),
    ]
    return [group for group in groups if group.hits]


def _group(label: str, icon: str, hits: list[Hit], query: str, url_name: str = "") -> Group:
    """One hit more than shown was asked for: it says whether there is more."""
    has_more = len(hits) > SHOWN
    listed = has_more and url_name and not is_number(query)
    url = f"{reverse(url_name)}?{urlencode({'q': query})}" if listed else ""
    return Group(label, icon, hits[:SHOWN], has_more, url)


def _workshops(query: str, user: User) -> Group:
    words = Q(title__icontains=query) | Q(theme__icontains=query) | Q(venue__icontains=query)
    rows = Workshop.objects.visible_to(user).filter(words).order_by("-calendar_on", "-pk")[: SHOWN + 1]
    hits = [
        Hit(row.title, f"{row.get_kind_display()} · {when_text(row)}", reverse("workshop_detail", args=[row.pk]))
        for row in rows
    ]
    return _group(_("Workshop"), "easel", hits, query, "workshop_list")


def _people(query: str, user: User) -> Group:
    rows = (
        Participant.objects.visible_to(user).matching(query, by=user).select_related("unit").order_by("full_name", "pk")
    )
    hits = [
        Hit(
            row.full_name,
            " · ".join(part for part in (row.position, row.unit.short_name if row.unit else row.institution) if part),
            reverse("participant_detail", args=[row.pk]),
        )
        for row in rows[: SHOWN + 1]
    ]
    return _group(_("Peserta"), "people", hits, query, "participant_list")


def _units(query: str, user: User) -> Group:
    words = Q(official_name__icontains=query) | Q(short_name__icontains=query) | Q(city__icontains=query)
    rows = Unit.objects.visible_to(user).filter(words).select_related("parent").order_by("level", "official_name", "pk")
    hits = [
        Hit(
            row.official_name,
            " · ".join(filter(None, (row.get_level_display(), row.parent.short_name if row.parent else "", row.city))),
            reverse("unit_detail", args=[row.pk]),
        )
        for row in rows[: SHOWN + 1]
    ]
    return _group(_("Satuan kerja"), "diagram-3", hits, query, "unit_list")


def _agreements(query: str, user: User) -> Group:
    rows = (
        Agreement.objects.visible_to(user)
        .searched(query)
        .select_related("owner_unit", "agreement_type")
        .order_by("-pk")
    )
    hits = [
        Hit(
            row.title,
            " · ".join(filter(None, (row.agreement_type.short, row.number, row.owner_unit.short_name))),
            reverse("agreement_detail", args=[row.pk]),
        )
        for row in rows[: SHOWN + 1]
    ]
    return _group(_("Kerja sama"), "file-earmark-text", hits, query, "agreement_list")


def _bodies_and_speakers(query: str, user: User) -> list[Group]:
    """Organisations and speakers in one statement. Neither has a page of its own: an organisation leads to the
    agreements with it, a speaker to the register. Outside the bureau one finds only parties of agreements one may see;
    the register of speakers belongs to those who plan and those who oversee."""
    bodies = Organization.objects.filter(Q(name__icontains=query) | Q(short_name__icontains=query))
    if user.role not in SEES_ALL:
        bodies = bodies.filter(parties__agreement__in=Agreement.objects.visible_to(user).values("pk")).distinct()
    speakers = Speaker.objects.visible_to(user).filter(Q(name__icontains=query) | Q(position__icontains=query))
    if user.role == Role.UNIT_OPERATOR:
        speakers = speakers.none()
    home = Coalesce("unit__short_name", "organization__name", Value(""))
    # sliced inside, because not every database slices the parts of a union
    rows = list(
        _first(bodies)
        .annotate(what=Value("body"), first_note=F("kind"), second_note=F("country"))
        .values_list("what", "name", "first_note", "second_note")
        .union(
            _first(speakers)
            .annotate(what=Value("speaker"), first_note=F("position"), second_note=home)
            .values_list("what", "name", "first_note", "second_note"),
            all=True,
        )
        .order_by("what", "name")
    )
    kinds = dict(OrganizationKind.choices)
    found = [
        _named_hit(name, [str(kinds.get(kind, kind)), country], "agreement_list")
        for what, name, kind, country in rows
        if what == "body"
    ]
    heard = [_named_hit(name, notes, "speaker_list") for what, name, *notes in rows if what == "speaker"]
    return [
        _group(_("Instansi luar"), "buildings", found, query),
        _group(_("Narasumber"), "mic", heard, query, "speaker_list"),
    ]


def _first(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The first of `rows` by name, one more than is shown, as a query that can still be joined to another."""
    keys = rows.order_by("name", "pk").values("pk")[: SHOWN + 1]
    everything: QuerySet[Any] = rows.model.objects.all()
    return everything.filter(pk__in=keys)


def _named_hit(name: str, notes: list[str], url_name: str) -> Hit:
    return Hit(name, " · ".join(filter(None, notes)), f"{reverse(url_name)}?{urlencode({'q': name[:LONGEST]})}")
