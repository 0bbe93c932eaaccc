"""What must hold of an agreement to be counted among those in force, ending, asleep ...: conditions on its row."""

from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from partnerships.models.commitments import Activity
from partnerships.models.files import AgreementFile
from partnerships.models.kinds import KindCode
from partnerships.models.terms import ENDING_DAYS, Classification, TermState
from toolkit.months import months_before


def public() -> Q:
    """What everybody may read: published, not withdrawn, not exempt."""
    shown = Q(publication__isnull=False, publication__withdrawn_at=None)
    return shown & ~Q(classification=Classification.EXEMPT)


def living_on(day: date) -> Q:
    """Neither terminated nor replaced by another agreement up to that day."""
    terminated = Q(terminated_on=None) | Q(terminated_on__gt=day)
    return terminated & (Q(superseded_on=None) | Q(superseded_on__gt=day))


def in_force_on(day: date) -> Q:
    return living_on(day) & Q(effective_from__lte=day) & (Q(effective_until=None) | Q(effective_until__gte=day))


def last_days(days: int, today: date) -> Q:
    """Of those in force: over within so many days."""
    return Q(effective_until__lte=date.fromordinal(today.toordinal() + days))


def to_decide() -> Q:
    """Of those that end: somebody must say what follows. A plan of one year ends with it, and the next follows without
    anybody's decision."""
    return ~Q(agreement_type=KindCode.YEARLY_PLAN)


def ending_within(days: int, today: date) -> Q:
    """In force today and over within so many days."""
    return in_force_on(today) & last_days(days, today)


def end_to_decide(days: int, today: date) -> Q:
    return ending_within(days, today) & to_decide()


def in_term_state(state: str, today: date) -> Q:
    """Of the rows for which `term_state(today)` says `state`."""
    if state == TermState.TERMINATED:
        return Q(terminated_on__lte=today)
    if state == TermState.SUPERSEDED:
        return Q(superseded_on__lte=today) & (Q(terminated_on=None) | Q(terminated_on__gt=today))
    if state == TermState.ENDING:
        return ending_within(ENDING_DAYS, today)
    living = living_on(today)
    if state == TermState.UNDATED:
        return living & Q(effective_from=None) & (Q(effective_until=None) | Q(effective_until__gte=today))
    if state == TermState.UPCOMING:
        return living & Q(effective_from__gt=today)
    if state == TermState.ENDED:
        return living & Q(effective_until__lt=today)
    last = date.fromordinal(today.toordinal() + ENDING_DAYS)
    later = (Q(effective_until=None) | Q(effective_until__gt=last)) & Q(effective_from__lte=today)
    return living & later & Q(original_until__isnull=state != TermState.EXTENDED)


def without_copy() -> Q:
    """Of those whose signed text nobody has filed."""
    return Q(~Exists(AgreementFile.objects.signed().filter(agreement=OuterRef("pk"))))


def implemented() -> Q:
    """An activity was filed, for a yearly plan also one under its memorandum that carries out a line of it."""
    own = Activity.objects.filter(agreement=OuterRef("pk"))
    of_its_lines = Activity.objects.filter(plan_line__plan__agreement=OuterRef("pk"))
    return Q(Exists(own)) | (Q(agreement_type=KindCode.YEARLY_PLAN) & Q(Exists(of_its_lines)))


def never_implemented() -> Q:
    """Signed, and not implemented."""
    return ~implemented() & Q(signed_on__isnull=False)


def long_signed(today: date) -> Q:
    """In force, and signed AGREEMENT_SLEEPS_AFTER_MONTHS ago or longer."""
    return in_force_on(today) & Q(signed_on__lte=months_before(today, settings.AGREEMENT_SLEEPS_AFTER_MONTHS))


def asleep(today: date) -> Q:
    """Long signed, and nothing has happened since."""
    return long_signed(today) & never_implemented()
