"""Letters on the way of a signed copy: handed in, returned, verified, published, withdrawn, late. All but the late ones
are written in the transaction of the step; the planner finds the late ones, once for each step and its deadline."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from outbox.models import Message
from outbox.registry import MAIL, LetterKind, Rendered, Wish, register_kind, register_planner
from partnerships.models import AgreementParty, Classification, Publication, Submission, SubmissionQuerySet
from units.access import EDITS_ALL, Role
from units.models import Level, Unit, UnitContact, User

SUBMITTED = "partnerships.submission"
RETURNED = "partnerships.submission_returned"
VERIFIED = "partnerships.submission_verified"
PUBLISHED = "partnerships.publication"
WITHDRAWN = "partnerships.publication_withdrawn"
CHECK_IS_LATE = "partnerships.check_late"
PUBLICATION_IS_LATE = "partnerships.publication_late"
# Whose key stands behind a letter.
OF_PUBLICATIONS = (PUBLISHED, WITHDRAWN)
OF_SUBMISSIONS = (SUBMITTED, RETURNED, VERIFIED, CHECK_IS_LATE, PUBLICATION_IS_LATE)
# How long a letter that could not leave is still news.
STILL_NEWS = timedelta(days=14)
# A step that was late for longer before the planner saw it (a long downtime, an old list taken in) is told on the
# queue page only.
TOLD_FOR_DAYS = 60


def register() -> None:
    """Nobody minds hearing twice that a step is done as much as not at all; a doubtful reminder waits."""
    for name, label in (
        (SUBMITTED, _("Salinan naskah diserahkan")),
        (RETURNED, _("Salinan naskah dikembalikan")),
        (VERIFIED, _("Salinan naskah diverifikasi")),
        (PUBLISHED, _("Perjanjian dipublikasikan")),
        (WITHDRAWN, _("Publikasi perjanjian ditarik")),
    ):
        register_kind(LetterKind(name, label, render_letters, "resend", MAIL, 5))
    for name, label in (
        (CHECK_IS_LATE, _("Pemeriksaan naskah lewat tenggat")),
        (PUBLICATION_IS_LATE, _("Publikasi naskah lewat tenggat")),
    ):
        register_kind(LetterKind(name, label, render_letters, "hold", MAIL, 4))
    register_planner(plan_late_letters)


# --- to whom


@dataclass(frozen=True)
class Reader:
    name: str
    address: str
    unit_id: int | None
    user_id: int | None = None


def _mark(address: str) -> str:
    return salted_hmac("partnerships.letters", address.lower(), algorithm="sha256").hexdigest()[:10]


def _once(readers: Iterable[Reader]) -> list[Reader]:
    """An address once, whoever named it first."""
    found: dict[str, Reader] = {}
    for reader in readers:
        if reader.address:
            found.setdefault(reader.address.lower(), reader)
    return list(found.values())


def _accounts(users: Iterable[User]) -> list[Reader]:
    return [Reader(user.full_name, user.email, user.unit_id, user.pk) for user in users]


def _contacts(unit_id: int) -> list[Reader]:
    """The contacts for cooperation of a unit."""
    rows = UnitContact.objects.for_letters().filter(unit=unit_id, for_cooperation=True).order_by("pk")
    return [Reader(contact.name, contact.email, unit_id) for contact in rows]


def _kanwil_above(unit: Unit) -> int | None:
    keys = [int(key) for key in unit.path.strip("/").split("/") if key.isdecimal()]
    rows = Unit.objects.filter(pk__in=[*keys, unit.pk], level=Level.REGIONAL_OFFICE)
    return rows.order_by("-path").values_list("pk", flat=True).first()


def checkers_of(unit: Unit) -> list[Reader]:
    """Who checks copies of this unit: the admins and officers of its Kanwil and its contacts for cooperation; the
    officers of the bureau where no Kanwil stands above."""
    kanwil = _kanwil_above(unit)
    if kanwil is None:
        return officers_of_bureau()
    people = User.objects.filter(Q(role=Role.REGIONAL_ADMIN) | Q(keeps_agreements=True), unit=kanwil, is_active=True)
    return _once([*_accounts(people.order_by("pk")), *_contacts(kanwil)])


def officers_of_bureau() -> list[Reader]:
    """The bureau's agreement officers; where none is named, its admins."""
    people = User.objects.filter(role__in=EDITS_ALL, is_active=True).order_by("pk")
    officers = people.filter(keeps_agreements=True)
    return _once(_accounts(officers or people.filter(role=Role.BUREAU_ADMIN)))


def _submitters(submission: Submission) -> list[Reader]:
    own = submission.submitted_by
    unit = submission.agreement.owner_unit_id
    sender = [Reader(own.full_name, own.email, unit, own.pk)] if own.is_active else []
    return _once([*sender, *_contacts(unit)])


# --- which


def _wishes(
    kind: str, readers: Iterable[Reader], *, ref: int, turn: str, owner: int, now: datetime, **context: Any
) -> Iterator[Wish]:
    for reader in readers:
        yield Wish(
            kind=kind,
            dedup_key=f"{kind}:{ref}:{turn}:{_mark(reader.address)}",
            recipient_name=reader.name,
            to_addr=reader.address,
            not_before=now,
            not_after=now + STILL_NEWS,
            unit_id=reader.unit_id or owner,
            user_id=reader.user_id,
            ref=ref,
            context={"turn": turn, **context},
        )


def letters_of_submission(submission: Submission, *, now: datetime) -> list[Wish]:
    """To those who check, but for the sender."""
    owner = submission.agreement.owner_unit
    readers = [one for one in checkers_of(owner) if one.user_id != submission.submitted_by_id]
    return list(_wishes(SUBMITTED, readers, ref=submission.pk, turn="1", owner=owner.pk, now=now))


def letters_of_return(submission: Submission, *, now: datetime) -> list[Wish]:
    owner = submission.agreement.owner_unit_id
    return list(_wishes(RETURNED, _submitters(submission), ref=submission.pk, turn="1", owner=owner, now=now))


def letters_of_verification(submission: Submission, *, now: datetime) -> list[Wish]:
    """To the sender, and to the bureau, whose turn it is now."""
    readers = _once([*_submitters(submission), *officers_of_bureau()])
    owner = submission.agreement.owner_unit_id
    return list(_wishes(VERIFIED, readers, ref=submission.pk, turn="1", owner=owner, now=now))


def letters_of_publication(publication: Publication, submission: Submission, *, now: datetime) -> list[Wish]:
    return _of_publication(PUBLISHED, publication, submission, publication.published_at, now)


def letters_of_withdrawal(publication: Publication, submission: Submission | None, *, now: datetime) -> list[Wish]:
    return _of_publication(WITHDRAWN, publication, submission, publication.withdrawn_at or now, now)


def _of_publication(
    kind: str, publication: Publication, submission: Submission | None, at: datetime, now: datetime
) -> list[Wish]:
    """To the satker and its Kanwil; published again is news again."""
    owner = publication.agreement.owner_unit
    senders = _submitters(submission) if submission else _contacts(owner.pk)
    readers = _once([*senders, *checkers_of(owner)])
    return list(_wishes(kind, readers, ref=publication.pk, turn=f"{at:%Y%m%d%H%M%S}", owner=owner.pk, now=now))


def plan_late_letters(now: datetime) -> Iterator[Wish]:
    """Steps whose deadline has gone by and of which nobody was told: two statements while there is none."""
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    rows = Submission.objects.select_related("agreement__owner_unit", "submitted_by")
    for kind, late in (
        (CHECK_IS_LATE, rows.waiting_late(today).filter(submitted_at__gte=_oldest(now))),
        (PUBLICATION_IS_LATE, rows.unpublished_late(today).filter(verified_at__gte=_oldest(now))),
    ):
        for submission in _untold(late, kind):
            owner = submission.agreement.owner_unit
            readers = checkers_of(owner) if kind == CHECK_IS_LATE else officers_of_bureau()
            due = submission.due_on.isoformat()
            yield from _wishes(kind, readers, ref=submission.pk, turn=due, owner=owner.pk, now=now)


def _oldest(now: datetime) -> datetime:
    return now - timedelta(days=TOLD_FOR_DAYS)


def _untold(rows: SubmissionQuerySet, kind: str) -> SubmissionQuerySet:
    told = Message.objects.filter(kind=kind, ref=OuterRef("pk"))
    return rows.filter(~Exists(told)).order_by("pk")


# --- what they say


def render_letters(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    """A batch of any kinds of this file, in three statements; None where the fact is gone."""
    publications = Publication.objects.select_related("agreement__owner_unit", "agreement__agreement_type").in_bulk(
        [message.ref for message in messages if message.ref and message.kind in OF_PUBLICATIONS]
    )
    submissions = Submission.objects.select_related(
        "agreement__owner_unit", "agreement__agreement_type", "agreement__publication", "submitted_by"
    ).in_bulk([message.ref for message in messages if message.ref and message.kind not in OF_PUBLICATIONS])
    rows: list[Any] = [*publications.values(), *submissions.values()]
    partners = _partners([row.agreement_id for row in rows])
    found: dict[int, Rendered | None] = {}
    with translation.override("id"):
        for message in messages:
            source: Any = publications if message.kind in OF_PUBLICATIONS else submissions
            row = source.get(message.ref)
            is_true = row is not None and _is_true(message, row)
            found[message.pk] = _render(message, row, partners.get(row.agreement_id, "")) if is_true else None
    return found


def _partners(agreements: Sequence[int]) -> dict[int, str]:
    """The external organisations of each agreement, in a line."""
    found: dict[int, list[str]] = {}
    rows = AgreementParty.objects.filter(agreement__in=agreements, organization__isnull=False)
    for agreement, name in rows.order_by("position", "pk").values_list("agreement", "organization__name"):
        found.setdefault(agreement, []).append(name)
    return {agreement: ", ".join(names) for agreement, names in found.items()}


def _is_true(message: Message, row: Any) -> bool:
    """Late facts win: a step done meanwhile is not asked for again."""
    if message.kind == SUBMITTED:
        return row.verified_at is None and row.returned_at is None
    if message.kind == CHECK_IS_LATE:
        return row.verified_at is None and row.returned_at is None
    if message.kind == PUBLICATION_IS_LATE:
        is_published = getattr(row.agreement, "publication", None) is not None
        is_exempt = row.agreement.classification == Classification.EXEMPT
        return row.verified_at is not None and not is_published and not is_exempt
    if message.kind == PUBLISHED:
        return bool(row.is_shown)
    return message.kind != WITHDRAWN or row.withdrawn_at is not None


def _render(message: Message, row: Any, partners: str) -> Rendered:
    letter = message.kind.removeprefix("partnerships.")
    agreement = row.agreement
    page = "agreement_check" if message.kind in {SUBMITTED, CHECK_IS_LATE} else "agreement_papers"
    if message.kind == PUBLICATION_IS_LATE:
        page = "agreement_publication"
    due: date | None = row.due_on if isinstance(row, Submission) else None
    context = {
        "row": row,
        "agreement": agreement,
        "unit": agreement.owner_unit,
        "partners": partners,
        "due": due,
        "name": message.recipient_name,
        "is_limited": agreement.classification == Classification.LIMITED,
        "url": settings.SITE_URL + reverse(page, args=[agreement.pk]),
    }
    subject = render_to_string(f"partnerships/letters/{letter}.subject.txt", context)
    return Rendered(
        subject=" ".join(subject.split()),
        text=render_to_string(f"partnerships/letters/{letter}.txt", context),
        html=render_to_string(f"partnerships/letters/{letter}.html", context),
    )
