"""What an officer may type about the parties of an agreement and the people to ask on each side."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.changes import PARTY_FIELDS
from partnerships.doubts import Doubt
from partnerships.forms.people import PeopleField, people_of
from partnerships.models import Agreement, AgreementParty


class PartyForm(forms.ModelForm[AgreementParty]):
    """A party with the person to ask on its side."""

    people = PeopleField(
        label=_("Narahubung"),
        required=False,
        help_text=_("Kosongkan semua kolom seorang narahubung untuk menghapusnya."),
    )

    class Meta:
        model = AgreementParty
        fields = PARTY_FIELDS
        widgets = {
            "rights": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 2}),
            "duties": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 2}),
        }
        help_texts = {
            "position": _("Kosong berarti urutan berikutnya."),
            "unit": _("Untuk pihak dari lingkungan kita; kosongkan instansi luar."),
            "organization": _("Untuk pihak dari luar; kosongkan satuan kerja."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The formset numbers a party whose place was left empty.
        self.fields["position"].required = False
        if not self.instance.pk:
            self.initial["position"] = None
            return
        self.initial["people"] = people_of(self.instance.focal_points.all())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        unit, organization = cleaned.get("unit"), cleaned.get("organization")
        if unit and organization:
            self.add_error("organization", _("Satu pihak adalah satuan kerja atau instansi luar, bukan keduanya."))
        elif not unit and not organization and not {"unit", "organization"} & set(self.errors):
            self.add_error("unit", _("Pilih satuan kerja atau instansi luar untuk pihak ini."))
        return cleaned


PartyFormSetBase = forms.models.BaseInlineFormSet[AgreementParty, Agreement, forms.ModelForm[AgreementParty]]


class PartyFormSet(PartyFormSetBase):
    """Says beside its party what was found in doubt when the form was about to be saved."""

    held: Sequence[Doubt] = ()

    def clean(self) -> None:
        """Gives the next free place to parties that name none."""
        filled = [
            form
            for form in self.forms
            if (form.has_changed() or form.instance.pk) and form.is_valid() and not form.cleaned_data.get("DELETE")
        ]
        without_place = [form for form in filled if not form.cleaned_data.get("position")]
        taken = {form.cleaned_data["position"] for form in filled if form.cleaned_data.get("position")}
        others = self._places_of_others()
        for form in filled:
            if form.cleaned_data.get("position") in others:
                form.add_error(
                    "position", _("Urutan ini sudah dipakai pihak lain. Muat ulang halaman untuk melihatnya.")
                )
        taken |= others
        for form in without_place:
            place = next(n for n in range(1, len(taken) + 2) if n not in taken)
            taken.add(place)
            form.cleaned_data["position"] = form.instance.position = place
        super().clean()
        for doubt in self.held:
            for form in filled:
                if doubt.position and form.cleaned_data.get("position") == doubt.position:
                    form.add_error(doubt.field, doubt.sentence)

    def _places_of_others(self) -> set[int]:
        """Places of parties that this form does not show: somebody saved them after it was opened."""
        if not self.instance.pk:
            return set()
        shown = [form.instance.pk for form in self.forms if form.instance.pk]
        return set(self.instance.parties.exclude(pk__in=shown).values_list("position", flat=True))
