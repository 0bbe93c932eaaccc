"""Sheets and archives at the desk: an old list comes in by two steps, everything leaves as one archive."""

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs.actions import start_job
from jobs.models import Job
from partnerships.actions.old_lists import import_old_list
from partnerships.admin.desk import officer
from partnerships.long_work import ARCHIVE, IMPORT
from partnerships.models import AgreementKind
from partnerships.spreadsheets.old_list_columns import old_list_columns, write_template
from partnerships.spreadsheets.old_lists import OldList, read_old_list
from partnerships.spreadsheets.wrong_rows import wrong_columns, wrong_rows
from toolkit.xlsx import SheetIsRefused, drop_upload, keep_upload, kept_name, kept_upload, sheet_response
from units.access import Role
from units.forms.sheets import SheetForm
from units.login import lately_signed_in

SHOWN = 300
# So many rows are recorded while the person waits; more are a job.
AT_ONCE = 200
ORDER = {"wrong": 0, "new": 1, "same": 2}


class SheetPages(admin.ModelAdmin[Any]):
    """The pages beside the list of agreements; mixed into its admin class."""

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "impor/": (self.import_view, "import"),
            "impor/templat/": (self.import_template_view, "import_template"),
            "impor/pratinjau/": (self.import_preview_view, "import_preview"),
            "impor/salah/": (self.import_problems_view, "import_problems"),
            "arsip/": (self.archive_view, "archive"),
        }
        own = [
            path(route, self.admin_site.admin_view(view), name=f"partnerships_agreement_{name}")
            for route, (view, name) in pages.items()
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_archive = officer(request).role == Role.BUREAU_ADMIN
        return super().changelist_view(request, {"may_archive": may_archive, **(extra_context or {})})

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"partnerships/admin/{template}.html", {**frame, **context})

    # --- an old list comes in

    def import_template_view(self, request: HttpRequest) -> FileResponse:
        return write_template()

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Takes the file; what is in it is shown on the next page, nothing is recorded yet."""
        by = officer(request)
        form = SheetForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                read_old_list(form.cleaned_data["file"], user=by, today=timezone.localdate())
            except SheetIsRefused as refusal:
                form.add_error("file", str(refusal))
            else:
                token = keep_upload(form.cleaned_data["file"], user_id=by.pk, now=timezone.now())
                return redirect(_with(token, "import_preview"))
        columns = old_list_columns(AgreementKind.objects.order_by("position", "name"))
        return self._page(request, "import", title=_("Impor daftar lama"), form=form, columns=columns)

    def import_preview_view(self, request: HttpRequest) -> HttpResponse:
        """GET shows each row's fate; POST records the right ones, and the wrong ones stay to be fetched."""
        by, token = officer(request), request.GET.get("berkas", "")
        try:
            with kept_upload(token, user_id=by.pk) as file:
                name = file.name or ""
                old_list = read_old_list(file, user=by, today=timezone.localdate())
        except SheetIsRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:partnerships_agreement_import")
        if request.method == "POST":
            return self._recorded(request, old_list, token)
        return self._page(request, "import_preview", title=_("Pratinjau impor"), **_preview(old_list, name, token))

    def _recorded(self, request: HttpRequest, old_list: OldList, token: str) -> HttpResponse:
        by, now = officer(request), timezone.now()
        if len(old_list.ready) > AT_ONCE:
            kept = kept_name(token, user_id=by.pk)
            job = start_job(IMPORT, by=by, now=now, total=len(old_list.ready), kept=kept)
            return redirect("job_detail", pk=job.pk)
        done = import_old_list(old_list.ready, by=by, now=now)
        facts = {"n": done.n_agreements, "partners": done.n_partners}
        messages.success(
            request,
            ngettext(
                "%(n)d perjanjian dan %(partners)d mitra baru dicatat.",
                "%(n)d perjanjian dan %(partners)d mitra baru dicatat.",
                done.n_agreements,
            )
            % facts,
        )
        if old_list.wrong:
            return redirect(_with(token, "import_preview"))
        drop_upload(token, user_id=by.pk)
        return redirect("admin:partnerships_agreement_changelist")

    def import_problems_view(self, request: HttpRequest) -> HttpResponseBase:
        """The wrong rows as they came, each with what is wrong, to be corrected and imported again."""
        by, token = officer(request), request.GET.get("berkas", "")
        try:
            with kept_upload(token, user_id=by.pk) as file:
                old_list = read_old_list(file, user=by, today=timezone.localdate())
        except SheetIsRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:partnerships_agreement_import")
        columns = wrong_columns(old_list)
        rows = wrong_rows(old_list, columns)
        return sheet_response("baris-salah.xlsx", title=_("Baris yang salah"), columns=columns, rows=rows)

    # --- everything leaves

    def archive_view(self, request: HttpRequest) -> HttpResponseBase:
        return lately_signed_in(self._archive)(request)

    def _archive(self, request: HttpRequest) -> HttpResponse:
        by = officer(request)
        if request.method == "POST":
            job = start_job(ARCHIVE, by=by, now=timezone.now())
            return redirect("job_detail", pk=job.pk)
        latest = Job.objects.visible_to(by).filter(kind=ARCHIVE).order_by("-pk").first()
        return self._page(request, "archive", title=_("Ekspor semua"), latest=latest)


def _with(token: str, page: str) -> str:
    return f"{reverse(f'admin:partnerships_agreement_{page}')}?{urlencode({'berkas': token})}"


def _preview(old_list: OldList, name: str, token: str) -> dict[str, Any]:
    counts = Counter(row.status for row in old_list.rows)
    rows = sorted(old_list.rows, key=lambda row: (ORDER[row.status], row.number))
    return {
        "name": name,
        "rows": rows[:SHOWN],
        "n_rows": len(rows),
        "n_hidden": max(0, len(rows) - SHOWN),
        "n_new": counts["new"],
        "n_same": counts["same"],
        "n_wrong": counts["wrong"],
        "is_long": counts["new"] > AT_ONCE,
        "unknown": old_list.unknown,
        "n_partners": len(old_list.new_partners),
        "near_partners": [(name, ", ".join(near)) for name, near in old_list.new_partners.items() if near][:20],
        "problems_url": _with(token, "import_problems"),
    }
