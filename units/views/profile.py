"""The own account: name, position, language."""

from typing import Any

from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from units.actions.accounts import choose_language, edit_profile
from units.forms.profile import ProfileForm
from units.models import User


def profile_edit(request: HttpRequest) -> HttpResponse:
    """A page of its own row of the account, so that a wrong name is not shown in the page's head."""
    user: Any = request.user
    account = User.objects.select_related("unit").get(pk=user.pk)
    form = ProfileForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        edit_profile(account, **form.cleaned_data)
        translation.activate(account.language)
        messages.success(request, _("Profil Anda sudah disimpan."))
        return redirect("profile_edit")
    return render(request, "units/profile_edit.html", {"form": form, "account": account})


def language_set(request: HttpRequest) -> HttpResponse:
    """The language of the account and, for open pages, of this browser; then back to the page."""
    user: Any = request.user
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    # not redirect(): it would take a target without a slash for the name of a page
    response = HttpResponseRedirect(target)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax")
        if user.is_authenticated:
            choose_language(user, language=language)
    return response


class OwnSessions(ListUserSessionsView):
    """allauth's list, where one other session can be ended too."""

    def form_valid(self, form: Form) -> HttpResponse:
        chosen = self.request.POST.get("sesi", "")
        if not chosen:
            ended: HttpResponse = super().form_valid(form)
            return ended
        key = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 else 0
        others = UserSession.objects.filter(user=self.request.user).exclude(
            session_key=self.request.session.session_key
        )
        get_object_or_404(others, pk=key).end()
        messages.success(self.request, _("Sesi itu sudah diakhiri. Perambannya harus masuk kembali."))
        return redirect("usersessions_list")


def usersessions_list(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = OwnSessions.as_view()(request)
    return answer
