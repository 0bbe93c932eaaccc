"""External organisations: one list that every officer keeps."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.actions.organizations import CannotMerge, merge_organizations, pointing_at, undo_merge
from partnerships.actions.texts import refresh_words_naming
from partnerships.admin.desk import KnownSelect, OfficerAdmin, officer, plain_term
from partnerships.changes import changes_of_organization
from partnerships.forms.agreement_rows import RowFormSet
from partnerships.forms.organizations import MergeForm, OrganizationForm
from partnerships.models import Agreement, AgreementParty, Organization, OrganizationAlias, OrganizationMerge
from partnerships.near_names import near_names
from toolkit.row_changes import Change
from units.access import Role


class AliasInline(admin.TabularInline[OrganizationAlias, Organization]):
    model = OrganizationAlias
    formset = RowFormSet
    fields = ["name"]
    extra = 1
    verbose_name = gettext_lazy("Nama lain")
    verbose_name_plural = gettext_lazy("Nama lain: singkatan lama, terjemahan, ejaan")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(Organization)
class OrganizationAdmin(OfficerAdmin):
    form = OrganizationForm
    inlines = [AliasInline]
    list_display = ["name", "short_name", "kind", "country_shown", "n_agreements"]
    list_filter = ["kind"]
    search_fields = ["name", "short_name"]
    search_help_text = gettext_lazy("Nama, singkatan, atau nama lain")
    ordering = ["name", "pk"]
    change_form_template = "partnerships/admin/organization_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        """Every officer keeps the one list of organisations; how many agreements counts only those one may see."""
        own = Agreement.objects.visible_to(request.user).values("pk")
        seen = Count("parties__agreement", filter=Q(parties__agreement__in=own), distinct=True)
        return Organization.objects.annotate(n_agreements=seen)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        rows: Any = queryset
        return rows.named(plain_term(search_term)), False

    def has_delete_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        return officer(request).role == Role.BUREAU_ADMIN

    @admin.display(description=gettext_lazy("Negara"), ordering="country")
    def country_shown(self, organization: Organization) -> str:
        return organization.country_shown

    @admin.display(description=gettext_lazy("Perjanjian"), ordering="n_agreements")
    def n_agreements(self, organization: Any) -> int:
        return int(organization.n_agreements)

    def changes(self, row: Organization) -> list[Change]:
        return changes_of_organization(row)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refresh_words_naming(form.instance, now=timezone.now())
        if "name" in form.changed_data:
            near = near_names(form.instance.name, but=form.instance.pk)
            if near:
                names = "; ".join(row.name for row in near)
                messages.warning(request, _("Nama ini mirip dengan yang sudah tercatat: %(names)s.") % {"names": names})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        kept = int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0
        merges = OrganizationMerge.objects.filter(kept=kept, undone_at=None).order_by("-merged_at", "-pk")
        extra = {"merges": merges.select_related("merged_by"), "may_merge": self.has_delete_permission(request)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **extra})

    # --- near names, merging

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("mirip/", guarded(self.near_view), name="partnerships_organization_near"),
            path("<int:pk>/gabung/", guarded(self.merge_view), name="partnerships_organization_merge"),
            path("gabungan/<int:pk>/batal/", guarded(self.undo_view), name="partnerships_organization_unmerge"),
            *super().get_urls(),
        ]

    def _only_those_who_merge(self, request: HttpRequest) -> None:
        if not self.has_delete_permission(request):
            raise PermissionDenied

    def near_view(self, request: HttpRequest) -> HttpResponse:
        """The warning that stands below the name while it is typed."""
        but = request.GET.get("kecuali", "")
        near = near_names(
            plain_term(request.GET.get("nama", "")), but=int(but) if but.isdecimal() and len(but) < 10 else None
        )
        address = "admin:partnerships_organization_change"
        return JsonResponse({"near": [{"name": row.name, "url": reverse(address, args=[row.pk])} for row in near]})

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Chooses the row that stays, shows what moves to it, then merges."""
        self._only_those_who_merge(request)
        gone = get_object_or_404(Organization, pk=pk)
        link: Any = AgreementParty._meta.get_field("organization")  # noqa: SLF001 -- Django's documented Model._meta
        widget = KnownSelect(link, self.admin_site)
        form = MergeForm(request.POST or request.GET or None, gone=gone, widget=widget)
        into: Organization | None = form.cleaned_data["into"] if form.is_valid() else None
        # Only what the page has shown is merged: another choice is shown first.
        if request.method == "POST" and into is not None and request.POST.get("confirmed") == str(into.pk):
            try:
                merge_organizations(gone, into=into, by=officer(request), now=timezone.now())
            except CannotMerge as refusal:
                form.add_error("into", str(refusal))
            else:
                messages.success(request, _("%(gone)s digabung ke %(into)s.") % {"gone": gone.name, "into": into.name})
                return redirect("admin:partnerships_organization_change", into.pk)
        moved = [
            (model._meta.verbose_name_plural, len(keys))  # noqa: SLF001 -- Django's documented Model._meta
            for model, _field, keys in (pointing_at(gone) if into else [])
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Gabungkan instansi"),
            "opts": self.opts,
            "original": gone,
            "form": form,
            "into": into,
            "moved": moved,
            "near": near_names(gone.name, but=gone.pk),
        }
        return TemplateResponse(request, "partnerships/admin/merge.html", context)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._only_those_who_merge(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        merge = get_object_or_404(OrganizationMerge.objects.select_related("kept"), pk=pk)
        try:
            back = undo_merge(merge, by=officer(request), now=timezone.now())
        except CannotMerge as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:partnerships_organization_change", merge.kept_id)
        messages.success(request, _("Penggabungan dibatalkan; %(name)s kembali seperti semula.") % {"name": back.name})
        return redirect("admin:partnerships_organization_change", back.pk)
