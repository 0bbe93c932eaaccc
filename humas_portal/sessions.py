"""Sessions in the database, as Django keeps them; every request asks for one."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from toolkit.prepared import prepared


@prepared()
def _session(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(DatabaseStore):
    def _get_session_from_db(self) -> Any:
        found = next(iter(_session.rows(self.session_key or "", timezone.now())), None)
        if found is None:
            self._session_key = None
        return found
