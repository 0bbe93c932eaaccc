"""Labels of choices for long lists. Django's own `get_x_display` translates and hashes every choice of the field on
each call, which costs a 50-row page more than its queries; these translate each choice once for each language."""

from collections.abc import Callable
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import get_language


def label_of(name: str, choices: type[TextChoices]) -> Callable[[Any], str]:
    """A `get_<name>_display` for a model: the label of the field's value, or the value itself when it is unknown."""
    labels: dict[str | None, dict[str, str]] = {}

    def label(row: Any) -> str:
        language = get_language()
        if language not in labels:
            labels[language] = {choice.value: str(choice.label) for choice in choices}
        value = getattr(row, name)
        return labels[language].get(value) or str(value or "")

    return label
