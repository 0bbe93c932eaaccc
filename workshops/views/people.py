"""The tab of a workshop's people: who speaks and moderates, what they answered, and the committee; asking, reminding,
taking back, and taking a proposal over."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from toolkit.downloads import stored_file
from units.access import SEES_ALL
from workshops.actions.refusals import Refusal
from workshops.actions.speaker_invitations import (
    HandedIn,
    ask_speakers,
    keep_handed_in,
    proposed_facts,
    remind_speakers,
    remindable,
    take_proposal,
    to_ask,
    withdraw_question,
)
from workshops.forms.people import AskForm, QuestionAnswerForm, usual_reply_deadline
from workshops.letters.offers import Offer, offers
from workshops.letters.speaker_invitations import hours_line
from workshops.models import (
    ASKING_STATES,
    CommitteeDecree,
    SessionRole,
    Speaker,
    SpeakerAnswer,
    SpeakerInvitation,
    SpeakerPresentation,
    Workshop,
)
from workshops.views.head import head_context

ANSWER_TONES: dict[str, str] = {
    SpeakerAnswer.WAITING: "gold",
    SpeakerAnswer.ACCEPTED: "teal",
    SpeakerAnswer.DECLINED: "brick",
    SpeakerAnswer.PROPOSED: "plum",
}
# Whose place in the agenda is a talk; officials and hosts are invited by other ways unless somebody ticks them.
ASKED_BY_DEFAULT = [SessionRole.Role.SPEAKER, SessionRole.Role.MODERATOR]


@dataclass
class PersonLine:
    """Somebody of the agenda, or somebody asked who is not on it any more, as the tab shows it."""

    speaker: Speaker
    roles: list[SessionRole]
    invitation: SpeakerInvitation | None = None
    presentations: list[SpeakerPresentation] = field(default_factory=list)
    tone: str = "grey"
    is_late: bool = False
    can_take: bool = False
    can_remind: bool = False
    is_open: bool = False

    @property
    def starts_at(self) -> datetime | None:
        return min((role.session.starts_at for role in self.roles if role.session.starts_at), default=None)


def workshop_people(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    workshop = _workshop(Workshop.objects.visible_to(user), pk)
    head = head_context(request, workshop, "people")
    reads_answers = head["can_edit"] or user.role in SEES_ALL
    now = timezone.now()
    lines = _lines(user, workshop, now)
    standing = [line.invitation for line in lines if line.invitation is not None]
    counts = {answer: sum(one.answer == answer for one in standing) for answer in SpeakerAnswer.values}
    is_open = workshop.state in ASKING_STATES and workshop.starts_at is not None and workshop.starts_at > now
    n_to_ask = sum(line.invitation is None for line in lines)
    context = {
        **head,
        "lines": lines,
        "reads_answers": reads_answers,
        "counts": counts,
        "n_asked": len(standing),
        "n_to_ask": n_to_ask,
        "n_to_remind": sum(line.can_remind for line in lines),
        "can_ask": head["can_edit"] and is_open and n_to_ask > 0,
        "is_asking_open": is_open,
        "committee": workshop.committee.select_related("unit").order_by("place"),
        "decree": CommitteeDecree.objects.filter(workshop=workshop).first(),
        "zone": timezone.get_current_timezone(),
    }
    return render(request, "workshops/workshop_people.html", context)


def _workshop(rows: QuerySet[Workshop], pk: int) -> Workshop:
    return get_object_or_404(rows.select_related("topic", "organizer_unit", "host_unit"), pk=pk)


def _editable(request: HttpRequest, pk: int) -> Workshop:
    return _workshop(Workshop.objects.editable_by(request.user), pk)


def _lines(user: Any, workshop: Workshop, now: datetime) -> list[PersonLine]:
    """By the time of their first session; three statements whatever their number."""
    on_agenda = offers(Q(session__workshop=workshop))
    asked = {
        row.speaker_id: row
        for row in SpeakerInvitation.objects.visible_to(user)
        .standing()
        .filter(workshop=workshop)
        .select_related("speaker__unit", "speaker__organization", "proposed_session", "answered_by")
        .order_by("pk")
    }
    files: dict[int, list[SpeakerPresentation]] = defaultdict(list)
    handed = SpeakerPresentation.objects.visible_to(user).filter(invitation__workshop=workshop)
    for row in handed.order_by("-uploaded_at", "-pk"):
        files[row.invitation_id].append(row)
    people = {offer.speaker.pk: (offer.speaker, offer.roles) for offer in on_agenda.values()}
    for pk, invitation in asked.items():
        people.setdefault(pk, (invitation.speaker, []))
    lines = [_line(speaker, roles, asked.get(pk), workshop, files, now) for pk, (speaker, roles) in people.items()]
    return sorted(lines, key=lambda line: (not line.roles, line.starts_at or now, line.speaker.name, line.speaker.pk))


def _line(
    speaker: Speaker,
    roles: list[SessionRole],
    invitation: SpeakerInvitation | None,
    workshop: Workshop,
    files: dict[int, list[SpeakerPresentation]],
    now: datetime,
) -> PersonLine:
    line = PersonLine(speaker, roles, invitation)
    if invitation is not None:
        invitation.workshop = workshop
        is_waiting = invitation.answer == SpeakerAnswer.WAITING
        line.tone = ANSWER_TONES[invitation.answer]
        line.presentations = files[invitation.pk]
        line.is_open = invitation.is_open(now)
        line.is_late = is_waiting and invitation.reply_deadline <= now
        line.can_remind = is_waiting and line.is_open and bool(speaker.email)
        line.can_take = line.is_open and invitation.answer == SpeakerAnswer.PROPOSED
    return line


# --- asking


def speakers_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Three steps of one form: choose, look at the list and the count, send."""
    by: Any = request.user
    workshop = _editable(request, pk)
    now = timezone.now()
    named = to_ask(workshop)
    usual = named.filter(roles__session__workshop=workshop, roles__role__in=ASKED_BY_DEFAULT)
    form = AskForm(
        request.POST or None,
        workshop=workshop,
        speakers=named,
        now=now,
        initial={"speakers": usual, "reply_deadline": usual_reply_deadline(workshop, now)},
    )
    step = request.POST.get("step", "")
    if request.method != "POST" or not form.is_valid() or step == "edit":
        context = {**head_context(request, workshop, "people"), "form": form, "n_to_ask": named.count()}
        return render(request, "workshops/speakers_ask.html", context)
    if step == "confirm" and request.POST.get("seen") == form.seen:
        return _send_questions(request, workshop, form, by, now)
    if step == "confirm":
        messages.warning(request, _("Daftar berubah sejak Anda melihatnya. Periksa jumlahnya sekali lagi."))
    return _preview(request, workshop, form)


def _send_questions(request: HttpRequest, workshop: Workshop, form: AskForm, by: Any, now: datetime) -> HttpResponse:
    try:
        made = ask_speakers(workshop, by=by, now=now, **form.cleaned_data)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("workshop_people", workshop.pk)
    sentence = ngettext(
        "%(n)d narasumber ditanya. Suratnya masuk antrean kirim.",
        "%(n)d narasumber ditanya. Suratnya masuk antrean kirim.",
        len(made),
    )
    messages.success(request, sentence % {"n": len(made)})
    return redirect("workshop_people", workshop.pk)


def _preview(request: HttpRequest, workshop: Workshop, form: AskForm) -> HttpResponse:
    chosen = list(form.cleaned_data["speakers"])
    found = offers(Q(session__workshop=workshop, speaker__in=[speaker.pk for speaker in chosen]))
    rows = [(speaker, _offer(found.get((workshop.pk, speaker.pk)))) for speaker in chosen]
    context = {
        **head_context(request, workshop, "people"),
        "form": form,
        "rows": rows,
        "n_reachable": sum(bool(speaker.email) for speaker in chosen),
        "n_unreachable": sum(not speaker.email for speaker in chosen),
        "carried": [("speakers", str(speaker.pk)) for speaker in chosen]
        + [("reply_deadline", request.POST.get("reply_deadline", ""))],
    }
    return render(request, "workshops/speakers_ask_preview.html", context)


def _offer(offer: Offer | None) -> list[str]:
    """The sessions as the speaker will read them, in the speaker's own zone."""
    roles = offer.roles if offer else []
    return [f"{role.session.theme} · {hours_line(role.session, offer.zone)}" for role in roles if offer]


def speakers_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows whom a reminder would reach; POST sends it to exactly those who were shown and still wait."""
    by: Any = request.user
    workshop = _editable(request, pk)
    now = timezone.now()
    waiting = list(remindable(workshop, now=now).select_related("speaker").order_by("speaker__name", "pk"))
    only = request.POST.get("permintaan") or request.GET.get("permintaan") or ""
    if only:
        waiting = [invitation for invitation in waiting if str(invitation.pk) == only]
    if request.method == "POST":
        shown = set(request.POST.getlist("shown"))
        reminded = remind_speakers(
            workshop, invitations=[row for row in waiting if str(row.pk) in shown], by=by, now=now
        )
        _say_reminded(request, len(reminded))
        return redirect("workshop_people", workshop.pk)
    context = {
        **head_context(request, workshop, "people"),
        "rows": waiting,
        "only": only,
        "zone": timezone.get_current_timezone(),
    }
    return render(request, "workshops/speakers_remind.html", context)


def _say_reminded(request: HttpRequest, n: int) -> None:
    if not n:
        messages.info(request, _("Tidak ada yang perlu diingatkan: semua sudah menjawab atau baru saja diingatkan."))
        return
    sentence = ngettext(
        "Pengingat untuk %(n)d narasumber masuk antrean kirim.",
        "Pengingat untuk %(n)d narasumber masuk antrean kirim.",
        n,
    )
    messages.success(request, sentence % {"n": n})


# --- one question


def _question(request: HttpRequest, pk: int) -> SpeakerInvitation:
    rows = SpeakerInvitation.objects.editable_by(request.user).standing()
    return get_object_or_404(
        rows.select_related(
            "speaker", "proposed_session", "workshop__topic", "workshop__organizer_unit", "workshop__host_unit"
        ),
        pk=pk,
    )


def question_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what would happen; POST does it."""
    by: Any = request.user
    invitation = _question(request, pk)
    if request.method == "POST":
        withdraw_question(invitation, by=by, now=timezone.now())
        messages.success(request, _("Permintaan kepada %(name)s ditarik.") % {"name": invitation.speaker.name})
        return redirect("workshop_people", invitation.workshop_id)
    on_agenda = SessionRole.objects.filter(session__workshop=invitation.workshop, speaker=invitation.speaker).exists()
    context = {
        **head_context(request, invitation.workshop, "people"),
        "invitation": invitation,
        "is_on_agenda": on_agenda,
    }
    return render(request, "workshops/question_withdraw.html", context)


def question_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What the speaker said by telephone or in person is written down here."""
    by: Any = request.user
    invitation = _question(request, pk)
    is_answered = invitation.answer in {SpeakerAnswer.ACCEPTED, SpeakerAnswer.DECLINED}
    first = {"answer": invitation.answer if is_answered else "", "note": invitation.note}
    form = QuestionAnswerForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            keep_handed_in(invitation, parts=HandedIn(reply=form.reply), by=by, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Jawaban %(name)s tercatat.") % {"name": invitation.speaker.name})
            return redirect("workshop_people", invitation.workshop_id)
    context = {**head_context(request, invitation.workshop, "people"), "form": form, "invitation": invitation}
    return render(request, "workshops/question_answer.html", context)


def proposal_take(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the session before and after; POST moves it and counts the speaker as willing."""
    by: Any = request.user
    invitation = _question(request, pk)
    now = timezone.now()
    if request.method == "POST":
        try:
            session = take_proposal(invitation, by=by, now=now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Sesi “%(theme)s” pindah sesuai usulan.") % {"theme": session.theme})
        return redirect("workshop_people", invitation.workshop_id)
    try:
        facts = proposed_facts(invitation)
    except Refusal as refusal:
        messages.info(request, str(refusal))
        return redirect("workshop_people", invitation.workshop_id)
    context = {
        **head_context(request, invitation.workshop, "people"),
        "invitation": invitation,
        "session": invitation.proposed_session,
        "facts": facts,
        "zone": invitation.workshop.zone,
    }
    return render(request, "workshops/proposal_take.html", context)


def presentation_download(request: HttpRequest, pk: int) -> FileResponse:
    kept = get_object_or_404(SpeakerPresentation.objects.visible_to(request.user), pk=pk)
    return stored_file(str(kept.file.name), filename=kept.original_name, content_type=kept.content_type)
