"""The long work of this app, for the jobs that do it."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.actions.working import Work
from jobs.registry import Kind, Outcome, register_kind
from partnerships.archive import write_archive
from units.access import Role

ARCHIVE = "partnerships.archive"


def make_archive(work: Work) -> Outcome:
    path = work.folder / "arsip.zip"
    manifest = write_archive(path, now=work.now, progress=work.progress)
    facts = {"rows": manifest.n_rows, "files": len(manifest.files), "missing": len(manifest.missing)}
    summary = _("%(rows)d baris data dan %(files)d berkas, masing-masing dengan SHA-256.") % facts
    if manifest.missing:
        summary += " " + _("%(missing)d berkas tidak ditemukan di penyimpanan; namanya ada di manifest.json.") % facts
    return Outcome(summary=summary, file=path, filename=f"arsip-kerja-sama-{work.now.date().isoformat()}.zip")


def register() -> None:
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
