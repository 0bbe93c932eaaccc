"""A good file of a form that comes back wrong is kept for the next try: no browser sends it by itself."""

from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.utils.html import escape
from django.utils.translation import gettext as _

from toolkit.xlsx import keep_upload, kept_upload


def keep_file(form: Any, *, user_id: int, now: datetime, suffix: str = ".bukti") -> None:
    """Of a form with the fields `file` and `kept`."""
    file = form.cleaned_data.get("file") if form.is_bound else None
    if not file:
        if form.data.get(form.add_prefix("kept")):
            form["file"].help_text = _("Berkas yang tadi dipilih tetap tersimpan; tidak perlu dipilih lagi.")
        return
    data = form.data.copy()
    data[form.add_prefix("kept")] = keep_upload(file, user_id=user_id, now=now, suffix=suffix)
    form.data = data
    form["file"].help_text = _("%(name)s tetap tersimpan; tidak perlu dipilih lagi.") % {"name": escape(file.name)}


def kept_file(form: Any, *, user_id: int) -> tuple["File[Any] | None", str]:
    """The file of this form, else the one that was kept when the form came back, with its token. Raises SheetIsRefused
    where that one is gone."""
    if form.cleaned_data["file"]:
        return form.cleaned_data["file"], ""
    token = form.cleaned_data["kept"]
    return (kept_upload(token, user_id=user_id), token) if token else (None, "")
