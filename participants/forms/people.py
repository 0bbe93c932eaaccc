"""Who a person is, and in which seat."""

import hashlib
import uuid
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Div, Fieldset, Row
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from participants.actions.people import Details, near_duplicates
from participants.employee_numbers import check_employee_number, masked
from participants.models import (
    GRADES,
    PPPK_GRADES,
    Allocation,
    EmploymentStatus,
    Participant,
    ParticipantQuerySet,
    Registration,
)
from toolkit.masking import masked_phone
from toolkit.one_line import one_line
from toolkit.phones import shown
from units.forms.offices import clean_phone, helper_of, pair
from units.forms.picker import UnitChoiceField
from units.models import Unit, UnitQuerySet
from workshops.models import AudienceSegment, Mode, Workshop

MODES = {Mode.ONSITE.value: Mode.ONSITE.label, Mode.ONLINE.value: Mode.ONLINE.label}


class PersonFields(forms.Form):
    """The facts of a person. What is odd about them is a warning that the box below confirms; the box counts only for
    the warnings that were shown."""

    full_name = forms.CharField(
        label=gettext_lazy("Nama lengkap"),
        max_length=150,
        validators=[one_line],
        help_text=gettext_lazy("Seperti pada sertifikat, dengan gelar."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    employee_number = forms.CharField(
        label=gettext_lazy("NIP"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("18 digit, boleh dengan spasi. Kosongkan bila tidak punya NIP."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    employment_status = forms.ChoiceField(label=gettext_lazy("Status kepegawaian"), choices=EmploymentStatus.choices)
    position = forms.CharField(label=gettext_lazy("Jabatan"), max_length=150, required=False, validators=[one_line])
    grade = forms.ChoiceField(
        label=gettext_lazy("Golongan"),
        required=False,
        choices=[
            ("", gettext_lazy("– tidak diisi –")),
            (gettext_lazy("PNS"), [(grade, grade) for grade in GRADES]),
            (gettext_lazy("PPPK"), [(grade, grade) for grade in PPPK_GRADES]),
        ],
    )
    email = forms.EmailField(
        label=gettext_lazy("Surel"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Konfirmasi dan pengingat dikirim ke sini; tanpa surel tidak ada surat."),
    )
    phone = forms.CharField(
        label=gettext_lazy("WhatsApp/HP"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Contoh: 0811-0000-123."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    institution = forms.CharField(
        label=gettext_lazy("Instansi/kampus"),
        max_length=150,
        required=False,
        validators=[one_line],
        help_text=gettext_lazy("Hanya untuk masyarakat atau mahasiswa."),
    )
    accept_warnings = forms.BooleanField(label=gettext_lazy("Sudah saya periksa, simpan seperti ini"), required=False)
    warned = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, among: ParticipantQuerySet, today: date, home: Unit | None = None, **options: Any
    ) -> None:
        """`among` are the people that near-duplicates are sought in, and may be named to who fills the form in."""
        super().__init__(*args, **options)
        self.among, self.today, self.home = among, today, home
        self.known: Participant | None = None
        self.warnings: list[str] = []
        self.duplicates: list[Participant] = []
        self.number_warnings: tuple[str, ...] = ()

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._clean_number(cleaned)
        self._clean_origin(cleaned)
        if not self.errors:
            self._warn(cleaned)
        return cleaned

    def _clean_number(self, cleaned: dict[str, Any]) -> None:
        status = cleaned.get("employment_status", "")
        checked = check_employee_number(cleaned.get("employee_number", ""), status=status, today=self.today)
        for error in checked.errors:
            self.add_error("employee_number", error)
        self.number_warnings = checked.warnings
        cleaned["employee_number"] = checked.number
        if not checked.number and not checked.errors and status in {"pns", "cpns", "pppk"}:
            self.add_error("employee_number", _("Isi NIP, atau ubah status kepegawaiannya."))

    def _clean_origin(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("employment_status") != EmploymentStatus.PUBLIC:
            cleaned["institution"] = ""
        elif not cleaned.get("institution") and "institution" not in self.errors:
            self.add_error("institution", _("Isi instansi atau kampusnya."))

    def _warn(self, cleaned: dict[str, Any]) -> None:
        self.duplicates = near_duplicates(self.details, among=self.among, unless=self.known.pk if self.known else 0)
        self.warnings = [
            *self.number_warnings,
            *(
                _("%(name)s (%(number)s) sudah tercatat di tempat yang sama. Barangkali orang yang sama.")
                % {"name": person.full_name, "number": masked(person.employee_number) or _("tanpa NIP")}
                for person in self.duplicates
            ),
        ]
        seen = hashlib.sha256(repr(self.warnings).encode()).hexdigest()[:16]
        if self.warnings and not (cleaned.get("accept_warnings") and cleaned.get("warned") == seen):
            posted: Any = self.data
            data = posted.copy()
            data[self.add_prefix("warned")] = seen
            data.pop(self.add_prefix("accept_warnings"), None)
            self.data = data
            for warning in self.warnings:
                self.add_error("employee_number" if warning in self.number_warnings else "full_name", warning)

    @property
    def error_heading(self) -> str:
        """What stands above the list of what is wrong; warnings alone stop nobody for good."""
        if not self.warnings:
            return ""
        return _("Belum disimpan. Periksa dahulu; bila memang benar, tandai kotak di bawah lalu simpan lagi:")

    @property
    def unit(self) -> Unit | None:
        """Where the person belongs; the public belongs to no unit."""
        return None if self.cleaned_data.get("employment_status") == EmploymentStatus.PUBLIC else self.home

    @property
    def details(self) -> Details:
        cleaned = self.cleaned_data
        return Details(
            full_name=cleaned["full_name"],
            employment_status=cleaned["employment_status"],
            employee_number=cleaned["employee_number"],
            unit=self.unit,
            institution=cleaned["institution"],
            position=cleaned["position"],
            grade=cleaned["grade"],
            email=cleaned["email"],
            phone=cleaned["phone"],
        )

    def person_rows(self) -> list[Any]:
        rows = [
            pair("full_name", "employee_number"),
            pair("employment_status", "grade"),
            pair("position", "institution"),
            pair("email", "phone"),
        ]
        if self.warnings:
            rows.append(Div("accept_warnings", css_class="strip gold"))
        rows.append("warned")
        return rows


class PersonForm(PersonFields):
    """Correcting a person's record; `movable` are the units it may be moved to."""

    unit_choice = UnitChoiceField(label=pgettext_lazy("satu", "Satuan kerja"), required=False)

    def __init__(
        self, *args: Any, person: Participant, movable: UnitQuerySet, scope: str, hides: bool, **options: Any
    ) -> None:
        """With `hides` whole numbers are not shown: a field left empty keeps what is there."""
        initial = {
            "full_name": person.full_name,
            "employee_number": "" if hides else person.employee_number or "",
            "employment_status": person.employment_status,
            "position": person.position,
            "grade": person.grade,
            "email": person.email,
            "phone": shown(person.phone) if person.phone and not hides else "",
            "institution": person.institution,
            "unit_choice": person.unit,
        }
        super().__init__(*args, initial=initial, **options)
        self.known, self.hides = person, hides
        if hides:
            for name, now in (
                ("employee_number", masked(person.employee_number)),
                ("phone", masked_phone(person.phone)),
            ):
                if now:
                    self.fields[name].help_text = _("Tercatat %(now)s. Kosongkan bila tidak diubah.") % {"now": now}
        field: Any = self.fields["unit_choice"]
        field.queryset = movable
        field.widget.scope = scope

    def clean(self) -> dict[str, Any]:
        status, chosen = self.cleaned_data.get("employment_status"), self.cleaned_data.get("unit_choice")
        if status != EmploymentStatus.PUBLIC and chosen is None and "unit_choice" not in self.errors:
            self.add_error("unit_choice", _("Pilih satuan kerjanya."))
        self.home = chosen
        if self.hides and self.known is not None:
            for name in ("employee_number", "phone"):
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.cleaned_data[name] = getattr(self.known, name) or ""
        return super().clean()

    @property
    def helper(self) -> FormHelper:
        return helper_of("unit_choice", *self.person_rows())


class SeatFields(forms.Form):
    """The seat: in which mode and segment, and as what."""

    mode = forms.ChoiceField(label=gettext_lazy("Kursi"), widget=forms.RadioSelect)
    segment = forms.ModelChoiceField(
        label=gettext_lazy("Segmen peserta"),
        queryset=AudienceSegment.objects.none(),
        required=False,
        empty_label=gettext_lazy("– tanpa segmen –"),
    )
    represents = forms.CharField(
        label=gettext_lazy("Mewakili"),
        max_length=150,
        required=False,
        validators=[one_line],
        help_text=gettext_lazy("Bila hadir atas nama pejabat lain."),
    )
    form_token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, workshop: Workshop, allocation: Allocation, **options: Any) -> None:
        super().__init__(*args, **options)
        self.workshop, self.allocation = workshop, allocation
        free = free_seats(allocation)
        modes = [mode for mode in MODES if allocation.seats(mode) > 0] or list(MODES)
        field: Any = self.fields["mode"]
        field.choices = [(mode, _("%(mode)s (sisa %(n)d)") % {"mode": MODES[mode], "n": free[mode]}) for mode in modes]
        self.initial.setdefault("mode", next((mode for mode in modes if free[mode] > 0), modes[0]))
        self.initial.setdefault("form_token", uuid.uuid4())
        segments: Any = self.fields["segment"]
        segments.queryset = workshop.segments.order_by("name", "mode", "pk")
        if not segments.queryset:
            del self.fields["segment"]
        else:
            segments.label_from_instance = lambda row: f"{row.name} · {row.get_mode_display()}"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        segment = cleaned.get("segment")
        if segment is not None and cleaned.get("mode") and segment.mode != cleaned["mode"]:
            self.add_error("segment", _("Segmen ini untuk kursi %(mode)s.") % {"mode": segment.get_mode_display()})
        return cleaned

    @property
    def seat(self) -> dict[str, Any]:
        """Arguments of `register`, of a valid form."""
        cleaned = self.cleaned_data
        return {
            "mode": cleaned["mode"],
            "segment": cleaned.get("segment"),
            "represents": cleaned["represents"],
            "form_token": cleaned["form_token"],
        }

    def seat_rows(self) -> list[Any]:
        rows: list[Any] = [Row(Column("mode", css_class="col-12"))]
        if "segment" in self.fields:
            rows.append(pair("segment", "represents"))
        else:
            rows.append("represents")
        return [*rows, "form_token"]


def free_seats(allocation: Allocation) -> dict[str, int]:
    """By mode; counted now, without a lock: what a page shows. Uses `with_taken` where it was asked for."""
    onsite, online = getattr(allocation, "n_onsite", None), getattr(allocation, "n_online", None)
    if onsite is None or online is None:
        active = Registration.objects.active().filter(allocation=allocation)
        onsite, online = active.filter(mode=Mode.ONSITE).count(), active.filter(mode=Mode.ONLINE).count()
    return {
        Mode.ONSITE.value: max(allocation.seats_onsite - onsite, 0),
        Mode.ONLINE.value: max(allocation.seats_online - online, 0),
    }


class RegisterKnownForm(SeatFields):
    """A seat for a person whose record is known."""

    position = forms.CharField(
        label=gettext_lazy("Jabatan saat ini"), max_length=150, required=False, validators=[one_line]
    )

    @property
    def seat(self) -> dict[str, Any]:
        return {**super().seat, "position": self.cleaned_data["position"]}

    @property
    def helper(self) -> FormHelper:
        return helper_of("position", *self.seat_rows())


class RegisterNewForm(PersonFields, SeatFields):
    """A seat for a person who is typed in now; the record is found again by NIP."""

    @property
    def seat(self) -> dict[str, Any]:
        return {**super().seat, "position": self.cleaned_data["position"]}

    @property
    def helper(self) -> FormHelper:
        return helper_of(
            Fieldset(_("Siapa"), *self.person_rows()),
            Fieldset(_("Kursi"), *self.seat_rows()),
        )


class _Replaces(forms.Form):
    """What a replacement needs: the seat stays as it is, and a reason is said."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan penggantian"),
        max_length=300,
        validators=[one_line],
        help_text=gettext_lazy("Alasan ini ikut dalam surat kepada peserta yang digantikan."),
        error_messages={"required": gettext_lazy("Tulis alasannya.")},
    )
    represents = forms.CharField(label=gettext_lazy("Mewakili"), max_length=150, required=False, validators=[one_line])
    form_token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("form_token", uuid.uuid4())

    @property
    def seat(self) -> dict[str, Any]:
        """Arguments of `replace`, of a valid form."""
        cleaned = self.cleaned_data
        return {name: cleaned[name] for name in ("reason", "represents", "form_token", "position")}


class ReplaceByKnownForm(_Replaces):
    position = forms.CharField(
        label=gettext_lazy("Jabatan saat ini"), max_length=150, required=False, validators=[one_line]
    )

    @property
    def helper(self) -> FormHelper:
        return helper_of("reason", pair("position", "represents"), "form_token")


class ReplaceByNewForm(PersonFields, _Replaces):
    @property
    def helper(self) -> FormHelper:
        return helper_of(
            Fieldset(_("Siapa penggantinya"), *self.person_rows()),
            Fieldset(_("Penggantian"), "reason", "represents", "form_token"),
        )


class EditRegistrationForm(SeatFields):
    """What may change about a seat without changing who sits there."""

    position = forms.CharField(label=gettext_lazy("Jabatan"), max_length=150, required=False, validators=[one_line])

    def __init__(self, *args: Any, registration: Registration, allocation: Allocation, **options: Any) -> None:
        initial = {
            "mode": registration.mode,
            "segment": registration.segment_id,
            "position": registration.position,
            "represents": registration.represents,
        }
        workshop = registration.workshop
        super().__init__(*args, initial=initial, workshop=workshop, allocation=allocation, **options)
        del self.fields["form_token"]
        modes: Any = self.fields["mode"]
        if registration.mode not in dict(modes.choices):
            modes.choices = [*modes.choices, (registration.mode, MODES[registration.mode])]

    @property
    def facts(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "mode": cleaned["mode"],
            "segment": cleaned.get("segment"),
            "position": cleaned["position"],
            "represents": cleaned["represents"],
        }

    @property
    def helper(self) -> FormHelper:
        return helper_of("position", *self.seat_rows()[:-1])
