"""What a planner may type about the rooms of a workshop."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from workshops.actions.rooms import RoomRow, RoomTwice
from workshops.forms.fields import fields_like
from workshops.models import Workshop, WorkshopRoom


class RoomForm(forms.Form):
    """One room; the order is that of the numbers, equal ones keep the order of the rows."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    position = forms.IntegerField(label=_("Urutan"), required=False, min_value=1, max_value=999)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(WorkshopRoom, "name", "capacity"))
        self.fields["name"].required = False
        self.fields["capacity"].validators.append(MaxValueValidator(100_000))
        self.order_fields(["position", "name", "capacity", "pk"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("name") and (cleaned.get("capacity") or cleaned.get("pk")) and "name" not in self.errors:
            self.add_error("name", _("Isi nama ruang, atau hapus barisnya."))
        return cleaned


class BaseRoomFormSet(forms.BaseFormSet[RoomForm]):
    def rows(self) -> list[RoomRow]:
        """In the order of their numbers; a row without a number comes last."""
        kept = [form.cleaned_data for form in self.forms if form not in self.deleted_forms and form.cleaned_data]
        named = [row for row in kept if row.get("name")]
        named.sort(key=lambda row: row["position"] or 1_000)
        return [RoomRow(row["name"], row["capacity"], row["pk"]) for row in named]

    def clean(self) -> None:
        if any(self.errors):
            return
        names = [row.name.casefold() for row in self.rows()]
        if len(set(names)) < len(names):
            raise forms.ValidationError(str(RoomTwice()))


RoomFormSet: type[BaseRoomFormSet] = forms.formset_factory(  # type: ignore[assignment]
    RoomForm,
    formset=BaseRoomFormSet,
    extra=3,
    max_num=40,
    validate_max=True,
    absolute_max=60,
    can_delete=True,
    can_delete_extra=False,
)


def room_rows(workshop: Workshop) -> list[dict[str, Any]]:
    """What the formset begins with."""
    return [
        {"pk": room.pk, "position": place, "name": room.name, "capacity": room.capacity}
        for place, room in enumerate(workshop.rooms.order_by("position", "pk"), start=1)
    ]
