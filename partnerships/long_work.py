"""The long work of this app, for the jobs that do it."""

from typing import IO, Any

from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.actions.working import Work, WorkFails
from jobs.registry import Kind, Outcome, register_kind
from partnerships.actions.old_lists import import_old_list
from partnerships.archive import write_archive
from partnerships.spreadsheets.old_lists import read_old_list
from partnerships.spreadsheets.wrong_rows import wrong_columns, wrong_rows
from toolkit.xlsx import SheetIsRefused, write_sheet
from units.access import Role

ARCHIVE, IMPORT = "partnerships.archive", "partnerships.import"


def make_archive(work: Work) -> Outcome:
    path = work.folder / "arsip.zip"
    manifest = write_archive(path, now=work.now, progress=work.progress)
    facts = {"rows": manifest.n_rows, "files": len(manifest.files), "missing": len(manifest.missing)}
    summary = _("%(rows)d baris data dan %(files)d berkas, masing-masing dengan SHA-256.") % facts
    if manifest.missing:
        summary += " " + _("%(missing)d berkas tidak ditemukan di penyimpanan; namanya ada di manifest.json.") % facts
    return Outcome(summary=summary, file=path, filename=f"arsip-kerja-sama-{work.now.date().isoformat()}.zip")


def import_kept_list(work: Work) -> Outcome:
    """Records the right rows of an uploaded list; the wrong ones are the result, to be corrected and imported again."""
    owner = work.job.owner
    today = timezone.localdate(work.now)
    try:
        file: IO[bytes] = default_storage.open(work.parameters["kept"])
    except FileNotFoundError as gone:
        raise WorkFails(_("Berkas yang diunggah tidak ada lagi. Unggah sekali lagi.")) from gone
    with file:
        try:
            old_list = read_old_list(file, user=owner, today=today)
        except SheetIsRefused as refusal:
            raise WorkFails(str(refusal)) from refusal
    done = import_old_list(old_list.ready, by=owner, now=work.now, progress=work.progress)
    n_same = len(old_list.rows) - len(old_list.ready) - len(old_list.wrong)
    facts = {"n": done.n_agreements, "partners": done.n_partners, "same": n_same, "wrong": len(old_list.wrong)}
    summary = (
        _("%(n)d perjanjian dan %(partners)d mitra baru dicatat; %(same)d sudah tercatat, %(wrong)d baris salah.")
        % facts
    )
    if not old_list.wrong:
        return Outcome(summary=summary)
    path = work.folder / "baris-salah.xlsx"
    columns = wrong_columns(old_list)
    with path.open("wb") as target:
        write_sheet(target, title=_("Baris yang salah"), columns=columns, rows=wrong_rows(old_list, columns))
    return Outcome(summary=summary, file=path, filename=path.name)


def keeps_agreements(user: Any) -> bool:
    return bool(user.is_staff)


def register() -> None:
    register_kind(
        Kind(
            name=IMPORT,
            label=gettext_lazy("Impor daftar lama"),
            run=import_kept_list,
            allows=keeps_agreements,
            back=lambda job: reverse("admin:partnerships_agreement_changelist"),
        )
    )
    register_kind(
        Kind(
            name=ARCHIVE,
            label=gettext_lazy("Arsip seluruh kerja sama"),
            run=make_archive,
            allows=lambda user: user.role == Role.BUREAU_ADMIN,
            back=lambda job: reverse("admin:partnerships_agreement_archive"),
            result_days=3,
            is_sensitive=True,
        )
    )
