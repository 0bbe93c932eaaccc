import io
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.management import call_command

from dashboard.management.sample.loading import DatabaseIsInUse, load_sample_data
from units.models import Unit, User

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.mark.django_db
def test_a_database_with_other_peoples_accounts_is_left_alone():
    User.objects.create_user("orang@kantor.test", role="bureau_admin", full_name="Orang Lain")

    with pytest.raises(DatabaseIsInUse):
        load_sample_data(settings.BASE_DIR / "data", now=NOW)
    out = io.StringIO()
    call_command("load_sample", stdout=io.StringIO(), stderr=out)

    assert "no sample data was loaded" in out.getvalue()
    assert (Unit.objects.count(), User.objects.count()) == (0, 1)
