"""For watchdogs."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse

from outbox import health
from outbox.delivery.clock import database_now


@login_not_required
def outbox_health(request: HttpRequest) -> JsonResponse:
    """For a watchdog: 200 while letters move, 503 when the outbox stands still."""
    found = health.check(database_now())
    facts = {
        "status": "ok" if found.is_well else "late",
        "ticked_at": found.ticked_at,
        "oldest_due_at": found.oldest_due_at,
        "due": found.n_due,
        "stuck_channels": [channel.name for channel in found.stuck_channels],
    }
    return JsonResponse(facts, status=200 if found.is_well else 503)
