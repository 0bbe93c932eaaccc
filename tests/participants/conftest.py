from collections.abc import Callable

import pytest
from django.test import Client

from tests.participants.scene import Scene, make_scene
from units.models import User


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return enter
