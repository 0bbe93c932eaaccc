"""`{% rows "workshops/rows/workshops.jinja" rows=rows %}`, `{% field_parts field shape %}`, `{% form_fields form %}`:
doors from Django's templates to those that Jinja draws (toolkit/drawing.py)."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Column, Div, Field, Fieldset, Row
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from toolkit.drawing import drawn, part

register = template.Library()

# A box of several answers is a box too, so it comes first.
SHAPES: dict[str, tuple[type, ...]] = {
    "choices": (CheckboxSelectMultiple, RadioSelect),
    "checkbox": (CheckboxInput,),
    "file": (FileInput,),
    "select": (Select,),
}


@register.simple_tag
def rows(name: str, **facts: Any) -> SafeString:
    return drawn(name, facts | {"field": one_field})


@register.filter
def shape_of(field: BoundField) -> str:
    """How a field is laid out: hidden, choices (radio buttons or boxes), checkbox, file, select or input."""
    if field.is_hidden:
        return "hidden"
    widget = field.field.widget
    return next((shape for shape, kinds in SHAPES.items() if isinstance(widget, kinds)), "input")


def control(field: BoundField, css_class: str) -> SafeString:
    """The field's widget in Bootstrap's classes, beside those of its own."""
    own = field.field.widget.attrs.get("class", "")
    classes = [own, css_class, "is-invalid" if field.errors else ""]
    return field.as_widget(attrs={"class": " ".join(name for name in classes if name)})


@register.simple_tag
def field_parts(field: BoundField, shape: str, wrapper_class: str = "") -> SafeString:
    """A field with label, help and errors."""
    return part("components/field.jinja")(field, shape, wrapper_class, control)


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """What `{% crispy form %}` draws of a form without a tag of its own, at half the cost: the package takes two of
    Django's templates for each field and one for each row, and compiles each legend anew."""
    layout: Any = form.helper.layout  # type: ignore[attr-defined]  # crispy's forms have one
    return _pieces(layout.fields, form)


def one_field(field: BoundField, wrapper_class: str = "") -> SafeString:
    shape = shape_of(field)
    if shape == "hidden":
        return field.as_widget()
    if shape in {"choices", "file"}:
        return SafeString(as_crispy_field(field))
    return field_parts(field, shape, wrapper_class)


def _pieces(pieces: Iterable[Any], form: BaseForm) -> SafeString:
    return mark_safe("".join(_piece(piece, form) for piece in pieces))  # noqa: S308 -- each is escaped


def _piece(piece: Any, form: BaseForm) -> SafeString:
    if isinstance(piece, str):
        return one_field(form[piece])
    if isinstance(piece, Field):
        for name in piece.fields:
            form.fields[name].widget.attrs.update(piece.attrs)
        return mark_safe("".join(one_field(form[name], piece.wrapper_class or "") for name in piece.fields))  # noqa: S308
    if not isinstance(piece, Fieldset | Row | Column | Div):
        raise TypeError(f"form_fields does not draw {type(piece).__name__}.")
    inner = _pieces(piece.fields, form)
    if isinstance(piece, Fieldset):
        return format_html("<fieldset><legend>{}</legend>{}</fieldset>", piece.legend, inner)
    css_class = f"{'row' if isinstance(piece, Row) else ''} {piece.css_class or ''}".strip()
    return (
        format_html('<div class="{}">{}</div>', css_class, inner) if css_class else format_html("<div>{}</div>", inner)
    )
