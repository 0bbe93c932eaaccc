"""How often something may be done: counted in the cache that all web processes share."""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True)
class Limit:
    """At most so often in each span of so many seconds; spans follow each other, the same for everybody."""

    most: int
    seconds: int


def is_spent(limit: Limit, what: str, who: str, *, now: datetime) -> bool:
    """Counts one more of `what` by `who`; whether that was too many. With the next span it is none again. No name
    stands in the cache, only its print.

    With Redis the count is exact; in the cache of the database two at the same moment may count as one."""
    span = int(now.timestamp()) // limit.seconds
    key = f"limit:{what}:{span}:{hashlib.sha256(who.encode()).hexdigest()}"
    try:
        count = cache.incr(key)
    except ValueError:
        count = 1 if cache.add(key, 1, timeout=2 * limit.seconds) else cache.incr(key)
    return count > limit.most


def client_address(request: HttpRequest) -> str:
    """The address a request comes from, as our own proxies tell it; of IPv6 the network of one household or office."""
    adapter: Any = get_adapter()
    address = str(adapter.get_client_ip(request))
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else address
