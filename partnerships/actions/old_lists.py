"""Recording the right rows of an old list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from partnerships.actions.texts import refresh_words
from partnerships.models import Agreement, AgreementKind, AgreementParty, Organization
from partnerships.spreadsheets.old_lists import OldRow, PartyFacts, plain_key
from toolkit.history import create_by
from units.models import User

BATCH = 100

Progress = Callable[[int, int], None]


@dataclass
class Imported:
    n_agreements: int = 0
    n_partners: int = 0


def import_old_list(
    rows: Sequence[OldRow], *, by: User, now: datetime, progress: Progress = lambda done, total: None
) -> Imported:
    """Records rows that are ready, a batch at a time; one that has been recorded meanwhile is left out, so doing it
    twice makes nothing new. The history says who imported."""
    done = Imported()
    for start in range(0, len(rows), BATCH):
        progress(start, len(rows))
        _import_batch(rows[start : start + BATCH], done, by=by, now=now)
    progress(len(rows), len(rows))
    return done


@transaction.atomic
def _import_batch(rows: Sequence[OldRow], done: Imported, *, by: User, now: datetime) -> None:
    # Two imports take turns, so that each sees what the other has recorded.
    list(AgreementKind.objects.select_for_update(no_key=True).order_by("pk"))
    recorded = _recorded(rows)
    rows = [row for row in rows if row.owner and _key(row.owner.pk, row.facts) not in recorded]
    if not rows:
        return
    partners = _partners(rows, done, by=by, now=now)
    reason = _("Impor daftar lama")
    agreements = [Agreement(owner_unit=row.owner, created_at=now, **row.facts) for row in rows]
    made = create_by(agreements, by=by, now=now, reason=reason)
    parties = [
        AgreementParty(
            agreement=agreement,
            position=place,
            unit_id=party.unit_id,
            organization_id=None if party.unit_id else party.organization_id or partners[party.name.casefold()],
            party_number=party.party_number,
            signatory_name=party.signatory_name,
            signatory_position=party.signatory_position,
            signed_on=agreement.signed_on,
        )
        for agreement, row in zip(made, rows, strict=True)
        for place, party in enumerate(row.parties, start=1)
    ]
    create_by(parties, by=by, now=now, reason=reason)
    refresh_words([agreement.pk for agreement in made], now=now)
    done.n_agreements += len(made)


def _key(owner: int, facts: "dict[str, object]") -> tuple[object, ...]:
    if facts["number"]:
        return owner, plain_key(str(facts["number"]))
    return owner, plain_key(str(facts["title"])), facts["signed_on"] or facts["effective_from"]


def _recorded(rows: Sequence[OldRow]) -> set[tuple[object, ...]]:
    owners = {row.owner.pk for row in rows if row.owner}
    fields = ("number", "title", "signed_on", "effective_from")
    known = Agreement.objects.filter(owner_unit__in=owners).order_by("pk")
    return {_key(facts["owner_unit"], facts) for facts in known.values("owner_unit", *fields)}


def _partners(rows: Sequence[OldRow], done: Imported, *, by: User, now: datetime) -> dict[str, int]:
    """The keys of organisations the rows name and nobody had recorded when they were read; missing ones are made."""
    wanted: dict[str, PartyFacts] = {}
    for row in rows:
        for party in row.parties:
            if party.unit_id is None and party.organization_id is None:
                wanted.setdefault(party.name.casefold(), party)
    if not wanted:
        return {}
    names = [party.name for party in wanted.values()]
    there = {name.casefold(): pk for pk, name in Organization.objects.filter(name__in=names).values_list("pk", "name")}
    missing = [
        Organization(name=party.name, kind=party.kind, country=party.country)
        for name, party in wanted.items()
        if name not in there
    ]
    if missing:
        made = create_by(missing, by=by, now=now, reason=_("Impor daftar lama"))
        done.n_partners += len(made)
        there |= {partner.name.casefold(): partner.pk for partner in made}
    return there
