"""The database's clock: one truth for all workers, whatever their own clocks say."""

import time
from datetime import datetime, timedelta

from django.db import connection


class Clock:
    """The database's time, read once; then it runs on by the monotonic clock, which no time server turns back."""

    def __init__(self) -> None:
        self._start = database_now()
        self._from = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._from)


def database_now() -> datetime:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT statement_timestamp()")
            moment: datetime = cursor.fetchone()[0]
            return moment
        cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")
        return datetime.fromisoformat(cursor.fetchone()[0])
