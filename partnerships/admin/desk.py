"""What both desks of the officers share.

Who comes in is said by `is_staff` (bureau admins and agreement officers), which rows by `editable_by`: what an officer
may not change is not shown here at all and answers 404 when guessed."""

from collections.abc import Sequence
from typing import Any, NoReturn

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget, AutocompleteSelect
from django.db.models import DateField
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from partnerships.models import Agreement
from toolkit.row_changes import Change
from toolkit.written_days import WrittenDayField
from units.models import Unit, User


def officer(request: HttpRequest) -> User:
    """The person at the desk; the admin site lets nobody else in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def corrects(request: HttpRequest) -> bool:
    """Whether a typing error in a verified text is being put right: asked for by the address or by the form itself."""
    return "koreksi" in request.GET or "correction_reason" in request.POST


def may_write(request: HttpRequest, agreement: Agreement | None) -> bool:
    """A verified text is amended, not edited; only a correction with its reason writes into it."""
    return agreement is None or not agreement.is_settled or corrects(request)


# Officers type days off the page before them, as it writes them.
WRITTEN_DAYS: Any = {DateField: {"form_class": WrittenDayField, "widget": AdminDateWidget}}


class OfficerAdmin(admin.ModelAdmin[Any]):
    """What both desks share: open to everybody the admin site lets in, foreign rows are 404, history in words."""

    formfield_overrides = WRITTEN_DAYS
    actions: Any = None
    save_on_top = False
    list_per_page = 50
    show_full_result_count = False
    change_form_template = "partnerships/admin/change_form.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> NoReturn:
        raise Http404

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The address names the filters of the desk and no other field: a lookup made up by hand could make the
        database stumble over its value. Anything else answers 400."""
        names = (
            f"{one}__exact" if isinstance(one, str) else getattr(one, "parameter_name", None)
            for one in self.list_filter
        )
        return lookup in set(names)

    def changes(self, row: Any) -> list[Change]:
        raise NotImplementedError

    def changes_for(self, request: HttpRequest, row: Any) -> list[Change]:
        """What this person may read of `changes`."""
        return self.changes(row)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Riwayat"),
            "opts": self.opts,
            "original": row,
            "changes": self.changes_for(request, row),
        }
        return TemplateResponse(request, "partnerships/admin/history.html", context)


def plain_term(text: str) -> str:
    """What somebody searches for, fit for any database: at most 100 characters, none of them NUL."""
    return " ".join(text.replace("\0", " ").split())[:100]


class KnownSelect(AutocompleteSelect):
    """An autocomplete that shows a choice already at hand without asking the database again, and forgets what cannot
    be the number of a row, which Django's own would stumble over."""

    known: dict[str, str]

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> list[Any]:
        known = getattr(self, "known", {})
        chosen = [str(choice) for choice in value if str(choice).isdecimal() and len(str(choice)) < 19]
        if not chosen or set(chosen) - set(known):
            return super().optgroups(name, chosen or [""], attr)
        blank = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options = [self.create_option(name, key, known[key], True, place) for place, key in enumerate(chosen)]
        return [(None, blank + options, 0)]


def know(field: Any, row: Any) -> None:
    """Gives the autocomplete of `field` the name of a row that is at hand."""
    widget = getattr(field.widget, "widget", field.widget)
    if row is not None and isinstance(widget, KnownSelect):
        widget.known = {str(row.pk): str(row)}


def with_few_links(field: Any) -> Any:
    """An organisation that is missing may be added on the way; units have no page in the panel at all."""
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        for link in ("can_change_related", "can_delete_related", "can_view_related"):
            setattr(field.widget, link, False)
        if field.queryset.model is Unit:
            field.widget.can_add_related = False
    return field
