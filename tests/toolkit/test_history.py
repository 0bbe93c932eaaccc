from datetime import UTC, datetime, timedelta

import pytest
from django.forms import model_to_dict

from participants.models import Invitation
from tests.factories import build_bureau, make_unit
from toolkit import history

NOW = datetime(2026, 9, 1, 3, tzinfo=UTC)


@pytest.mark.django_db
def test_many_rows_get_their_history_as_single_ones_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over more than one batch; the history is what `save_by` would have written, and of these rows alone."""
    monkeypatch.setattr(history, "BATCH", 2)
    bureau = build_bureau(NOW)
    units = [make_unit(f"Rutan {n}") for n in range(4)]
    rows = [
        Invitation(
            workshop=bureau.workshop,
            unit=unit,
            seats_onsite=n,
            seats_online=1,
            reply_deadline=NOW + timedelta(days=n),
            invited_at=NOW,
            invited_by=bureau.admin,
        )
        for n, unit in enumerate(units)
    ]
    single = rows.pop()
    history.save_by(single, by=bureau.admin, now=NOW)
    made = history.create_by(rows, by=bureau.staff, now=NOW)
    copies = Invitation.history.exclude(id=single.pk).order_by("id")
    assert [row.instance for row in copies] == made == list(Invitation.objects.exclude(pk=single.pk).order_by("pk"))
    assert [model_to_dict(row.instance) for row in copies] == [model_to_dict(row) for row in made]
    assert {(row.history_type, row.history_user, row.history_date) for row in copies} == {("+", bureau.staff, NOW)}
    assert Invitation.history.get(id=single.pk).history_user == bureau.admin
