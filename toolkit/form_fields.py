"""Fields of forms that speak as the fields of a model do, and days within the years the portal knows."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db.models import Model
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from toolkit.one_line import one_line

FIRST_YEAR, LAST_YEAR = 1945, 2100


def fields_like(model: type[Model], *names: str) -> dict[str, forms.Field]:
    """Form fields with the labels, limits and choices of the model's; a text that is no text area stays one line (the
    model says so too, but only a ModelForm asks it)."""
    fields: dict[str, forms.Field] = fields_for_model(model, fields=names)
    for field in fields.values():
        if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.Textarea):
            field.validators.append(one_line)
    return fields


def keep_within(field: forms.Field, *limits: BaseValidator) -> None:
    """These limits instead of those the field came with, so that a number outside is told once."""
    kept = [one for one in field.validators if not isinstance(one, MinValueValidator | MaxValueValidator)]
    field.validators = [*kept, *limits]


class CalendarDayField(forms.DateField):
    """A day that exists, picked from a calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("Isi tanggal yang ada pada kalender, misalnya 24-09-2027.")}

    def validate(self, value: Any) -> None:
        super().validate(value)
        if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise ValidationError(_("Periksa tahunnya: tanggal harus antara tahun 1945 dan 2100."))


def bare_helper(*layout: Any) -> FormHelper:
    """A layout for a form whose tag and token stand in the page."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*layout)
    return helper
