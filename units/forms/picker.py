"""Choosing units in a form: type a part of the name, pick from what is found. With htmx the results come while typing;
without JavaScript sending the form shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from units.models import Unit, UnitAlias, UnitQuerySet, name_key

SHOWN = 20
RESULTS = "components/picker_results.jinja"


@dataclass(frozen=True)
class Row:
    """One line to choose from; `note` is the small text after the name."""

    key: str
    label: str
    note: str


@dataclass(frozen=True)
class Pick:
    """What a form posted: the keys chosen, the text typed, and the text whose results the person was shown."""

    chosen: tuple[str, ...] = ()
    typed: str = ""
    asked: str = ""

    @property
    def keys(self) -> list[int]:
        return [int(key) for key in self.chosen if key.isdecimal() and len(key) < 19]

    @property
    def is_new_search(self) -> bool:
        return bool(self.typed) and self.typed != self.asked


def posted_pick(data: Any, name: str) -> Pick:
    """The pick in form data, of a QueryDict or a plain dict."""
    if isinstance(data, MultiValueDict):
        chosen = data.getlist(name)
    else:
        value = data.get(name)
        chosen = list(value) if isinstance(value, list | tuple) else [] if value is None else [value]
    return Pick(
        chosen=tuple(str(getattr(key, "pk", key)) for key in chosen if key not in ("", None)),
        typed=str(data.get(f"{name}_q") or "").replace("\0", "").strip()[:100],
        asked=str(data.get(f"{name}_asked") or "").strip()[:100],
    )


def found_units(units: UnitQuerySet, text: str) -> list[Unit]:
    """The first units that match, shortest address in the tree first."""
    return list(units.matching(text).select_related("parent").order_by("level", "official_name", "pk")[:SHOWN])


def picker_context(
    units: UnitQuerySet, pick: Pick, *, name: str, many: bool, known: list[Unit] | None = None
) -> dict[str, Any]:
    """What RESULTS shows: those chosen, then those found. `known` are the chosen ones where the form has them."""
    said = ("short_name", "parent__short_name")
    chosen = known or []
    if pick.keys and not chosen:
        chosen = list(units.filter(pk__in=pick.keys).select_related("parent").only(*said))
    found = found_units(units, pick.typed) if pick.typed else []
    taken = {unit.pk for unit in chosen}
    return {
        "picker_name": name,
        "picker_type": "checkbox" if many else "radio",
        "picker_chosen": [_row(unit) for unit in chosen],
        "picker_found": [_row(unit) for unit in found if unit.pk not in taken],
        "picker_asked": pick.typed,
        "picker_nothing": _("Tidak ada satuan kerja lain yang cocok dengan “%(text)s”.") % {"text": pick.typed},
        "picker_is_full": len(found) == SHOWN,
        "picker_can_create": False,
    }


def _row(unit: Unit) -> Row:
    return Row(str(unit.pk), unit.short_name, unit.parent.short_name if unit.parent else "")


def search_address(url_name: str, *, is_optional: bool, **question: str) -> str:
    """Where a picker asks while somebody types."""
    return f"{reverse(url_name)}?{urlencode(question | ({'optional': '1'} if is_optional else {}))}"


class UnitPicker(forms.Widget):
    template_name = "components/picker.jinja"

    def __init__(self, *, queryset: UnitQuerySet, scope: str, many: bool, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.queryset, self.scope, self.many = queryset, scope, many

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Pick:
        return posted_pick(data, name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not {name, f"{name}_q", f"{name}_asked"} & set(data)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        pick = value if isinstance(value, Pick) else Pick(chosen=tuple(_keys_of(value)))
        context = super().get_context(name, None, attrs)
        context["typed"] = pick.typed
        known = [value] if isinstance(value, Unit) else None
        context |= picker_context(self.queryset.all(), pick, name=name, many=self.many, known=known)
        context["picker_is_optional"] = is_optional = not self.is_required and not self.many
        question = {"field": name, "scope": self.scope, "type": context["picker_type"]}
        return context | {
            "picker_url": search_address("unit_search", is_optional=is_optional, **question),
            "picker_placeholder": _("Ketik nama, misalnya: rutan jepara"),
            "picker_label": _("Satuan kerja yang dipilih dan ditemukan"),
        }


def _keys_of(value: Any) -> list[str]:
    """Of an initial value: a unit, a key, several of them, or nothing."""
    if value is None or value == "":
        return []
    several = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    return [str(getattr(one, "pk", one)) for one in several]


Chosen = TypeVar("Chosen")


class _PickField(forms.Field, Generic[Chosen]):
    many = False

    def __init__(self, *, queryset: UnitQuerySet | None = None, scope: str = "all", **options: Any) -> None:
        """`scope` says which units the search offers ("all" open ones, "own": those the person may edit); which may be
        chosen in the end, `queryset` decides."""
        units = Unit.objects.all() if queryset is None else queryset
        super().__init__(widget=UnitPicker(queryset=units, scope=scope, many=self.many), **options)

    @property
    def queryset(self) -> UnitQuerySet:
        units: UnitQuerySet = self.widget.queryset
        return units

    @queryset.setter
    def queryset(self, units: UnitQuerySet) -> None:
        self.widget.queryset = units

    def picked(self, pick: Pick) -> list[Unit]:
        """The units chosen; a text nobody has seen results for is a search, not a choice."""
        if pick.is_new_search:
            return self._only_match(pick.typed)
        if not pick.chosen:
            if self.required:
                raise ValidationError(_("Pilih satuan kerja."), code="required")
            return []
        units = list(self.queryset.filter(pk__in=pick.keys).order_by("official_name", "pk"))
        if len(units) != len(set(pick.chosen)):
            raise ValidationError(_("Satuan kerja itu tidak ada dalam pilihan Anda."), code="invalid_choice")
        return units

    def _only_match(self, text: str) -> list[Unit]:
        spelled = UnitAlias.objects.filter(key=name_key(text)).values("unit")
        exact = Q(official_name__iexact=text) | Q(short_name__iexact=text) | Q(pk__in=spelled)
        units = list(self.queryset.filter(exact).order_by("pk")[:2])
        if len(units) == 1 and not self.many:
            return units
        if not self.queryset.matching(text).exists():
            raise ValidationError(_("Tidak ada satuan kerja yang cocok dengan “%(text)s”.") % {"text": text})
        raise ValidationError(_("Pilih dari hasil pencarian “%(text)s”, lalu kirim lagi.") % {"text": text})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data.is_new_search or sorted(_keys_of(initial)) != sorted(data.chosen)


class UnitChoiceField(_PickField[Unit | None]):
    """One unit, or None where it is not required."""

    def clean(self, value: Pick) -> Unit | None:
        units = self.picked(value)
        if len(units) > 1:
            raise ValidationError(_("Pilih satu satuan kerja."))
        return units[0] if units else None


class UnitMultipleChoiceField(_PickField[list[Unit]]):
    """Any number of units, by name."""

    many = True

    def clean(self, value: Pick) -> list[Unit]:
        return self.picked(value)
