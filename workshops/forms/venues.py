"""What a planner may type about a venue, how it was there, and which venues a workshop considers."""

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from toolkit.form_fields import keep_within
from toolkit.one_line import one_line
from toolkit.rupiah import RupiahField
from workshops.actions.candidates import PassedNeedsReason
from workshops.actions.refusals import Refusal
from workshops.actions.venues import ContactRow, Offer, PackageRow, RoomRow, VenueFacts, check_offer
from workshops.forms.fields import FIRST_YEAR, LAST_YEAR, fields_like
from workshops.forms.rows import RowForm, row_formset
from workshops.models import (
    SET_UPS,
    MeetingPackage,
    Venue,
    VenueCandidate,
    VenueContact,
    VenueRoom,
    VenueUse,
    Verdict,
)
from workshops.models.venues import HIGHEST_PRICE, MOST_PEOPLE

TOO_FEW = _("Daya tampung sedikitnya 1 orang; kosongkan bila belum diketahui.")
WRONG_YEAR = _("Periksa tahunnya: harus antara tahun 2000 dan 2100.")
FACTS = ["name", "city", "address", "website", "notes"]


class _Laid(forms.Form):
    """Laid out by crispy inside a form of the page's own."""

    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            *(
                Row(*(Column(name, css_class=f"col-md-{12 // len(names)}") for name in names))
                if len(names) > 1
                else names[0]
                for names in self.rows
            )
        )
        return helper

    def refuse(self, problem: Refusal) -> None:
        """Puts an action's sentence beside the field it is about, or on top."""
        self.add_error(problem.field if problem.field in self.fields else None, str(problem))


class VenueForm(_Laid):
    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    form_token = forms.UUIDField(required=False, widget=forms.HiddenInput)
    rows = (("name", "city"), ("address", "website"), ("notes",), ("version",), ("form_token",))

    def __init__(self, *args: Any, venue: Venue | None = None, **kwargs: Any) -> None:
        first: dict[str, Any] = {name: getattr(venue, name) for name in FACTS} if venue else {"form_token": uuid.uuid4}
        kwargs["initial"] = first | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(Venue, *FACTS))
        self.fields["notes"].widget.attrs["rows"] = 3
        self.fields["notes"].help_text = _("Misalnya: parkir, jalur kursi roda, jaringan internet, musala.")
        self.fields["website"].widget.attrs["placeholder"] = "https://"
        self.order_fields([*FACTS, "version", "form_token"])

    def facts(self) -> VenueFacts:
        return VenueFacts(**{name: self.cleaned_data[name] for name in FACTS})

    def is_whole(self, rooms: Any, packages: Any, contacts: Any) -> bool:
        """All parts are valid, also together."""
        if not all([self.is_valid(), rooms.is_valid(), packages.is_valid(), contacts.is_valid()]):
            return False
        try:
            check_offer(offer_of(rooms, packages, contacts))
        except Refusal as problem:
            self.refuse(problem)
        return not self.errors


class RoomForm(RowForm):
    needed = ("name",)
    typed = ("name", *SET_UPS)

    def make_fields(self) -> None:
        self.fields.update(fields_like(VenueRoom, "name", *SET_UPS))
        for name in SET_UPS:
            self.fields[name].widget.attrs["min"] = 1
            keep_within(self.fields[name], MinValueValidator(1, TOO_FEW), MaxValueValidator(MOST_PEOPLE))


class PackageForm(RowForm):
    price = RupiahField(least=1, most=HIGHEST_PRICE, required=False, label=_("Harga per orang per hari (Rp)"))
    needed = ("price", "fiscal_year")
    typed = ("price", "note")

    def make_fields(self) -> None:
        self.fields.update(fields_like(MeetingPackage, "kind", "fiscal_year", "note"))
        self.fields["kind"].required = False
        year = self.fields["fiscal_year"]
        year.widget.attrs |= {"min": FIRST_YEAR, "max": LAST_YEAR}
        keep_within(year, MinValueValidator(FIRST_YEAR, WRONG_YEAR), MaxValueValidator(LAST_YEAR, WRONG_YEAR))
        self.order_fields(["kind", "fiscal_year", "price", "note"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.is_empty and not cleaned.get("kind"):
            self.add_error("kind", _("Pilih paketnya."))
        return cleaned


class ContactForm(RowForm):
    needed = ("name",)
    typed = ("name", "position", "phone", "email")

    def make_fields(self) -> None:
        self.fields.update(fields_like(VenueContact, "name", "position", "phone", "email"))


RoomFormSet = row_formset(RoomForm, extra=2, most=30)
PackageFormSet = row_formset(PackageForm, extra=3, most=30)
ContactFormSet = row_formset(ContactForm, extra=1, most=10)


def offer_rows(venue: Venue | None) -> dict[str, list[Any]]:
    """What the three formsets begin with."""
    if venue is None:
        return {"rooms": [], "packages": [], "contacts": []}
    rooms = venue.rooms.order_by("position", "pk").values("name", *SET_UPS)
    packages = venue.packages.order_by("-fiscal_year", "kind", "pk").values("kind", "fiscal_year", "price", "note")
    contacts = venue.contacts.order_by("pk").values("name", "position", "phone", "email")
    return {"rooms": list(rooms), "packages": list(packages), "contacts": list(contacts)}


def offer_of(rooms: Any, packages: Any, contacts: Any) -> Offer:
    def kept(formset: Any, *names: str) -> list[dict[str, Any]]:
        return [{name: form.cleaned_data[name] for name in names} for form in formset.filled()]

    return Offer(
        rooms=[RoomRow(**row) for row in kept(rooms, "name", *SET_UPS)],
        packages=[PackageRow(**row) for row in kept(packages, "kind", "price", "fiscal_year", "note")],
        contacts=[ContactRow(**row) for row in kept(contacts, "name", "position", "phone", "email")],
    )


class VenueUseForm(_Laid):
    rows = (("event", "used_on"), ("note",))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(VenueUse, "event", "used_on", "note"))
        self.fields["used_on"] = forms.DateField(
            label=_("Tanggal"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        )
        self.fields["note"].widget.attrs["rows"] = 3
        self.fields["note"].help_text = _("Apa yang baik, apa yang perlu diperhatikan lain kali.")
        self.order_fields(["event", "used_on", "note"])


class CandidateAddForm(_Laid):
    rows = (("venue",), ("distance",), ("note",))

    def __init__(self, *args: Any, venues: QuerySet[Venue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["venue"] = forms.ModelChoiceField(venues, label=_("Tempat"), empty_label=_("Pilih tempat"))
        self.fields.update(fields_like(VenueCandidate, "distance", "note"))
        self.fields["note"].widget.attrs["rows"] = 3


class CandidateEditForm(_Laid):
    rows: tuple[tuple[str, ...], ...] = (("distance",), ("note",), ("verdict",), ("reason",))

    def __init__(self, *args: Any, candidate: VenueCandidate, **kwargs: Any) -> None:
        names = ["distance", "note", "verdict", "reason"]
        kwargs["initial"] = {name: getattr(candidate, name) for name in names}
        super().__init__(*args, **kwargs)
        self.fields.update(fields_like(VenueCandidate, *names))
        self.fields["note"].widget.attrs["rows"] = 3
        self.fields["reason"].help_text = _("Wajib bila tempat ini tidak dipilih.")
        verdict: Any = self.fields["verdict"]
        verdict.choices = [(one.value, one.label) for one in (Verdict.CONSIDERED, Verdict.PASSED)]
        if candidate.is_in_force:
            del self.fields["verdict"], self.fields["reason"]
            self.rows = (("distance",), ("note",))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("verdict") == Verdict.PASSED and not cleaned.get("reason") and "reason" not in self.errors:
            self.refuse(PassedNeedsReason())
        return cleaned


class ChoiceForm(_Laid):
    reason = forms.CharField(
        label=_("Alasan memilih"),
        max_length=300,
        validators=[one_line],
        help_text=_("Ikut dalam riwayat kegiatan, misalnya: muat 240 orang, paling dekat dengan kantor."),
    )
    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    rows = (("reason",), ("version",))
