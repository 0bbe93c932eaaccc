"""Which letters speak of an agreement, by its title or number."""

from typing import Any

from django.db.models import Q

from partnerships.letters.endings import ENDING
from partnerships.letters.monitoring import REMINDER, START
from partnerships.letters.submissions import OF_PUBLICATIONS, OF_SUBMISSIONS
from partnerships.models import Agreement, EndingNotice, MonitoringAnswer, Publication, Submission

# A letter of ends names its notices by their keys, which are looked for one by one.
MOST_NOTICES = 200


def letters_of_agreements(text: str, user: Any) -> Q:
    """Letters that name an agreement which the person may see; those of a re-evaluation name none."""
    agreements = Agreement.objects.visible_to(user).filter(Q(title__icontains=text) | Q(number__icontains=text))
    found = agreements.values("pk")
    condition = (
        Q(kind__in=OF_SUBMISSIONS, ref__in=Submission.objects.filter(agreement__in=found).values("pk"))
        | Q(kind__in=OF_PUBLICATIONS, ref__in=Publication.objects.filter(agreement__in=found).values("pk"))
        | Q(
            kind__in=(START, REMINDER),
            ref__in=MonitoringAnswer.objects.filter(agreement__in=found).values("monitored"),
        )
    )
    notices = EndingNotice.objects.filter(agreement__in=found).order_by("-pk").values_list("pk", flat=True)
    keys = "|".join(map(str, notices[:MOST_NOTICES]))
    return condition | Q(kind=ENDING, context__notices__regex=rf"(^|[^0-9])({keys})([^0-9]|$)") if keys else condition
