"""What was really paid for a line, with its document."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction

from toolkit.history import save_by
from toolkit.uploads import PdfFacts, check_pdf
from units.models import User
from workshops.actions.evidence import file_evidence
from workshops.actions.refusals import ChangedMeanwhile
from workshops.models import BudgetLine, BudgetRealization
from workshops.versions import version_of_realization


@dataclass(frozen=True, kw_only=True)
class RealizationFacts:
    amount: int
    paid_on: date
    document_number: str
    note: str = ""


@dataclass(frozen=True)
class Proof:
    """A PDF that was handed in; `facts` of a check already made spare a second one."""

    file: "File[Any]"
    facts: PdfFacts | None = None


def record_realization(
    line: BudgetLine,
    *,
    facts: RealizationFacts,
    proof: Proof | None = None,
    form_token: uuid.UUID | None = None,
    by: User,
    now: datetime,
) -> BudgetRealization:
    """A payment for the line. The same `form_token` again returns the first one. Raises ChangedMeanwhile when the line
    is gone, and UnfitFile for what is no plain PDF."""
    try:
        with transaction.atomic():
            current = BudgetLine.objects.select_for_update(of=("self",)).filter(pk=line.pk).first()
            if current is None:
                raise ChangedMeanwhile
            made = BudgetRealization(line=current, form_token=form_token, recorded_at=now, recorded_by=by)
            return _written(made, facts, proof, by=by, now=now)
    except IntegrityError:
        first = BudgetRealization.objects.filter(form_token=form_token, line=line).first()
        if form_token is None or first is None:
            raise
        return first


@transaction.atomic
def edit_realization(
    realization: BudgetRealization,
    *,
    facts: RealizationFacts,
    proof: Proof | None = None,
    version: str | None = None,
    by: User,
    now: datetime,
) -> BudgetRealization:
    """Without a new proof the old one stays. Raises ChangedMeanwhile and UnfitFile."""
    current = BudgetRealization.objects.select_for_update(of=("self",)).filter(pk=realization.pk).first()
    if current is None or (version is not None and version != version_of_realization(current)):
        raise ChangedMeanwhile
    return _written(current, facts, proof, by=by, now=now)


@transaction.atomic
def remove_realization(realization: BudgetRealization, *, by: User, now: datetime) -> None:
    """Its history stays, its document goes. Removing it twice is harmless."""
    current = BudgetRealization.objects.select_for_update(of=("self",)).filter(pk=realization.pk).first()
    if current is None:
        return
    _drop_later(current)
    vars(current).update(_history_user=by, _history_date=now)
    line = current.line
    current.delete()
    _follow(line, by=by, now=now)


def _written(
    realization: BudgetRealization, facts: RealizationFacts, proof: Proof | None, *, by: User, now: datetime
) -> BudgetRealization:
    for name, value in vars(facts).items():
        setattr(realization, name, value)
    if proof is not None:
        found = proof.facts or check_pdf(proof.file)
        _drop_later(realization)
        realization.file = proof.file
        realization.original_name = _plain_name(proof.file.name or "")
        realization.size, realization.sha256 = found.size, found.sha256
    save_by(realization, by=by, now=now)
    _follow(realization.line, by=by, now=now)
    return realization


def _follow(line: BudgetLine, *, by: User, now: datetime) -> None:
    """What a partner paid counts for its agreement."""
    if line.agreement_id is not None:
        file_evidence(line.budget.workshop_id, by=by, now=now)


def _drop_later(realization: BudgetRealization) -> None:
    """The bytes go only when the row has really changed."""
    if realization.file:
        storage, name = realization.file.storage, str(realization.file.name)
        transaction.on_commit(lambda: storage.delete(name))


def _plain_name(name: str) -> str:
    """The sender's file name for the row: no folders, no control characters, at most 200 characters."""
    name = "".join(character for character in PurePath(name).name if character.isprintable()).strip() or "bukti.pdf"
    return name if len(name) <= 200 else f"{name[:195]}….pdf"
