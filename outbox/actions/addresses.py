"""Addresses that bounced for good: held back, and let go again once somebody has put them right."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from outbox.doorbell import wake
from outbox.models import UNSENT, Message, State, SuppressedAddress


def suppress(address: str, *, reason: str, now: datetime) -> int:
    """No letter leaves to the address any more; the number of waiting letters held back."""
    address = address.strip().lower()
    with transaction.atomic():
        SuppressedAddress.objects.get_or_create(address=address, defaults={"reason": reason[:300], "since": now})
        return Message.objects.filter(to_addr=address, state__in=UNSENT).update(
            state=State.SUPPRESSED, claim_token=None, lease_until=None, last_error=reason[:300]
        )


def unsuppress(address: str, *, now: datetime) -> int:
    """Letters may go to the address again; the number of letters that wait again because their time is not over."""
    address = address.strip().lower()
    with transaction.atomic():
        SuppressedAddress.objects.filter(address=address).delete()
        released = (
            Message.objects.filter(to_addr=address, state=State.SUPPRESSED, settled_at=None)
            .filter(Q(not_after=None) | Q(not_after__gt=now))
            .update(state=State.PENDING, last_error="")
        )
    wake()
    return released
