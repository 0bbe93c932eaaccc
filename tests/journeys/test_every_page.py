"""Every page that a role may open, opened in a real browser: axe finds nothing, the Content Security Policy refuses
nothing, no script breaks, and on a phone nothing sticks out sideways and the current tab is in sight."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from humas_portal.access import RULES, who
from partnerships.models import ScopeTag
from tests.factories import build_bureau, build_kanwil, publish_agreement
from tests.journeys.conftest import AXE, Person
from tests.test_access import URLS, own_path
from units.models import User

pytestmark = [pytest.mark.journey, pytest.mark.no_cover, pytest.mark.django_db(transaction=True)]

# Answers that are no page to look at: they lead elsewhere, hand out a file, or are a part of another page.
NO_PAGE = (
    "_search",
    "export",
    "download",
    "message_body",
    "agreement_file",
    "_photo",
    "jsi18n",
    "autocomplete",
    "healthz",
    "_gate",
    "agreement_partners",
    "campaign_successors",
)
WIDTHS = {"admin": (1440, 960), "regional": (390, 844)}


def opens(path: str, user: User) -> bool:
    """Whether this address answers the person with a page of its own."""
    client = Client()
    client.force_login(user)
    answer = client.get(path)
    return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")


HIDDEN_TABS = """() => [...document.querySelectorAll(".tabs > [aria-current]")].filter((tab) => {
  const {left, right} = tab.getBoundingClientRect();
  return left < 0 || right > document.documentElement.clientWidth;
}).map((tab) => `out of sight: ${tab.textContent}`)"""


def faults_of(person: Person, path: str) -> list[str]:
    person.faults.clear()
    person.open(path)
    person.page.evaluate(AXE)
    found = person.page.evaluate("() => axe.run(document, {preload: false, resultTypes: ['violations']})")["violations"]
    faults = [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in found]
    sticks_out = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    hidden = person.page.evaluate(HIDDEN_TABS)
    return [*faults, *person.faults, *hidden, *([f"sticks out by {sticks_out} px"] if sticks_out > 0 else [])]


@pytest.mark.parametrize("role", sorted(WIDTHS))
def test_no_page_has_a_fault(role: str, somebody: Any) -> None:
    bureau = build_bureau()
    kanwil = build_kanwil("Alfa", bureau, number=1)
    ScopeTag.objects.create(name="Contoh")
    publish_agreement(bureau.agreement, by=bureau.admin, now=timezone.now())
    user = bureau.admin if role == "admin" else kanwil.admin
    width, height = WIDTHS[role]
    person = somebody(user.email, viewport={"width": width, "height": height})
    names = [url for url in URLS if who(user) & RULES[url.name].get and not url.name.endswith(NO_PAGE)]
    paths = {url.name: own_path(url, kanwil) for url in names if "logout" not in url.name}
    pages = {name: path for name, path in paths.items() if opens(path, user)}
    assert len(pages) > 40
    faults = {name: found for name, path in pages.items() if (found := faults_of(person, path))}
    assert not faults
