"""`{% rows "workshops/rows/workshops.jinja" rows=rows %}` and `{% field_parts field shape %}`: doors from Django's
templates to those that Jinja draws (toolkit/drawing.py)."""

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.utils.safestring import SafeString

from toolkit.drawing import drawn

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
    return drawn(name, facts)


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
    facts = {"field": field, "shape": shape, "wrapper_class": wrapper_class, "control": control}
    return drawn("components/field.jinja", facts)
