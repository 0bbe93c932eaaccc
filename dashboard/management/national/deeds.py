"""Commitments and activities of many agreements."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from partnerships.models import Activity, ActivitySource, Agreement, AgreementParty, Commitment, Measure, half_of
from units.models import User

BATCH = 2_000
SHARE = 4  # of five agreements so many have commitments


def make_deeds(*, n: int, by: User, now: datetime) -> None:
    """Two commitments for four of five agreements, and `n` activities spread over two of three of them."""
    rows = list(Agreement.objects.order_by("pk").values_list("pk", "owner_unit"))
    if not rows:
        return
    parties = dict(AgreementParty.objects.filter(position=2).values_list("agreement", "pk"))
    Commitment.objects.bulk_create(_commitments([pk for pk, _unit in rows], parties), batch_size=BATCH)
    first = dict(Commitment.objects.filter(measure=Measure.OTHER).order_by("pk").values_list("agreement", "pk"))
    Activity.objects.bulk_create(_activities(rows, first, n, by, now), batch_size=BATCH)


def _commitments(agreements: list[int], parties: dict[int, int]) -> Iterator[Commitment]:
    for number, pk in enumerate(agreements):
        if number % 5 < SHARE:
            yield Commitment(
                agreement_id=pk, party_id=parties.get(pk), what="Kegiatan bersama", quantity=4, counts_workshops=True
            )
            yield Commitment(
                agreement_id=pk,
                party_id=parties.get(pk),
                what="Publikasi bersama",
                measure=Measure.OTHER,
                unit_of_measure="naskah",
                quantity=6,
            )


def _activities(
    rows: list[tuple[int, int]], first: dict[int, int], n: int, by: User, now: datetime
) -> Iterator[Activity]:
    done = [row for number, row in enumerate(rows) if number % 3] or rows
    for number in range(n):
        agreement, unit = done[number % len(done)]
        day = now.date() - timedelta(days=number * 11 % 900)
        commitment = first.get(agreement) if number % 2 else None
        yield Activity(
            agreement_id=agreement,
            commitment_id=commitment,
            amount=1 if commitment else None,
            source=ActivitySource.REPORTED,
            title=f"Kegiatan contoh {number + 1:05}",
            held_on=day,
            half_year=half_of(day),
            result_ours="Layanan lebih cepat.",
            result_partner="Bahan penelitian.",
            unit_id=unit,
            reported_at=now,
            reported_by=by,
        )
