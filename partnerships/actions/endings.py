"""What is decided about the end of a term: extend, renew, let end, terminate; and taking a decision back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partnerships.actions.commitments import carry_over_commitments
from partnerships.models import (
    TAKES_OVER,
    Agreement,
    AgreementKind,
    AgreementLink,
    AgreementParty,
    EndingChoice,
    EndingDecision,
    FocalPoint,
    FundingTerm,
    LinkKind,
    TermExtension,
)
from toolkit.history import save_by
from units.models import User


class TermRefusal(Exception):
    """A sentence for the person and the field of the form that it is about; empty for the whole."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


def say(day: date) -> str:
    return date_format(day, "j F Y")


def standing_decision(agreement: Agreement) -> EndingDecision | None:
    """What was decided about the present end of the term."""
    rows = EndingDecision.objects.standing().filter(agreement=agreement, for_until=agreement.effective_until)
    return rows.select_related("decided_by", "successor").first()


def _undecided(agreement: Agreement, seen_until: date | None, today: date) -> Agreement:
    """The row, locked. Raises TermRefusal when its end is not the one that the person saw, or somebody was faster."""
    locked = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if locked.effective_until != seen_until:
        raise TermRefusal(
            _("Tanggal akhir perjanjian ini berubah sejak halaman dibuka. Periksa masa berlakunya, lalu putuskan lagi.")
        )
    if any(day is not None and day <= today for day in (locked.terminated_on, locked.superseded_on)):
        raise TermRefusal(_("Perjanjian ini sudah dihentikan atau digantikan, sehingga masanya tidak diputuskan lagi."))
    made = standing_decision(locked)
    if made is not None:
        raise TermRefusal(
            _("%(name)s sudah memutuskan pada %(day)s: %(choice)s.")
            % {
                "name": made.decided_by,
                "day": say(made.decided_at.date()),
                "choice": made.get_choice_display().lower(),
            }
        )
    return locked


def _decide(agreement: Agreement, choice: EndingChoice, *, reason: str, by: User, now: datetime, **facts: Any) -> Any:
    if not reason.strip():
        raise TermRefusal(_("Tulis alasannya."), "reason")
    decision = EndingDecision(
        agreement=agreement, choice=choice, reason=reason.strip(), decided_at=now, decided_by=by, **facts
    )
    try:
        with transaction.atomic():
            save_by(decision, by=by, now=now)
    except IntegrityError as twin:
        raise TermRefusal(_("Keputusan untuk akhir masa ini baru saja dibuat orang lain.")) from twin
    return decision


def _next_start(agreement: Agreement) -> date | None:
    """When the agreement that takes over from this one begins; None where there is none or it has no dates."""
    starts = AgreementLink.objects.filter(
        earlier=agreement, kind__in=TAKES_OVER, later__effective_from__isnull=False
    ).values_list("later__effective_from", flat=True)
    return min((start for start in starts if start is not None), default=None)


@transaction.atomic
def extend_term(
    agreement: Agreement, *, seen_until: date | None, new_until: date, reason: str, by: User, now: datetime, today: date
) -> EndingDecision:
    """Lengthens the term; the first end stays in `original_until`, each step in the log. Raises TermRefusal."""
    locked = _undecided(agreement, seen_until, today)
    previous = locked.effective_until
    if previous is None:
        raise TermRefusal(_("Perjanjian ini berlaku sampai diakhiri, sehingga tidak perlu diperpanjang."))
    if new_until <= previous:
        sentence = _("Tanggal akhir yang baru harus sesudah %(day)s.") % {"day": say(previous)}
        raise TermRefusal(sentence, "new_until")
    if new_until < today:
        raise TermRefusal(_("Tanggal akhir yang baru sudah lewat."), "new_until")
    taken_over = _next_start(locked)
    if taken_over is not None and new_until >= taken_over:
        sentence = _("Perjanjian penggantinya mulai berlaku %(day)s; masa keduanya tidak boleh tumpang tindih.")
        raise TermRefusal(sentence % {"day": say(taken_over)}, "new_until")
    decision: EndingDecision = _decide(
        locked, EndingChoice.EXTEND, reason=reason, by=by, now=now, for_until=previous, takes_effect_on=new_until
    )
    TermExtension.objects.create(
        agreement=locked,
        previous_until=previous,
        new_until=new_until,
        reason=reason.strip(),
        extended_at=now,
        extended_by=by,
    )
    locked.original_until = locked.original_until or previous
    locked.effective_until = new_until
    save_by(locked, by=by, now=now, reason=_("Diperpanjang"))
    return decision


@dataclass(frozen=True)
class SuccessorFacts:
    """What the new agreement begins with; everything else is taken from the earlier one."""

    agreement_type: AgreementKind
    title: str
    effective_from: date
    effective_until: date | None


@transaction.atomic
def renew_agreement(
    agreement: Agreement,
    *,
    seen_until: date | None,
    facts: SuccessorFacts,
    reason: str,
    by: User,
    now: datetime,
    today: date,
) -> EndingDecision:
    """Starts the successor as a draft with the same parties, scope, funding, focal points and what is left of each
    commitment; the decision's `successor` is it. Raises TermRefusal."""
    locked = _undecided(agreement, seen_until, today)
    previous = locked.effective_until
    if previous is None:
        raise TermRefusal(_("Perjanjian ini berlaku sampai diakhiri; hentikan dahulu sebelum membuat penggantinya."))
    if facts.effective_from <= previous:
        sentence = _("Perjanjian baru mulai paling cepat sehari sesudah %(day)s, agar masanya tidak tumpang tindih.")
        raise TermRefusal(sentence % {"day": say(previous)}, "effective_from")
    if facts.effective_until is not None and facts.effective_until < facts.effective_from:
        raise TermRefusal(_("Tanggal akhir tidak boleh sebelum tanggal mulai berlaku."), "effective_until")
    later = Agreement(
        agreement_type=facts.agreement_type,
        title=facts.title,
        effective_from=facts.effective_from,
        effective_until=facts.effective_until,
        **{name: getattr(locked, name) for name in ("is_foreign", "level", "owner_unit_id", "scope")},
        classification=locked.classification,
        classification_reason=locked.classification_reason,
        renews_itself=locked.renews_itself,
    )
    save_by(later, by=by, now=now, reason=_("Pembaruan"))
    later.scope_tags.set(locked.scope_tags.all())
    copy_parties(locked, later, by=by, now=now)
    _copied(FundingTerm.objects.filter(agreement=locked).order_by("pk"), by=by, now=now, agreement=later)
    save_by(AgreementLink(later=later, earlier=locked, kind=LinkKind.RENEWS), by=by, now=now)
    carry_over_commitments(locked, later, by=by, now=now, today=today)
    decision: EndingDecision = _decide(
        locked,
        EndingChoice.RENEW,
        reason=reason,
        by=by,
        now=now,
        for_until=previous,
        takes_effect_on=facts.effective_from,
        successor=later,
    )
    return decision


def copy_parties(earlier: Agreement, later: Agreement, *, by: User, now: datetime) -> None:
    """The same parties in the same order with their rights, duties and focal points. Numbers, signatories and signing
    days stay behind: they belong to the text that was signed."""
    for party in AgreementParty.objects.filter(agreement=earlier).order_by("position", "pk"):
        twin = AgreementParty(
            agreement=later,
            **{name: getattr(party, name) for name in ("position", "unit_id", "organization_id", "rights", "duties")},
        )
        save_by(twin, by=by, now=now)
        _copied(FocalPoint.objects.filter(party=party).order_by("pk"), by=by, now=now, party=twin)


def _copied(rows: Iterable[Any], *, by: User, now: datetime, **facts: Any) -> None:
    for row in rows:
        row.pk, row._state.adding = None, True  # noqa: SLF001 -- Django's own way to copy a row
        for name, value in facts.items():
            setattr(row, name, value)
        save_by(row, by=by, now=now)


@transaction.atomic
def let_end(
    agreement: Agreement, *, seen_until: date | None, reason: str, by: User, now: datetime, today: date
) -> EndingDecision:
    """The term runs out as agreed; letters about it stop. Raises TermRefusal."""
    locked = _undecided(agreement, seen_until, today)
    if locked.effective_until is None:
        raise TermRefusal(_("Perjanjian ini berlaku sampai diakhiri; tentukan tanggal penghentiannya."))
    decision: EndingDecision = _decide(
        locked,
        EndingChoice.LET_END,
        reason=reason,
        by=by,
        now=now,
        for_until=locked.effective_until,
        takes_effect_on=locked.effective_until,
    )
    return decision


@transaction.atomic
def terminate_agreement(
    agreement: Agreement, *, seen_until: date | None, on: date, reason: str, by: User, now: datetime, today: date
) -> EndingDecision:
    """Ends the term before its time, from `on` on. Raises TermRefusal."""
    locked = _undecided(agreement, seen_until, today)
    if locked.effective_from is not None and on < locked.effective_from:
        sentence = _("Penghentian tidak boleh sebelum perjanjian mulai berlaku, %(day)s.")
        raise TermRefusal(sentence % {"day": say(locked.effective_from)}, "on")
    if locked.effective_until is not None and on > locked.effective_until:
        sentence = _("Perjanjian ini sudah berakhir dengan sendirinya pada %(day)s; pilih tanggal sebelum itu.")
        raise TermRefusal(sentence % {"day": say(locked.effective_until)}, "on")
    decision: EndingDecision = _decide(
        locked,
        EndingChoice.TERMINATE,
        reason=reason,
        by=by,
        now=now,
        for_until=locked.effective_until,
        takes_effect_on=on,
    )
    locked.terminated_on, locked.termination_reason = on, reason.strip()
    save_by(locked, by=by, now=now, reason=_("Dihentikan"))
    return decision


def may_be_withdrawn(decision: EndingDecision, today: date) -> bool:
    """An extension stands: another one or a termination changes it. A termination may go back until its day has come, a
    renewal until the new agreement is signed."""
    if decision.withdrawn_at is not None or decision.choice == EndingChoice.EXTEND:
        return False
    if decision.successor is not None and decision.successor.signed_on is not None:
        return False
    effective = decision.takes_effect_on
    return decision.choice != EndingChoice.TERMINATE or (effective is not None and effective > today)


@transaction.atomic
def withdraw_decision(decision: EndingDecision, *, by: User, now: datetime, today: date) -> None:
    """Takes a decision back, so that the question is open again; the draft of a renewal stays as an agreement of its
    own. Raises TermRefusal."""
    locked = EndingDecision.objects.select_for_update(of=("self",)).select_related("successor").get(pk=decision.pk)
    if not may_be_withdrawn(locked, today):
        raise TermRefusal(_("Keputusan ini tidak dapat ditarik lagi."))
    locked.withdrawn_at, locked.withdrawn_by = now, by
    save_by(locked, by=by, now=now)
    if locked.choice == EndingChoice.RENEW and locked.successor is not None:
        for link in AgreementLink.objects.filter(
            earlier=locked.agreement_id, later=locked.successor, kind=LinkKind.RENEWS
        ):
            vars(link).update(_history_user=by, _history_date=now)
            link.delete()
    if locked.choice == EndingChoice.TERMINATE:
        agreement = Agreement.objects.select_for_update().get(pk=locked.agreement_id)
        agreement.terminated_on, agreement.termination_reason = None, ""
        save_by(agreement, by=by, now=now, reason=_("Penghentian ditarik"))


def usual_renewal(agreement: Agreement) -> tuple[date | None, date | None]:
    """The term that is proposed for a successor: from the day after, as long as the first one was."""
    first, last = agreement.effective_from, agreement.original_until or agreement.effective_until
    if agreement.effective_until is None or first is None or last is None:
        return None, None
    try:
        start = agreement.effective_until + timedelta(days=1)
        return start, start + (last - first)
    except OverflowError:  # an end in the year 9999, as lists write what never ends
        return None, None
