"""How often something may be done: counted in the cache that all web processes share."""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.http import HttpRequest


@dataclass(frozen=True)
class Limit:
    """At most so often in each span of so many seconds; spans follow each other, the same for everybody."""

    most: int
    seconds: int


def is_spent(limit: Limit, what: str, who: str, *, now: datetime) -> bool:
    """Counts one more of `what` by `who`; whether that was too many. With the next span it is none again. No name
    stands in the cache, only its print."""
    span = int(now.timestamp()) // limit.seconds
    key = f"limit:{what}:{span}:{hashlib.sha256(who.encode()).hexdigest()}"
    store: Any = caches["default"]
    until = datetime.fromtimestamp((span + 2) * limit.seconds, tz=UTC)
    if isinstance(store, DatabaseCache):
        return _counted_in_table(store, key, now=now, until=until) > limit.most
    try:
        count = store.incr(key)
    except ValueError:
        count = 1 if store.add(key, 1, timeout=2 * limit.seconds) else store.incr(key)
    return bool(count > limit.most)


def _counted_in_table(store: Any, key: str, *, now: datetime, until: datetime) -> int:
    """One statement where the cache itself takes six and may count two at the same moment as one; the first of a span
    also clears away what is over, as the cache does when it writes. The value is a plain number, so the key is not
    one that the cache writes for an older version of the portal beside this one."""
    table, moment = connection.ops.quote_name(store._table), connection.ops.adapt_datetimefield_value  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, '1', %s) ON CONFLICT (cache_key) "  # noqa: S608
            f"DO UPDATE SET value = CAST(CAST({table}.value AS integer) + 1 AS text) RETURNING value",
            [store.make_and_validate_key(f"counted:{key}"), moment(until)],
        )
        count = int(cursor.fetchone()[0])
        if count == 1:
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [moment(now)])  # noqa: S608
    return count


def client_address(request: HttpRequest) -> str:
    """The address a request comes from, as our own proxies tell it; of IPv6 the network of one household or office."""
    adapter: Any = get_adapter()
    address = str(adapter.get_client_ip(request))
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else address
