"""What a person may type about a unit. Which facts, the role says: structure belongs to the bureau and the Kanwil."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from toolkit.one_line import one_line
from toolkit.phones import e164
from units.access import EDITS_ALL, Role
from units.forms.picker import UnitChoiceField
from units.models import Level, Unit, User
from units.places import place_problem

OFFICE_FACTS = ["address", "phone", "email", "website", "letterhead"]
SITE_FACTS = ["kind", "unit_class", "province", "city", "tz", "letter_prefix"]
BUREAU_FACTS = ["level", "valid_from", "iso_codes", "kemendagri_codes", "tile_row", "tile_col"]


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def helper_of(*rows: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*rows)
    return helper


def pair(left: str, right: str) -> Row:
    return Row(Column(left, css_class="col-md-6"), Column(right, css_class="col-md-6"))


def clean_phone(text: str) -> str:
    """E.164, or the sentence that says why not."""
    try:
        return e164(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class OfficeForm(forms.ModelForm[Unit]):
    """The facts of a unit that `by` may change: an operator the address, a Kanwil also the site, the bureau all."""

    other_names = forms.CharField(
        label=_("Nama lain"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ejaan lain yang dipakai dalam daftar, satu per baris. Impor mengenali unit dari semua ejaannya."),
    )

    class Meta:
        model = Unit
        fields = [*BUREAU_FACTS, *SITE_FACTS, *OFFICE_FACTS]
        widgets = {
            "letterhead": forms.Textarea(attrs={"rows": 4}),
            "valid_from": day_input(),
            "phone": forms.TextInput(attrs={"inputmode": "tel"}),
        }

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        if by.role not in EDITS_ALL:
            for name in BUREAU_FACTS:
                self.fields.pop(name)
        if by.role == Role.UNIT_OPERATOR:
            for name in (*SITE_FACTS, "other_names"):
                self.fields.pop(name)
        elif self.instance.pk:
            spelled = self.instance.aliases.order_by("name", "pk").values_list("name", flat=True)
            self.fields["other_names"].initial = "\n".join(spelled)

    def clean_other_names(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["other_names"].splitlines() if line.strip()]
        for name in names:
            one_line(name)
            if len(name) > 200:
                raise ValidationError(_("Nama lain paling banyak 200 karakter."))
        return names

    def clean_letterhead(self) -> str:
        lines = [line.strip() for line in self.cleaned_data["letterhead"].splitlines()]
        for line in lines:
            one_line(line)
        return "\n".join(lines).strip()

    def clean_phone(self) -> str:
        """An office number is kept as people write it: `(021) 555-0101 pes. 12` is right too."""
        phone: str = self.cleaned_data["phone"]
        if phone and not any(character.isdigit() for character in phone):
            raise ValidationError(_("Tulis nomor telepon, misalnya (021) 555-0101."))
        return phone

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if (cleaned.get("tile_row") is None) != (cleaned.get("tile_col") is None):
            self.add_error("tile_col", _("Isi baris dan kolom peta petak, atau kosongkan keduanya."))
        level = cleaned.get("level") or ""
        is_changed = self.instance.pk and level and level != self.initial["level"]
        if is_changed and (problem := place_problem(level, self.instance.parent)):
            self.add_error("level", problem)
        return cleaned

    @property
    def helper(self) -> FormHelper:
        rows: list[Any] = []
        if "level" in self.fields:
            rows += [Fieldset(_("Kedudukan"), *self.top_rows(), pair("level", "valid_from"))]
        elif self.top_rows():
            rows += [Fieldset(_("Kedudukan"), *self.top_rows())]
        if "kind" in self.fields:
            site = [pair("kind", "unit_class"), pair("province", "city"), pair("tz", "letter_prefix"), "other_names"]
            rows += [Fieldset(_("Unit dan lokasinya"), *site)]
        rows += [Fieldset(_("Kantor"), "address", pair("phone", "email"), "website", "letterhead")]
        if "level" in self.fields:
            codes = [pair("iso_codes", "kemendagri_codes"), pair("tile_row", "tile_col")]
            rows += [Fieldset(_("Kode dan peta petak"), *codes)]
        return helper_of(*rows)

    def top_rows(self) -> list[Any]:
        return []


class NewOfficeForm(OfficeForm):
    """A unit that does not exist yet, below a unit that `by` may edit."""

    official_name = forms.CharField(label=_("Nama resmi"), max_length=200, validators=[one_line])
    short_name = forms.CharField(label=_("Nama singkat"), max_length=100, validators=[one_line])
    parent = UnitChoiceField(
        label=_("Induk"), scope="own", help_text=_("Unit tempat satuan kerja ini berada dalam susunan organisasi.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        parent: Any = self.fields["parent"]
        parent.queryset = Unit.objects.editable_by(self.by).filter(valid_until=None)
        parent.required = self.by.role not in EDITS_ALL
        parent.widget.is_required = parent.required
        self.order_fields(["official_name", "short_name", "parent", "level"])

    def top_rows(self) -> list[Any]:
        return [pair("official_name", "short_name"), "parent"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        level = cleaned.get("level") if "level" in self.fields else Level.TECHNICAL_UNIT
        if level and "parent" in cleaned and (problem := place_problem(level, cleaned["parent"])):
            self.add_error("parent", problem)
        return cleaned

    def facts(self) -> dict[str, Any]:
        """For create_unit; a Kanwil makes technical units only."""
        facts = {"level": Level.TECHNICAL_UNIT} | self.cleaned_data
        facts["aliases"] = facts.pop("other_names")
        return facts


class RenameForm(forms.Form):
    official_name = forms.CharField(label=_("Nama resmi baru"), max_length=200, validators=[one_line])
    short_name = forms.CharField(label=_("Nama singkat baru"), max_length=100, validators=[one_line])
    from_day = forms.DateField(
        label=_("Dipakai sejak"),
        widget=day_input(),
        help_text=_("Dokumen sebelum hari ini tetap memakai nama lama."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        names = (cleaned.get("official_name"), cleaned.get("short_name"))
        if names == (self.initial["official_name"], self.initial["short_name"]):
            self.add_error("official_name", _("Nama ini sama dengan yang sekarang."))
        return cleaned

    @property
    def helper(self) -> FormHelper:
        return helper_of("official_name", "short_name", "from_day")


class CloseForm(forms.Form):
    last_day = forms.DateField(label=_("Hari terakhir"), widget=day_input())
    successor = UnitChoiceField(
        label=_("Unit pengganti"),
        required=False,
        scope="own",
        help_text=_("Kosongkan bila unit ditutup tanpa pengganti."),
    )
    moves_accounts = forms.BooleanField(
        label=_("Pindahkan akun ke unit pengganti"),
        required=False,
        initial=True,
        help_text=_("Unit di bawahnya, narahubung aktif, dan keanggotaan kelompok selalu diteruskan ke pengganti."),
    )

    def __init__(self, *args: Any, unit: Unit, by: User, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        successor: Any = self.fields["successor"]
        successor.queryset = Unit.objects.editable_by(by).filter(valid_until=None).exclude(pk=unit.pk)
        self.fields["last_day"].initial = today

    @property
    def helper(self) -> FormHelper:
        return helper_of("last_day", "successor", "moves_accounts")


class MoveForm(forms.Form):
    parent = UnitChoiceField(label=_("Induk baru"), scope="own", help_text=_("Semua unit di bawahnya ikut pindah."))

    def __init__(self, *args: Any, unit: Unit, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        parent: Any = self.fields["parent"]
        below = Unit.objects.under(unit).values("pk")
        parent.queryset = Unit.objects.editable_by(by).filter(valid_until=None).exclude(pk__in=below)
        self.unit = unit

    def clean_parent(self) -> Unit:
        parent: Unit = self.cleaned_data["parent"]
        if problem := place_problem(self.unit.level, parent):
            raise ValidationError(problem)
        return parent

    @property
    def helper(self) -> FormHelper:
        return helper_of("parent")
