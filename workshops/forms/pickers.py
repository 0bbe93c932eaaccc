"""Choosing an organisation, an agreement or a speaker: type a part of the name, pick from what is found.

The same manners as choosing units: with htmx the results come while typing, without JavaScript sending the form shows
them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.models import Agreement, AgreementQuerySet, Organization, OrganizationQuerySet
from toolkit.one_line import one_line
from units.forms.picker import SHOWN, Pick, Row, posted_pick, search_address
from workshops.actions.speakers import SpeakerFacts
from workshops.models import Speaker

# A speaker who is not in the register yet is posted as "new:<name>" or "new-team:<name>".
NEW_PERSON, NEW_TEAM = "new:", "new-team:"
FIELD_NAME = re.compile(r"[a-z0-9_-]{1,60}")


@dataclass(frozen=True)
class Source:
    """What a picker chooses from. `search` narrows and orders; `note` is the small text after the name."""

    url_name: str
    group_label: Any
    placeholder: Any
    search: Callable[[Any, str], Any]
    note: Callable[[Any], str]
    related: tuple[str, ...] = ()
    can_create: bool = False

    def row(self, found: Any) -> Row:
        return Row(str(found.pk), str(found), self.note(found))

    def found(self, rows: QuerySet[Any], text: str) -> list[Row]:
        return [self.row(one) for one in self.search(rows.select_related(*self.related), text)[:SHOWN]]


def _organizations(rows: OrganizationQuerySet, text: str) -> QuerySet[Organization]:
    return rows.named(text).order_by("name", "pk")


def _agreements(rows: AgreementQuerySet, text: str) -> QuerySet[Agreement]:
    return rows.matching(text).order_by("-effective_from", "pk")


def _speakers(rows: QuerySet[Speaker], text: str) -> QuerySet[Speaker]:
    return rows.filter(name__icontains=text).order_by("name", "pk")


def _organization_note(organization: Organization) -> str:
    kind = str(organization.get_kind_display())
    return f"{organization.name} · {kind}" if organization.short_name else kind


def _agreement_note(agreement: Agreement) -> str:
    return f"{agreement.agreement_type} · {agreement.owner_unit.short_name}"


def speaker_note(speaker: Speaker) -> str:
    home = speaker.unit or speaker.organization
    return " · ".join(part for part in (speaker.position, str(home) if home else "") if part)


ORGANIZATIONS = Source(
    "organization_search",
    gettext_lazy("Instansi luar yang dipilih dan ditemukan"),
    gettext_lazy("Ketik nama instansi, misalnya: yayasan"),
    _organizations,
    _organization_note,
)
AGREEMENTS = Source(
    "agreement_search",
    gettext_lazy("Perjanjian yang dipilih dan ditemukan"),
    gettext_lazy("Ketik nomor, judul, atau nama mitra"),
    _agreements,
    _agreement_note,
    ("owner_unit", "agreement_type"),
)
SPEAKERS = Source(
    "speaker_search",
    gettext_lazy("Narasumber yang dipilih dan ditemukan"),
    gettext_lazy("Ketik nama narasumber"),
    _speakers,
    speaker_note,
    ("unit", "organization"),
    can_create=True,
)


def results_context(source: Source, rows: QuerySet[Any], pick: Pick, *, name: str, many: bool) -> dict[str, Any]:
    """What RESULTS (units/forms/picker.py) shows: those chosen, then those found."""
    chosen = (
        [source.row(row) for row in rows.filter(pk__in=pick.keys).select_related(*source.related)] if pick.keys else []
    )
    if source.can_create:
        chosen += [new for key in pick.chosen if (new := _new_row(key))]
    taken = {row.key for row in chosen}
    found = source.found(rows, pick.typed) if pick.typed else []
    return {
        "picker_name": name,
        "picker_type": "checkbox" if many else "radio",
        "picker_chosen": chosen,
        "picker_found": [row for row in found if row.key not in taken],
        "picker_asked": pick.typed,
        "picker_nothing": _("Tidak ada lagi yang cocok dengan “%(text)s”.") % {"text": pick.typed},
        "picker_is_full": len(found) == SHOWN,
        "picker_can_create": source.can_create and bool(pick.typed),
    }


def _new_row(key: str) -> Row | None:
    for prefix, note in ((NEW_PERSON, _("narasumber baru")), (NEW_TEAM, _("lembaga atau tim baru"))):
        if key.startswith(prefix):
            return Row(key, key.removeprefix(prefix), note)
    return None


class Picker(forms.Widget):
    template_name = "components/picker.jinja"

    def __init__(self, *, source: Source, queryset: QuerySet[Any], many: bool) -> None:
        super().__init__()
        self.source, self.queryset, self.many = source, queryset, many

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Pick:
        return posted_pick(data, name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not {name, f"{name}_q", f"{name}_asked"} & set(data)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        pick = value if isinstance(value, Pick) else Pick(chosen=tuple(keys_of(value)))
        context = super().get_context(name, None, attrs)
        context["typed"] = pick.typed
        context |= results_context(self.source, self.queryset.all(), pick, name=name, many=self.many)
        context["picker_is_optional"] = is_optional = not self.is_required and not self.many
        question = {"field": name, "type": context["picker_type"]}
        return context | {
            "picker_url": search_address(self.source.url_name, is_optional=is_optional, **question),
            "picker_placeholder": self.source.placeholder,
            "picker_label": self.source.group_label,
        }


def keys_of(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    several = value if isinstance(value, list | tuple | QuerySet) else [value]
    return [str(getattr(one, "pk", one)) for one in several]


class PickField(forms.Field):
    """One row of the source (or None where it is not required); with `many` a list of rows."""

    def __init__(self, *, source: Source, queryset: QuerySet[Any], many: bool = False, **options: Any) -> None:
        self.source, self.many = source, many
        super().__init__(widget=Picker(source=source, queryset=queryset, many=many), **options)

    @property
    def queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.widget.queryset
        return rows

    @queryset.setter
    def queryset(self, rows: QuerySet[Any]) -> None:
        self.widget.queryset = rows

    def clean(self, value: Pick) -> Any:
        rows = self.picked(value)
        if self.many:
            return rows
        if len(rows) > 1:
            raise ValidationError(_("Pilih satu saja."))
        return rows[0] if rows else None

    def picked(self, pick: Pick) -> list[Any]:
        """A text nobody has seen results for is a search, not a choice."""
        if pick.is_new_search:
            return self._only_match(pick.typed)
        chosen = [key for key in pick.chosen if key]
        if not chosen:
            if self.required:
                raise ValidationError(_("Pilih dari hasil pencarian."), code="required")
            return []
        new = [facts for key in chosen if self.source.can_create and (facts := _new_speaker(key))]
        rows = list(self.queryset.filter(pk__in=pick.keys).order_by("pk"))
        if len(rows) + len(new) != len(set(chosen)):
            raise ValidationError(_("Pilihan itu tidak ada dalam daftar Anda."), code="invalid_choice")
        return [*rows, *new]

    def _only_match(self, text: str) -> list[Any]:
        rows = list(self.source.search(self.queryset.all(), text)[:2])
        if len(rows) == 1 and str(rows[0]).casefold() == text.casefold():
            return rows
        if not rows and not self.source.can_create:
            raise ValidationError(_("Tidak ada yang cocok dengan “%(text)s”.") % {"text": text})
        raise ValidationError(_("Pilih dari hasil pencarian “%(text)s”, lalu kirim lagi.") % {"text": text})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data.is_new_search or sorted(keys_of(initial)) != sorted(key for key in data.chosen if key)


def _new_speaker(key: str) -> SpeakerFacts | None:
    for prefix in (NEW_PERSON, NEW_TEAM):
        if key.startswith(prefix):
            name = key.removeprefix(prefix).strip()
            one_line(name)
            if not name or len(name) > 150:
                raise ValidationError(_("Nama narasumber paling panjang 150 huruf."))
            return SpeakerFacts(name=name, is_organization=prefix == NEW_TEAM)
    return None
