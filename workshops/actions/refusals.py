"""What an action says when it will not do a thing: one sentence for the person, and the field it is about."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refusal(Exception):
    """Parent of the named exceptions of this app. `sentence` is for people; `field` names the form field, if any."""

    sentence: "str | _StrPromise" = _("Permintaan ini tidak dapat dijalankan.")
    field: str | None = None

    def __str__(self) -> str:
        return str(self.sentence)


class ChangedMeanwhile(Refusal):
    sentence = _(
        "Data ini baru saja diubah orang lain. Perubahan Anda belum disimpan; isian Anda tetap di bawah. "
        "Buka halaman ini sekali lagi untuk melihat data terbaru, lalu ulangi perubahan Anda."
    )
