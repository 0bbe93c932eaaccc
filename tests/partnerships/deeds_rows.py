"""What was done under an agreement, for tests: a commitment, a report with its evidence, a round of monitoring."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from partnerships.models import (
    Activity,
    Agreement,
    Commitment,
    MonitoredUnit,
    MonitoringAnswer,
    MonitoringRound,
    Rating,
    half_of,
)
from units.models import Unit, User


@dataclass
class Deeds:
    commitment: Commitment
    activity: Activity
    monitored: MonitoredUnit
    answer: MonitoringAnswer


def make_deeds(agreement: Agreement, unit: Unit, *, canary: str, content: bytes, by: User, now: datetime) -> Deeds:
    """The round is so long past that no letter is planned of it: it would be one more than tests count."""
    party = agreement.parties.order_by("position")[0]
    commitment = Commitment.objects.create(agreement=agreement, party=party, what=f"Janji {canary}", quantity=4)
    activity = Activity(
        agreement=agreement,
        commitment=commitment,
        amount=1,
        title=f"Kegiatan {canary}",
        held_on=now.date(),
        half_year=half_of(now.date()),
        result_ours=f"Hasil {canary}",
        unit=unit,
        reported_at=now,
        reported_by=by,
        original_name=f"bukti-{canary}.pdf",
        content_type="application/pdf",
    )
    activity.file.save("bukti.pdf", ContentFile(content), save=False)
    activity.save()
    long_ago = now.date() - timedelta(days=90)
    round_ = MonitoringRound.objects.create(
        title=f"Putaran {canary}",
        period_from=long_ago - timedelta(days=180),
        period_until=long_ago,
        due_on=long_ago + timedelta(days=14),
        opened_at=now - timedelta(days=90),
        opened_by=by,
    )
    monitored = MonitoredUnit.objects.create(round=round_, unit=unit, region=unit)
    answer = MonitoringAnswer(
        monitored=monitored,
        agreement=agreement,
        rating=Rating.PARTLY,
        what=f"Pelaksanaan {canary}",
        answered_at=now,
        answered_by=by,
        original_name=f"bukti-{canary}.pdf",
        content_type="application/pdf",
    )
    answer.file.save("bukti.pdf", ContentFile(content), save=False)
    answer.save()
    return Deeds(commitment, activity, monitored, answer)
