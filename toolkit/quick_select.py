"""A <select> written straight out: Django's own renders a template for each option, which a filter with forty of them
pays on every list page."""

from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class QuickSelect(forms.Select):
    """Shows what forms.Select shows, without groups of options."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        chosen = {str(one) for one in self.format_value(value)}
        attrs = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        lines = []
        for choice, label in self.choices:
            key = "" if choice is None else str(choice)
            lines.append((key, " selected" if key in chosen else "", label))
        return format_html(
            "<select{}>{}</select>", flatatt(attrs), format_html_join("", '<option value="{}"{}>{}</option>', lines)
        )
