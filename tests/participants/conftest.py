from collections.abc import Callable

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client

from tests.participants.scene import Scene, make_scene
from units.models import User


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    def enter(user: User, *, lately: bool = False) -> Client:
        """A signed-in browser; `lately` has typed the password just now, as exports ask for."""
        client = Client()
        client.force_login(user)
        if lately:
            request = HttpRequest()
            request.session = client.session
            record_authentication(request, user, "password", reauthenticated=True)
            request.session.save()
        return client

    return enter
