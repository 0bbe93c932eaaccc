"""Monitoring rounds: opening with a list that stays, answering, closing."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from outbox.actions import withdraw
from outbox.doorbell import wake
from outbox.models import Message
from partnerships.actions.activities import Proof
from partnerships.actions.commitments import ChangedMeanwhile
from partnerships.actions.evidence import attach
from partnerships.actions.refusals import Refusal
from partnerships.letters.monitoring import KINDS
from partnerships.letters.recipients import readers_of, region_of, region_paths
from partnerships.models import (
    Agreement,
    AgreementKind,
    AgreementQuerySet,
    MonitoredUnit,
    MonitoringAnswer,
    MonitoringRound,
    Rating,
)
from toolkit.history import save_by
from units.models import Unit, User

CHUNK = 1_000


class PeriodIsReversed(Refusal):
    sentence = _("Akhir periode tidak boleh sebelum awalnya.")
    field = "period_until"


class DueIsPast(Refusal):
    sentence = _("Batas jawaban harus sesudah hari ini.")
    field = "due_on"


class NothingToAsk(Refusal):
    sentence = _("Tidak ada perjanjian yang berlaku dalam periode dan pilihan ini.")


class RoundIsClosed(Refusal):
    sentence = _("Putaran ini sudah ditutup. Jawabannya tidak dapat diubah lagi.")


class WhatIsMissing(Refusal):
    sentence = _("Tulis apa yang dilaksanakan.")
    field = "what"


class ObstacleIsMissing(Refusal):
    sentence = _("Tulis kendalanya, agar dapat dibantu.")
    field = "obstacles"


@dataclass(frozen=True, kw_only=True)
class RoundFacts:
    """`roots` are units with all below them; none stands for all. So do `kinds`."""

    title: str
    period_from: date
    period_until: date
    due_on: date
    message: str = ""
    kinds: Sequence[AgreementKind] = field(default_factory=tuple)
    roots: Sequence[Unit] = field(default_factory=tuple)


@dataclass(frozen=True)
class RegionPreview:
    name: str
    n_units: int
    n_agreements: int
    n_without_address: int


@dataclass(frozen=True)
class Preview:
    """What opening would do: one letter to each unit that has an address."""

    regions: list[RegionPreview]

    @property
    def n_units(self) -> int:
        return sum(region.n_units for region in self.regions)

    @property
    def n_agreements(self) -> int:
        return sum(region.n_agreements for region in self.regions)

    @property
    def n_without_address(self) -> int:
        return sum(region.n_without_address for region in self.regions)

    @property
    def n_letters(self) -> int:
        return self.n_units - self.n_without_address


def check_round(facts: RoundFacts, *, today: date) -> None:
    """Raises a Refusal."""
    if facts.period_until < facts.period_from:
        raise PeriodIsReversed
    if facts.due_on <= today:
        raise DueIsPast


def asked_about(facts: RoundFacts) -> AgreementQuerySet:
    """Signed agreements in force on some day of the period, of these kinds and units."""
    rows = Agreement.objects.living(facts.period_from).filter(
        Q(effective_until=None) | Q(effective_until__gte=facts.period_from),
        signed_on__isnull=False,
        effective_from__lte=facts.period_until,
    )
    if facts.kinds:
        rows = rows.filter(agreement_type__in=facts.kinds)
    if facts.roots:
        below = Q()
        for root in facts.roots:
            below |= Q(owner_unit__path__startswith=root.path)
        rows = rows.filter(below)
    return rows


def preview_round(facts: RoundFacts) -> Preview:
    """Reads only; five statements."""
    counts = asked_about(facts).order_by().values_list("owner_unit", "owner_unit__path").annotate(n=Count("pk"))
    regions, rows = region_paths(), list(counts)
    readers = readers_of(unit for unit, _path, _n in rows)
    names = dict(Unit.objects.filter(pk__in=set(regions.values())).values_list("pk", "short_name"))
    found: dict[str, list[tuple[int, bool]]] = {}
    for unit, path, n in rows:
        region = region_of(path, regions)
        name = names[region] if region else str(_("Unit pusat"))
        found.setdefault(name, []).append((n, bool(readers[unit])))
    return Preview(
        [
            RegionPreview(
                name,
                n_units=len(units),
                n_agreements=sum(n for n, _told in units),
                n_without_address=sum(not told for _n, told in units),
            )
            for name, units in sorted(found.items())
        ]
    )


def open_round(*, facts: RoundFacts, form_token: uuid.UUID | None = None, by: User, now: datetime) -> MonitoringRound:
    """The round with its list of units and agreements as they are now; the planner writes the letters. The same
    `form_token` again returns the first one. Raises a Refusal."""
    check_round(facts, today=now.date())
    try:
        with transaction.atomic():
            return _opened(facts, form_token, by, now)
    except IntegrityError:
        first = MonitoringRound.objects.filter(form_token=form_token).first() if form_token else None
        if first is None:
            raise
        return first


def _opened(facts: RoundFacts, form_token: uuid.UUID | None, by: User, now: datetime) -> MonitoringRound:
    made = MonitoringRound(form_token=form_token, opened_at=now, opened_by=by)
    for name in ("title", "period_from", "period_until", "due_on", "message"):
        setattr(made, name, getattr(facts, name))
    save_by(made, by=by, now=now)
    made.kinds.set(facts.kinds)
    agreements = asked_about(facts)
    regions = region_paths()
    units = Unit.objects.filter(pk__in=agreements.order_by().values("owner_unit")).order_by("pk")
    MonitoredUnit.objects.bulk_create(
        (
            MonitoredUnit(round=made, unit_id=pk, region_id=region_of(path, regions) or pk)
            for pk, path in units.values_list("pk", "path")
        ),
        batch_size=CHUNK,
    )
    monitored = dict(MonitoredUnit.objects.filter(round=made).values_list("unit", "pk"))
    if not monitored:
        raise NothingToAsk
    rows = agreements.order_by("pk").values_list("pk", "owner_unit").iterator(chunk_size=CHUNK)
    _insert(MonitoringAnswer(monitored_id=monitored[owner], agreement_id=pk) for pk, owner in rows)
    wake()
    return made


def _insert(answers: Iterable[MonitoringAnswer]) -> None:
    batch: list[MonitoringAnswer] = []
    for answer in answers:
        batch.append(answer)
        if len(batch) == CHUNK:
            MonitoringAnswer.objects.bulk_create(batch)
            batch = []
    MonitoringAnswer.objects.bulk_create(batch)


@dataclass(frozen=True, kw_only=True)
class AnswerFacts:
    rating: str
    what: str = ""
    obstacles: str = ""
    recommendation: str = ""
    link: str = ""


@transaction.atomic
def answer_agreement(
    answer: MonitoringAnswer,
    *,
    facts: AnswerFacts,
    proof: Proof | None = None,
    version: int | None = None,
    by: User,
    now: datetime,
) -> MonitoringAnswer:
    """What a unit says of one agreement; again corrects it. The round is not closed meanwhile. Raises a Refusal, and
    UnfitFile."""
    rows = MonitoringAnswer.objects.select_for_update(of=("self", "monitored__round"), no_key=True)
    current = rows.select_related("monitored__round").get(pk=answer.pk)
    if current.monitored.round.closed_at is not None:
        raise RoundIsClosed
    if version is not None and version != current.version:
        raise ChangedMeanwhile
    if facts.rating == Rating.NOT_YET and not facts.obstacles:
        raise ObstacleIsMissing
    if facts.rating != Rating.NOT_YET and not facts.what:
        raise WhatIsMissing
    for name, value in vars(facts).items():
        setattr(current, name, value)
    if proof is not None:
        attach(current, proof.file, proof.found)
    current.version += 1
    current.answered_at, current.answered_by = now, by
    save_by(current, by=by, now=now)
    return current


@transaction.atomic
def close_round(round_: MonitoringRound, *, by: User, now: datetime) -> MonitoringRound:
    """Freezes the answers and withdraws letters that have not left. Again is harmless."""
    current = MonitoringRound.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    if current.closed_at is None:
        current.closed_at, current.closed_by = now, by
        save_by(current, by=by, now=now)
        asked = MonitoredUnit.objects.filter(round=current).values("pk")
        letters = Message.objects.filter(kind__in=KINDS, ref__in=asked)
        withdraw(letters, reason=gettext_noop("Putaran pemantauan ditutup."), now=now)
    return current
