"""The copy for the public, the boxes drawn on it, and why a publication is withdrawn."""

import json
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.documents.public_copies import MAX_BOXES, Box
from partnerships.forms.submissions import CopyForm, RefusingForm, helper_of


class PublicCopyForm(CopyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("Salinan untuk publik (PDF)")
        self.fields["file"].help_text = _(
            "Naskah yang NIP, telepon, dan gambar tanda tangannya sudah ditutup. Keterangan pembuatnya dihapus."
        )

    @property
    def helper(self) -> FormHelper:
        return helper_of("file", "kept")


class WithdrawalForm(RefusingForm):
    reason = forms.CharField(
        max_length=1_000,
        label=gettext_lazy("Alasan ditarik"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Satker dan Kanwil membaca alasan ini."),
    )


class RedactionForm(RefusingForm):
    """Boxes as the page sends them: a list of `{page, x, y, width, height}`, parts of the page from 0 to 1."""

    boxes = forms.CharField(required=False, max_length=100_000, widget=forms.HiddenInput)
    nothing_to_hide = forms.BooleanField(
        required=False, label=gettext_lazy("Tidak ada yang perlu ditutup pada naskah ini")
    )

    def __init__(self, *args: Any, n_pages: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.n_pages = n_pages

    def clean_boxes(self) -> list[Box]:
        try:
            boxes = [self._box(row) for row in json.loads(self.cleaned_data["boxes"] or "[]")]
        except (ArithmeticError, ValueError, TypeError, KeyError, RecursionError) as fault:
            raise ValidationError(_("Kotak penutup tidak terbaca. Muat ulang halaman, lalu gambar lagi.")) from fault
        if len(boxes) > MAX_BOXES:
            raise ValidationError(_("Paling banyak %(n)d kotak dalam satu naskah.") % {"n": MAX_BOXES})
        return boxes

    def _box(self, row: Any) -> Box:
        page = row["page"]
        x, y, width, height = (float(row[name]) for name in ("x", "y", "width", "height"))
        is_inside = all(0 <= value <= 1 for value in (x, y)) and all(0 < value <= 1 for value in (width, height))
        if type(page) is not int or not 1 <= page <= self.n_pages or not is_inside:
            raise ValueError
        return Box(page, x, y, width, height)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "boxes" not in self.errors and not cleaned.get("boxes") and not cleaned.get("nothing_to_hide"):
            self.add_error(
                None, _("Belum ada kotak. Gambar kotak di atas data yang ditutup, atau centang bahwa tidak ada.")
            )
        return cleaned
