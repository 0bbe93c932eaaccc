"""The owner's pages of long work."""

from pathlib import Path
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from jobs.actions import start_job
from jobs.actions.working import do_next_job
from jobs.models import Job, JobState
from jobs.registry import _kinds
from tests.factories import make_user
from tests.jobs import kinds
from units.access import Role
from units.models import User

NOW = timezone.now()


@pytest.fixture(autouse=True)
def known_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.registry._kinds", dict(_kinds))
    kinds.register()


@pytest.fixture
def people(db: None) -> tuple[User, User]:
    return (
        make_user("admin@humas.test", role=Role.BUREAU_ADMIN),
        make_user("lain@humas.test", role=Role.BUREAU_ADMIN),
    )


def browser_of(user: User, *, is_lately: bool = False) -> Client:
    client = Client()
    client.force_login(user)
    if is_lately:
        request = HttpRequest()
        request.session = client.session
        record_authentication(request, user, "password", reauthenticated=True)
        request.session.save()
    return client


def test_only_the_owner_sees_fetches_and_cancels(people: tuple[User, User], tmp_path: Path) -> None:
    owner, other = people
    job = start_job("test.count", by=owner, now=NOW, log=str(tmp_path / "log"))
    do_next_job()
    foreign = browser_of(other)
    assert [
        foreign.get(reverse("job_detail", args=[job.pk])).status_code,
        foreign.post(reverse("job_cancel", args=[job.pk])).status_code,
        foreign.get(reverse("job_download", args=[job.pk])).status_code,
    ] == [404, 404, 404]
    assert "Menghitung" not in foreign.get(reverse("job_list")).content.decode()

    own = browser_of(owner)
    assert "40 langkah" in own.get(reverse("job_list")).content.decode()
    answer = own.get(reverse("job_download", args=[job.pk]))
    assert (b"".join(answer.streaming_content), answer["Content-Length"]) == (b"selesai", "7")  # type: ignore[attr-defined]
    assert 'filename="hasil.txt"' in answer["Content-Disposition"]


def test_an_open_job_asks_again_by_itself_and_a_finished_one_does_not(
    people: tuple[User, User], tmp_path: Path
) -> None:
    owner, _other = people
    job = start_job("test.count", by=owner, now=NOW, log=str(tmp_path / "log"))
    own, url = browser_of(owner), reverse("job_detail", args=[job.pk])
    card = own.get(url, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in card
    assert "<html" not in card
    do_next_job()
    card = own.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in card
    assert reverse("job_download", args=[job.pk]) in card


def test_cancelling_is_a_button(people: tuple[User, User]) -> None:
    owner, _other = people
    job = start_job("test.count", by=owner, now=NOW, log="x")
    page = browser_of(owner).post(reverse("job_cancel", args=[job.pk]), follow=True).content.decode()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert "Dibatalkan" in page


def test_a_sensitive_result_asks_who_is_there(people: tuple[User, User], tmp_path: Path) -> None:
    owner, _other = people
    job = start_job("test.secret", by=owner, now=NOW, log=str(tmp_path / "log"))
    do_next_job()
    url = reverse("job_download", args=[job.pk])
    asked = browser_of(owner).get(url)
    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert browser_of(owner, is_lately=True).get(url).status_code == 200


def test_a_result_is_not_handed_out_once_the_right_is_gone(people: tuple[User, User], tmp_path: Path) -> None:
    owner, _other = people
    job = start_job("test.admins", by=owner, now=NOW, log=str(tmp_path / "log"))
    do_next_job()
    User.objects.filter(pk=owner.pk).update(role=Role.BUREAU_STAFF)
    own = browser_of(owner)
    assert own.get(reverse("job_download", args=[job.pk])).status_code == 404
    assert "Unduh hasil" not in own.get(reverse("job_detail", args=[job.pk])).content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_asks_the_same_whatever_its_length(
    people: tuple[User, User], n: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    owner, _other = people
    Job.objects.bulk_create(Job(kind="test.count", owner=owner, created_at=NOW) for _ in range(n))
    browser: Any = browser_of(owner)
    browser.get(reverse("job_list"))
    with django_assert_num_queries(5):
        browser.get(reverse("job_list"))
