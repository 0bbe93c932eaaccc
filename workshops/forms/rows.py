"""Rows of a form that may stay empty: a row is empty or whole, and nothing typed is lost."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

INCOMPLETE = _("Lengkapi baris ini, atau kosongkan seluruhnya.")


class RowForm(forms.Form):
    """`needed` must be filled as soon as anything of `typed` is; what has a value of its own (a choice, a tick) does
    not make a row."""

    needed: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.make_fields()
        for name in self.needed:
            self.fields[name].required = False

    def make_fields(self) -> None:
        """Adds fields that are like a model's."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if any(cleaned.get(name) not in (None, "") or name in self.errors for name in self.typed):
            for name in self.needed:
                if cleaned.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, INCOMPLETE)
        return cleaned

    @property
    def is_empty(self) -> bool:
        return all(self.cleaned_data.get(name) in (None, "") for name in self.typed)


class BaseRowFormSet(forms.BaseFormSet[Any]):
    def filled(self) -> list[Any]:
        """The rows that are filled in and not struck out, in their order."""
        return [
            form
            for form in self.forms
            if hasattr(form, "cleaned_data") and not form.is_empty and form not in self.deleted_forms
        ]


def row_formset(form: type[RowForm], *, formset: type[BaseRowFormSet] = BaseRowFormSet, extra: int, most: int) -> Any:
    return forms.formset_factory(
        form,
        formset=formset,
        extra=extra,
        max_num=most,
        validate_max=True,
        absolute_max=most + 10,
        can_delete=True,
        can_delete_extra=False,
    )
