"""Saving an agreement from its form: nothing in doubt is saved unseen, nothing typed is lost.

The form is saved within a transaction and then read as everybody would find it. What is in doubt and was not so before
undoes the transaction, and the form comes back with it; pressing "save with these notes" saves. Terms of a chain that
share a day are not saved at all."""

import hashlib
from functools import partial
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from partnerships.actions.files import discard_file, record_file
from partnerships.actions.records import keep_focal_points, keep_tags, level_of
from partnerships.actions.texts import refresh_words
from partnerships.admin.desk import corrects, officer
from partnerships.changes import changes_of_agreement
from partnerships.doubts import Doubt, doubts, overlaps
from partnerships.forms.agreement_files import FileForm
from partnerships.models import Agreement, AgreementFile, AgreementParty
from toolkit.kept_files import keep_file
from toolkit.row_changes import Change
from toolkit.xlsx import drop_upload
from units.models import User


class HeldBack(Exception):
    """What undoes a save. With `may_confirm` the person may save all the same."""

    def __init__(self, found: list[Doubt], *, may_confirm: bool) -> None:
        super().__init__(found)
        self.found, self.may_confirm = found, may_confirm

    @property
    def mark(self) -> str:
        """Stands in the button: it confirms what was shown and nothing else."""
        return hashlib.sha256("\n".join(doubt.sentence for doubt in self.found).encode()).hexdigest()[:20]


def held_back(request: HttpRequest) -> HeldBack | None:
    return getattr(request, "held_back", None)


class CarefulSaving(admin.ModelAdmin[Any]):
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with transaction.atomic():
                if object_id and object_id.isdecimal() and len(object_id) < 19:
                    Agreement.objects.select_for_update().filter(pk=int(object_id)).first()
                return super().changeform_view(request, object_id, form_url, extra_context)
        except HeldBack as held:
            vars(request)["held_back"] = held
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.is_correction = obj is not None and obj.is_settled and corrects(request)
        held = held_back(request)
        form.held = held.found if held else ()
        return form

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """A good file is kept for the next try, and what somebody else saved meanwhile stands above the form."""
        context |= {"corrects": corrects(request), "held": held_back(request), "newer": []}
        if request.method == "POST":
            by, now = officer(request), timezone.now()
            for inline in context["inline_admin_formsets"]:
                for form in inline.formset.forms:
                    if isinstance(form, FileForm) and not form.errors:
                        keep_file(form, user_id=by.pk, now=now, suffix=".pdf")
            since = context["adminform"].form.overtaken_since
            if since is not None:
                context["newer"] = _newer(context["original"], since, by)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Agreement, form: Any, change: bool) -> None:
        known = Agreement.objects.filter(pk=obj.pk).first() if change else None
        form.known = _found(request, known) if known else []
        vars(obj)["_change_reason"] = form.cleaned_data.get("correction_reason") or None
        obj.level = obj.level or level_of(obj.owner_unit)
        super().save_model(request, obj, form, change)
        keep_tags(obj, tags=form.cleaned_data["tags"], by=officer(request), now=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Rows first, then the look at what came out, then the files, which no transaction takes back."""
        files = [formset for formset in formsets if formset.model is AgreementFile]
        super().save_related(request, form, [formset for formset in formsets if formset not in files], change)
        self._hold_back(request, form)
        for formset in files:
            self._save_files(request, form, formset)
        refresh_words([form.instance.pk], now=timezone.now())

    def _hold_back(self, request: HttpRequest, form: Any) -> None:
        saved = Agreement.objects.get(pk=form.instance.pk)
        known = {doubt.sentence for doubt in form.known}
        forbidden = [one for one in overlaps(saved) if one.sentence not in known]
        if forbidden:
            raise HeldBack(forbidden, may_confirm=False)
        found = [one for one in _found(request, saved) if one.sentence not in known]
        held = HeldBack(found, may_confirm=True)
        if found and request.POST.get("confirmed") != held.mark:
            raise held

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """People to ask go through their action; other rows are saved as they are."""
        reason = form.cleaned_data.get("correction_reason") or None
        for one in formset.forms:
            vars(one.instance)["_change_reason"] = reason
        super().save_formset(request, form, formset, change)
        if formset.model is AgreementParty:
            for one in formset.forms:
                if one.instance.pk and "people" in one.changed_data and one not in formset.deleted_forms:
                    people = one.cleaned_data["people"]
                    keep_focal_points(one.instance, people=people, by=officer(request), now=timezone.now())

    def _save_files(self, request: HttpRequest, form: Any, formset: Any) -> None:
        by, now = officer(request), timezone.now()
        formset.save(commit=False)
        for copy in formset.deleted_objects:
            discard_file(copy, by=by, now=now)
        for one in formset.forms:
            if not isinstance(one, FileForm) or one.upload is None:
                continue
            record_file(form.instance, file=one.upload, kind=one.cleaned_data["kind"], by=by, now=now, facts=one.facts)
            if one.kept_token:
                transaction.on_commit(partial(drop_upload, one.kept_token, user_id=by.pk))


def _newer(agreement: Agreement, opened: int, by: User) -> list[Change]:
    """What was saved since the row of the history that stood when the form was opened."""
    first = Agreement.history.filter(id=agreement.pk, history_id__gt=opened).order_by("history_id").first()
    changes = changes_of_agreement(agreement, seen=Agreement.objects.visible_to(by))
    return [change for change in changes if first is None or change.at >= first.history_date]


def _found(request: HttpRequest, agreement: Agreement) -> list[Doubt]:
    found = doubts(agreement, user=officer(request), today=timezone.localdate())
    return [*found, *overlaps(agreement)]
