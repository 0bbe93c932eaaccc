"""Re-evaluation campaigns: begin, answer one by one or many at once, take back, end."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outbox.doorbell import wake
from partnerships.actions.endings import standing_decision, terminate_agreement
from partnerships.actions.records import start_amendment, supersede
from partnerships.actions.refusals import Refusal
from partnerships.letters.recipients import region_of, region_paths
from partnerships.models import (
    CARRIED_OUT_LATER,
    Agreement,
    AgreementKind,
    AgreementLink,
    AgreementQuerySet,
    Campaign,
    CampaignAnswer,
    CampaignBatch,
    CampaignItem,
    CampaignItemQuerySet,
    EndingChoice,
    EndingDecision,
    LinkKind,
)
from toolkit.history import create_by, save_by, update_by
from units.access import within
from units.models import Unit, User

CHUNK = 500


class CampaignRefusal(Exception):
    """A sentence for the person and the field of the form that it is about; empty for the whole."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class CampaignFacts:
    title: str
    reason: str
    due_on: date
    units: tuple[Unit, ...]
    kinds: tuple[AgreementKind, ...]


def write_campaign(campaign: Campaign | None, *, facts: CampaignFacts, by: User, now: datetime) -> Campaign:
    """Makes or changes a draft. Raises CampaignRefusal for one that was begun."""
    with transaction.atomic():
        if campaign is None:
            campaign = Campaign(created_at=now, created_by=by)
        else:
            campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
            if campaign.started_at is not None:
                raise CampaignRefusal(_("Evaluasi ini sudah dimulai, sehingga cakupannya tidak diubah lagi."))
        campaign.title, campaign.reason, campaign.due_on = facts.title, facts.reason, facts.due_on
        save_by(campaign, by=by, now=now)
        campaign.units.set(facts.units)
        campaign.kinds.set(facts.kinds)
        return campaign


def agreements_of(campaign: Campaign, today: date) -> AgreementQuerySet:
    """What the campaign would ask about: agreements in force of its units and all below them, of its kinds."""
    units = list(campaign.units.all())
    kinds = list(campaign.kinds.values_list("pk", flat=True))
    places = Q(pk__in=[])
    for unit in units:
        places |= within("owner_unit", unit.path)
    rows = Agreement.objects.in_force_on(today).filter(places)
    return rows.filter(agreement_type__in=kinds) if kinds else rows


@dataclass(frozen=True)
class Preview:
    """How many agreements in how many units, and by Kanwil (None: central)."""

    n_agreements: int
    n_units: int
    regions: list[tuple[Unit | None, int]]


def preview_of(campaign: Campaign, today: date) -> Preview:
    """Counts, without writing; memory holds one row a unit."""
    owners: Counter[str] = Counter()
    for path in (
        agreements_of(campaign, today).order_by().values_list("owner_unit__path", flat=True).iterator(chunk_size=CHUNK)
    ):
        owners[path] += 1
    paths = region_paths()
    by_region: Counter[int | None] = Counter()
    for path, n in owners.items():
        by_region[region_of(path, paths)] += n
    regions = Unit.objects.in_bulk([key for key in by_region if key is not None])
    rows = [(regions.get(key or 0), n) for key, n in by_region.items()]
    rows.sort(key=lambda row: (row[0] is None, row[0].short_name if row[0] else ""))
    return Preview(sum(owners.values()), len(owners), rows)


@transaction.atomic
def start_campaign(campaign: Campaign, *, by: User, now: datetime, today: date) -> int:
    """Fixes the agreements and lets the letters go; the number of agreements. Raises CampaignRefusal."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.started_at is not None:
        raise CampaignRefusal(_("Evaluasi ini sudah dimulai."))
    if locked.due_on <= today:
        raise CampaignRefusal(_("Batas jawaban sudah lewat; ubah dahulu tanggalnya."))
    locked.started_at, locked.started_by = now, by
    save_by(locked, by=by, now=now)
    paths, made, chunk = region_paths(), 0, []
    rows = agreements_of(locked, today).order_by("pk").values_list("pk", "owner_unit__path")
    for pk, path in rows.iterator(chunk_size=CHUNK):
        chunk.append(CampaignItem(campaign=locked, agreement_id=pk, region_id=region_of(path, paths)))
        if len(chunk) == CHUNK:
            made += len(create_by(chunk, by=by, now=now))
            chunk = []
    made += len(create_by(chunk, by=by, now=now)) if chunk else 0
    if not made:
        raise CampaignRefusal(_("Tidak ada perjanjian berlaku dalam cakupan ini, sehingga tidak ada yang dievaluasi."))
    transaction.on_commit(wake)
    return made


@transaction.atomic
def close_campaign(campaign: Campaign, *, by: User, now: datetime) -> None:
    """No more answers; reminders stop. Raises CampaignRefusal."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if not locked.is_running:
        raise CampaignRefusal(_("Evaluasi ini tidak sedang berjalan."))
    locked.closed_at, locked.closed_by = now, by
    save_by(locked, by=by, now=now)


@transaction.atomic
def remove_campaign(campaign: Campaign, *, by: User, now: datetime) -> None:
    """A draft only. Raises CampaignRefusal."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.started_at is not None:
        raise CampaignRefusal(_("Evaluasi yang sudah dimulai tidak dapat dihapus; tutup saja."))
    vars(locked).update(_history_user=by, _history_date=now)
    locked.delete()


# --- answers

REASON_IS_MISSING = gettext_lazy("Tulis alasan pengakhirannya.")


@dataclass(frozen=True)
class Answer:
    """What somebody says of one item; an empty answer takes the former one back."""

    item_pk: int
    answer: str
    note: str = ""


def _running(campaign: Campaign) -> Campaign:
    """The row, locked for reading its state. Raises CampaignRefusal when it takes no answers."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if not locked.is_running:
        raise CampaignRefusal(_("Evaluasi ini tidak sedang berjalan, sehingga jawaban tidak disimpan."))
    return locked


class Answered(NamedTuple):
    """How many answers were written, and the rows that were not: to end an agreement needs a reason."""

    n: int
    without_reason: list[int]


@transaction.atomic
def answer_items(campaign: Campaign, *, answers: Iterable[Answer], by: User, now: datetime) -> Answered:
    """Writes those that say something new, of rows that `by` may answer. A superseded row stays: it is taken back with
    its batch; what was carried out stays too. Raises CampaignRefusal."""
    _running(campaign)
    wanted = {answer.item_pk: answer for answer in answers}
    rows = campaign.items.answerable_by(by).filter(pk__in=wanted).exclude(answer=CampaignAnswer.SUPERSEDED)
    n, without_reason = 0, []
    for item in rows.select_related("decision").select_for_update(of=("self",)).order_by("pk"):
        if item.answer in CARRIED_OUT_LATER and not item.waits_for_hand:
            continue
        said = wanted[item.pk]
        note = said.note if said.answer else ""
        if (item.answer, item.note) == (said.answer, note):
            continue
        if said.answer == CampaignAnswer.END and not note:
            without_reason.append(item.pk)
            continue
        item.answer, item.note, item.batch = said.answer, note, None
        item.answered_at, item.answered_by = (now, by) if said.answer else (None, None)
        save_by(item, by=by, now=now)
        n += 1
    return Answered(n, without_reason)


@transaction.atomic
def answer_many(
    campaign: Campaign,
    *,
    items: CampaignItemQuerySet,
    answer: str,
    by: User,
    now: datetime,
    note: str = "",
    successor: Agreement | None = None,
    on: date | None = None,
) -> CampaignBatch:
    """Answers the unanswered ones among `items`, as one batch that can be taken back; END says why in `note`. With
    SUPERSEDED the agreements end on `on` and are linked to `successor`. Raises CampaignRefusal."""
    _running(campaign)
    if answer == CampaignAnswer.END and not note:
        raise CampaignRefusal(str(REASON_IS_MISSING), "note")
    keys = list(
        items.answerable_by(by).filter(campaign=campaign).unanswered().order_by("pk").values_list("pk", "agreement_id")
    )
    is_superseding = answer == CampaignAnswer.SUPERSEDED
    if is_superseding:
        if successor is None or on is None:
            raise CampaignRefusal(_("Pilih perjanjian pengganti dan tanggalnya."), "successor")
        keys = [(pk, agreement) for pk, agreement in keys if agreement != successor.pk]
    if not keys:
        raise CampaignRefusal(_("Tidak ada perjanjian yang belum dijawab dalam pilihan ini."))
    batch = CampaignBatch.objects.create(
        campaign=campaign,
        answer=answer,
        successor=successor if is_superseding else None,
        takes_effect_on=on if is_superseding else None,
        n_items=len(keys),
        made_at=now,
        made_by=by,
    )
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        update_by(CampaignItem, [pk for pk, _agreement in part], by=by, now=now, **_said(answer, note, batch, by, now))
        if successor is not None and on is not None and is_superseding:
            _superseded([agreement for _pk, agreement in part], successor, on, by=by, now=now)
    return batch


def _superseded(keys: list[int], successor: Agreement, on: date, *, by: User, now: datetime) -> None:
    try:
        supersede(keys, successor=successor, on=on, by=by, now=now)
    except Refusal as problem:
        raise CampaignRefusal(str(problem), problem.field or "") from problem


def _said(
    answer: str, note: str, batch: CampaignBatch | None, by: User | None, now: datetime | None
) -> dict[str, object]:
    return {"answer": answer, "note": note, "batch": batch, "answered_by": by, "answered_at": now}


@transaction.atomic
def undo_batch(batch: CampaignBatch, *, by: User, now: datetime) -> int:
    """Opens again what this batch answered and nobody has answered otherwise or carried out since; a supersession is
    lifted. The number of rows. Raises CampaignRefusal."""
    _running(batch.campaign)
    locked = CampaignBatch.objects.select_for_update(of=("self",)).select_related("successor").get(pk=batch.pk)
    if locked.undone_at is not None:
        raise CampaignRefusal(_("Jawaban massal ini sudah ditarik."))
    open_again = locked.items.to_carry_out() if locked.answer in CARRIED_OUT_LATER else locked.items.all()
    keys = list(open_again.order_by("pk").values_list("pk", "agreement_id"))
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        update_by(CampaignItem, [pk for pk, _agreement in part], by=by, now=now, **_said("", "", None, None, None))
        if locked.successor is not None:
            agreements = [agreement for _pk, agreement in part]
            links = AgreementLink.objects.filter(later=locked.successor, kind=LinkKind.SUCCEEDS, earlier__in=agreements)
            lifted = list(links.values_list("earlier_id", flat=True))
            links.delete()
            update_by(Agreement, lifted, by=by, now=now, superseded_on=None)
    locked.undone_at, locked.undone_by = now, by
    locked.save(update_fields=["undone_at", "undone_by"])
    return len(keys)


# --- carrying out


def _to_carry_out(item: CampaignItem, answer: CampaignAnswer) -> CampaignItem:
    """The row, locked. Raises CampaignRefusal when it says something else by now, or somebody was faster."""
    rows = CampaignItem.objects.select_for_update(of=("self",)).select_related("agreement__owner_unit", "decision")
    locked = rows.get(pk=item.pk)
    if locked.answer != answer:
        raise CampaignRefusal(_("Jawaban baris ini berubah sejak halaman dibuka. Periksa dahulu jawabannya."))
    if not locked.waits_for_hand:
        raise CampaignRefusal(_("Jawaban ini sudah dilaksanakan."))
    return locked


@transaction.atomic
def carry_out_addendum(item: CampaignItem, *, new_name: str, by: User, now: datetime) -> Agreement:
    """Starts the draft of the addendum that was answered, about the new name. Raises CampaignRefusal."""
    locked = _to_carry_out(item, CampaignAnswer.ADDENDUM)
    locked.amendment = start_amendment(locked.agreement, by=by, now=now, new_name=new_name)
    save_by(locked, by=by, now=now)
    return locked.amendment


@transaction.atomic
def carry_out_end(
    item: CampaignItem, *, seen_until: date | None, on: date, reason: str, by: User, now: datetime, today: date
) -> EndingDecision:
    """Terminates the agreement that was to end, by the rules of every termination; where its end is decided already,
    that decision stands. Raises CampaignRefusal and TermRefusal."""
    locked = _to_carry_out(item, CampaignAnswer.END)
    made = standing_decision(locked.agreement)
    if made is None or made.choice not in {EndingChoice.LET_END, EndingChoice.TERMINATE}:
        made = terminate_agreement(
            locked.agreement, seen_until=seen_until, on=on, reason=reason, by=by, now=now, today=today
        )
    locked.decision = made
    save_by(locked, by=by, now=now)
    return made
