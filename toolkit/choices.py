"""Labels of choices for long lists. Django's own `get_x_display` translates and hashes every choice of the field on
each call, which costs a 50-row page more than its queries; these look up the one that is asked for."""

from collections.abc import Callable
from typing import Any

from django.db.models import TextChoices


def label_of(name: str, choices: type[TextChoices]) -> Callable[[Any], str]:
    """A `get_<name>_display` for a model: the label of the field's value, or the value itself when it is unknown."""
    labels = {choice.value: choice for choice in choices}

    def label(row: Any) -> str:
        value = getattr(row, name)
        choice = labels.get(value)
        return str(choice.label) if choice is not None else str(value or "")

    return label
