"""What an action about agreements says when it will not do a thing."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refusal(Exception):
    """Parent of the named exceptions. `sentence` is for people; `field` names the form field, if any."""

    sentence: "str | _StrPromise" = _("Permintaan ini tidak dapat dijalankan.")
    field: str | None = None

    def __str__(self) -> str:
        return str(self.sentence)
