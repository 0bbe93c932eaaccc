"""The two statements that every letter passes, as SQL: building them anew with the ORM for each letter took more time
than all the rest of its delivery. The same text runs on PostgreSQL and on SQLite."""

import hashlib
import re
import uuid
from datetime import datetime
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

FENCE = """
UPDATE outbox_message
   SET state = 'sending', rendered = %(content)s, rendered_sha256 = %(sha256)s, lease_until = %(lease_until)s
 WHERE id = %(id)s AND claim_token = %(token)s AND state = 'claimed'
   AND (not_after IS NULL OR not_after > %(now)s)
   AND (topic_id IS NULL OR EXISTS (
       SELECT 1 FROM outbox_topic
        WHERE outbox_topic.id = outbox_message.topic_id
          AND outbox_topic.schedule_rev = outbox_message.topic_rev AND NOT outbox_topic.is_held))
   AND NOT EXISTS (
       SELECT 1 FROM outbox_suppressedaddress WHERE outbox_suppressedaddress.address = outbox_message.to_addr)
"""

MARK_SENT = """
UPDATE outbox_message
   SET state = 'sent', sent_at = %(now)s, attempts = attempts + 1, last_code = %(code)s, last_error = '',
       smtp_reply = %(reply)s, in_doubt_at = NULL, claim_token = NULL, lease_until = NULL,
       context = CASE WHEN is_sensitive THEN %(nothing)s ELSE context END
 WHERE id = %(id)s AND claim_token = %(token)s AND state IN ('sending', 'uncertain')
"""

# "late": the server took it, but the letter had been taken over. The second time round (the answer to the first commit
# was lost) nothing is inserted.
WRITE_DOWN_SENT = """
INSERT INTO outbox_attempt (message_id, n, phase, outcome, code, reply, worker, started_at, ended_at)
SELECT id, %(n)s, 'dot', CASE WHEN state = 'sent' AND sent_at = %(now)s THEN 'sent' ELSE 'late' END,
       %(code)s, %(reply)s, %(worker)s, %(started_at)s, %(now)s
  FROM outbox_message
 WHERE id = %(id)s AND NOT EXISTS (
       SELECT 1 FROM outbox_attempt WHERE message_id = %(id)s AND n = %(n)s AND ended_at = %(now)s)
RETURNING outcome
"""


# Planning these took PostgreSQL longer than running them, so they are planned once for each connection.
_TYPES = {
    "code": "smallint",
    "content": "bytea",
    "id": "bigint",
    "lease_until": "timestamptz",
    "n": "smallint",
    "nothing": "jsonb",
    "now": "timestamptz",
    "reply": "varchar",
    "sha256": "varchar",
    "started_at": "timestamptz",
    "token": "uuid",
    "worker": "varchar",
}
_NAMES = re.compile(r"%\((\w+)\)s")
_planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def pass_fence(**values: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_text(cursor, FENCE), _bound(values))
        return int(cursor.rowcount) == 1


def mark_sent(**values: Any) -> str:
    """ "sent", "late", or "" when this had been written down before."""
    bound = _bound(values | {"nothing": "{}"})
    if connection.vendor == "postgresql":  # both in one round trip, which is one transaction
        with connection.cursor() as cursor:
            cursor.execute(f"{_text(cursor, MARK_SENT)};{_text(cursor, WRITE_DOWN_SENT)}", bound)
            row = cursor.fetchone()
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(MARK_SENT, bound)
            cursor.execute(WRITE_DOWN_SENT, bound)
            row = cursor.fetchone()
    return str(row[0]) if row else ""


def _text(cursor: CursorWrapper, statement: str) -> str:
    """The statement, or the call of its plan where the connection is ours alone (not behind a pooler)."""
    if connection.vendor != "postgresql" or connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        return statement
    names, plan = _names(statement), _plan(statement)
    planned = _planned.setdefault(connection.connection, set())
    if plan not in planned:
        body = _NAMES.sub(lambda found: f"${names.index(found[1]) + 1}", statement)
        cursor.execute(f"PREPARE {plan} ({', '.join(_TYPES[name] for name in names)}) AS {body}")
        planned.add(plan)
    return f"EXECUTE {plan} ({', '.join(f'%({name})s' for name in names)})"


@cache
def _names(statement: str) -> list[str]:
    return list(dict.fromkeys(_NAMES.findall(statement)))


@cache
def _plan(statement: str) -> str:
    return f"outbox_{hashlib.sha256(statement.encode()).hexdigest()[:12]}"


def _bound(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _bind(value) for name, value in values.items()}


def _bind(value: Any) -> Any:
    """As the database of these settings keeps it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, uuid.UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
