"""What a person waits for who starts a mailing: the deeds over HTTP, through the portal's own server and pages."""

from collections.abc import Callable
from functools import partial

from bench.browser import Browser
from bench.letters import mailing
from bench.letters.mailing import Ready, Scene
from bench.letters.place import processor_seconds
from bench.pages import server
from outbox.delivery.clock import database_now
from outbox.models import UNSENT, Message, State
from outbox.planners import tick
from participants.models import Registration

GUNICORN = "gunicorn"


def measured(scene: Scene) -> float:
    """The slowest deed, in ms."""
    people = Registration.objects.filter(workshop=scene.mailing).count()
    mailing.publish_static()
    with server("humas_portal.wsgi:application", "bench.settings") as port:
        browser = mailing.signed_in(port, scene.by)
        move = partial(mailing.ready_to_move, browser, scene.mailing)
        invite = partial(mailing.ready_to_invite, browser, scene.other)
        for _ in range(4):  # both processes of the server have to wake up
            move()
            invite()
        slowest = [
            _measure(f"move, {people} people told", browser, move),
            _measure("invite all offices", browser, invite),
        ]
        slowest.append(_measure(f"move, {_waiting()} letters waiting", browser, move))
    print(f"offices invited: {mailing.n_asked(scene.other)}; told before: {_told(scene)} letters")
    return max(slowest)


def _waiting() -> int:
    """Let the planners write the notices of the move; none leaves."""
    tick(database_now())
    return Message.objects.filter(state__in=UNSENT).count()


def _told(scene: Scene) -> int:
    return Message.objects.filter(topic=scene.mailing.topic_id, state=State.SENT).count()


def _measure(name: str, browser: Browser, prepare: Callable[[], Ready]) -> float:
    ready = prepare()
    before = processor_seconds(server=GUNICORN)
    answer = ready.do(browser)
    spent = 1000 * (processor_seconds(server=GUNICORN) - before).total()
    page = ready.preview
    print(
        f"request, {name}: {answer.milliseconds:.0f} ms, {answer.statements} statements, processor {spent:.0f} ms;"
        f" the page before it {page.milliseconds:.0f} ms, {page.statements} statements"
    )
    return answer.milliseconds
