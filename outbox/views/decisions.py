"""What a person decides about a letter or a mailing. POST only; each goes back to where it was asked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outbox.actions import (
    LetterCannotGo,
    hold_topic,
    put_aside,
    release_topic,
    resend,
    send_anyway,
    treat_as_sent,
    unsuppress,
    withdraw,
)
from outbox.forms import WithdrawForm
from outbox.models import Message, State, Topic
from outbox.views.letters import letter_for, letter_page
from units.access import EDITS_ALL


def message_withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    message = decidable(request, public_id)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return letter_page(request, letter_for(request, public_id), withdraw_form=form, status=422)
    reason = f"{request.user}: {form.cleaned_data['reason']}"
    if withdraw(Message.objects.filter(pk=message.pk), reason=reason, now=timezone.now()):
        messages.success(request, _("Surat ditarik sebelum terkirim."))
    else:
        messages.warning(request, _("Surat ini sudah berjalan dan tidak dapat ditarik lagi. Tidak ada yang berubah."))
    return redirect("message_detail", message.public_id)


def message_resend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    message, by = decidable(request, public_id), _person(request)
    try:
        copy = resend(message, by=by, now=timezone.now())
    except LetterCannotGo as refusal:
        messages.error(request, str(refusal))
        return redirect("message_detail", message.public_id)
    messages.success(request, _("Surat baru dengan data terkini sudah masuk antrean kirim."))
    return redirect("message_detail", copy.public_id)


def message_settle(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`putusan`: kirim (send anyway), terkirim (treat as sent), selesai (put aside), buka (unblock the address)."""
    message, by, now = decidable(request, public_id), _person(request), timezone.now()
    verdict = request.POST.get("putusan", "")
    try:
        if verdict == "kirim":
            _say(request, send_anyway(message, by=by, now=now), _("Surat dikirim sekali lagi dengan isi yang sama."))
        elif verdict == "terkirim":
            _say(request, treat_as_sent(message, by=by, now=now), _("Surat dicatat sebagai terkirim."))
        elif verdict == "selesai":
            _say(request, put_aside(message, by=by, now=now), _("Surat tidak lagi ditandai perlu tindakan."))
        elif verdict == "buka":
            _unblock(request, message)
        else:
            messages.error(request, _("Pilih salah satu tindakan yang tersedia."))
    except LetterCannotGo as refusal:
        messages.error(request, str(refusal))
    return redirect("message_detail", message.public_id)


def topic_hold(request: HttpRequest, pk: int) -> HttpResponse:
    topic = holdable(request, pk)
    hold_topic(topic, by=_person(request), now=timezone.now())
    messages.success(request, _("Pengiriman ditahan. Surat yang sedang berjalan tidak dapat dipanggil kembali."))
    return redirect(list_of(topic))


def topic_release(request: HttpRequest, pk: int) -> HttpResponse:
    topic = holdable(request, pk)
    release_topic(topic, by=_person(request), now=timezone.now())
    messages.success(request, _("Pengiriman dilanjutkan. Surat yang lewat waktunya tidak dikirim lagi."))
    return redirect(list_of(topic))


def decidable(request: HttpRequest, public_id: UUID) -> Message:
    return get_object_or_404(Message.objects.editable_by(request.user), public_id=public_id)


def holdable(request: HttpRequest, pk: int) -> Topic:
    return get_object_or_404(Topic.objects.editable_by(request.user).select_related("workshop"), pk=pk)


def list_of(topic: Topic) -> str:
    """The letters of the workshop that the topic stands for."""
    workshop = getattr(topic, "workshop", None)
    return f"{reverse('message_list')}?workshop={workshop.pk}" if workshop else reverse("message_list")


def _person(request: HttpRequest) -> Any:
    return request.user


def _say(request: HttpRequest, is_changed: bool, sentence: str) -> None:
    if is_changed:
        messages.success(request, sentence)
    else:
        messages.warning(request, _("Seseorang sudah memutuskannya lebih dahulu. Tidak ada yang berubah."))


def _unblock(request: HttpRequest, message: Message) -> None:
    """An address serves letters of every region, so only the bureau lets it go."""
    if _person(request).role not in EDITS_ALL or message.state != State.SUPPRESSED:
        raise Http404
    n = unsuppress(message.to_addr, now=timezone.now())
    messages.success(
        request,
        ngettext(
            "Blokir alamat dibuka; %(n)d surat menunggu giliran lagi.",
            "Blokir alamat dibuka; %(n)d surat menunggu giliran lagi.",
            n,
        )
        % {"n": n},
    )
