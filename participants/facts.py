"""What invitations say about how far the preparation of a workshop is (see workshops/facts.py)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from outbox.models import Message, State
from participants.letters.names import INVITATION
from participants.models import Invitation
from workshops.facts import Fact, Finding, counted, register_fact
from workshops.models import Workshop


def _sent(workshop: Workshop, counts: Mapping[str, Any]) -> Finding:
    """Each invited unit has had its letter."""
    n, sent = counts["invited"], counts["sent"]
    if not n:
        return Finding(False)
    if sent == n:
        return Finding(True, ngettext("%(n)d undangan terkirim", "%(n)d undangan terkirim", n) % {"n": n})
    return Finding(False, _("%(sent)d dari %(n)d undangan terkirim") % {"sent": sent, "n": n})


def _answered(workshop: Workshop, counts: Mapping[str, Any]) -> Finding:
    n, silent = counts["invited"], counts["silent"]
    if not n:
        return Finding(False)
    if not silent:
        return Finding(True, ngettext("%(n)d undangan terjawab", "%(n)d undangan terjawab", n) % {"n": n})
    return Finding(False, _("%(answered)d dari %(n)d undangan terjawab") % {"answered": n - silent, "n": n})


def register() -> None:
    """Called when the app is ready."""
    standing = Invitation.objects.standing().filter(workshop=OuterRef("pk"))
    letters = Message.objects.filter(
        topic=OuterRef("workshop__topic"), kind=INVITATION, ref=OuterRef("pk"), state=State.SENT
    )
    invited = counted(standing, "workshop")
    sent = counted(standing.filter(Exists(letters)), "workshop")
    silent = counted(Invitation.objects.unanswered().filter(workshop=OuterRef("pk")), "workshop")
    for fact in (
        Fact(
            "invitations_sent",
            gettext_lazy("Undangan terkirim ke semua yang diundang"),
            "workshop_invitations",
            _sent,
            {"invited": invited, "sent": sent},
        ),
        Fact(
            "invitations_answered",
            gettext_lazy("Semua undangan terjawab"),
            "workshop_invitations",
            _answered,
            {"invited": invited, "silent": silent},
        ),
    ):
        register_fact(fact)
