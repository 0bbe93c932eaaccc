"""The access table against the whole portal: every url, every role, every method, with and without htmx, and two
complete Kanwil of which one must never read a word of the other's (docs/architecture.md, who may see what).

Everything is driven by the resolver and the table: a new url is walked as soon as it stands in both."""

import hashlib
import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import connection, transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from humas_portal import access, middleware
from humas_portal.access import ANONYMOUS, ANYONE, RULES, SIGNED_IN, Rule, who
from outbox.models import MessageQuerySet
from participants.links import link_token
from participants.models import InvitationQuerySet, ParticipantQuerySet, RegistrationQuerySet
from partnerships.models import AgreementQuerySet, ChecklistPoint, Publication, ScopeTag, SigningAuthority
from tests.factories import Bureau, Kanwil, build_bureau, build_kanwil, publish_agreement
from units.access import Role
from units.models import User, UserQuerySet
from workshops.feeds import feed_url
from workshops.links import item_token, speaker_token
from workshops.models import (
    ActionItemQuerySet,
    SpeakerInvitationQuerySet,
    SpeakerQuerySet,
    StandardCost,
    VenueQuerySet,
    WorkshopQuerySet,
)

# What it opens is covered by the tests of each page; measuring it once more would double the time of this file.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
HTMX = {"HX-Request": "true"}

# --- the urls ---


@dataclass(frozen=True)
class Url:
    """A place of the resolver: its key in the table, and the names of what must be filled in."""

    name: str
    route: str
    args: tuple[str, ...]


def walk(
    resolver: URLResolver | None = None, prefix: str = "", names: tuple[str, ...] = (), args: tuple[str, ...] = ()
) -> Iterator[Url]:
    """Every url of the portal, also those without a name."""
    for part in (resolver or get_resolver()).url_patterns:
        route = prefix + str(part.pattern).removeprefix("^")
        own = (*args, *part.pattern.converters, *part.pattern.regex.groupindex)
        own = tuple(dict.fromkeys(own))
        if isinstance(part, URLResolver):
            yield from walk(part, route, (*names, part.namespace) if part.namespace else names, own)
        elif isinstance(part, URLPattern):
            name = ":".join((*names, part.name)) if part.name else f"unnamed:{route}"
            yield Url(name, route, own)


URLS = sorted(walk(), key=lambda url: url.name)


def differences(rules: dict[str, Rule]) -> tuple[set[str], set[str]]:
    """Urls without a rule, and rules without an url."""
    names = {url.name for url in URLS}
    return names - set(rules), set(rules) - names


# --- what is filled into them ---

# Whose key an url's `pk` is: by the beginning of its name, the longest beginning wins.
ROWS: dict[str, Callable[[Kanwil], Any]] = {
    "action_item_": lambda k: k.action_item.pk,
    "activity_": lambda k: k.agreement.pk,
    "commitment_": lambda k: k.agreement.pk,
    "monitoring_": lambda k: k.deeds.monitored.round_id,
    "candidate_": lambda k: k.workshop.pk,
    "meeting_": lambda k: k.workshop.pk,
    "minutes_": lambda k: k.workshop.pk,
    "venue_": lambda k: k.venue.pk,
    "agenda_": lambda k: k.workshop.pk,
    "agreement_": lambda k: k.agreement.pk,
    "agreement_public": lambda k: Publication.objects.get().agreement_id,
    "allocation_edit": lambda k: k.invitation.pk,
    "budget_": lambda k: k.workshop.pk,
    "campaign_": lambda k: k.campaign_batch.campaign_id,
    "work_plan_": lambda k: k.plan_approval.plan_id,
    "checklist_apply": lambda k: k.workshop.pk,
    "checklist_item_": lambda k: k.workshop.pk,
    "checklist_template_": lambda k: k.preparation.checklist_template.pk,
    "contact_": lambda k: k.contact.pk,
    "contact_create": lambda k: k.unit.pk,
    "document_": lambda k: k.workshop.pk,
    "group_": lambda k: k.group.pk,
    "job_": lambda k: k.job.pk,
    "invitation_": lambda k: k.invitation.pk,
    "invitation_export": lambda k: k.workshop.pk,
    "invitation_link_cancel": lambda k: k.registration.pk,
    "invitation_link_replace": lambda k: k.registration.pk,
    "invite_units": lambda k: k.workshop.pk,
    "mfa_": lambda k: 1,
    "participant_": lambda k: k.participant.pk,
    "realization_": lambda k: k.workshop.pk,
    "plan_template_": lambda k: k.preparation.plan_template.pk,
    "registration_": lambda k: k.registration.pk,
    "registration_create": lambda k: k.invitation.pk,
    "registration_export": lambda k: k.workshop.pk,
    "remind_units": lambda k: k.workshop.pk,
    "committee_": lambda k: k.workshop.pk,
    "decree_": lambda k: k.workshop.pk,
    "presentation_download": lambda k: k.presentation.pk,
    "proposal_take": lambda k: k.question.pk,
    "question_": lambda k: k.question.pk,
    "series_": lambda k: k.preparation.series.pk,
    "session_": lambda k: k.workshop.pk,
    "agreement_file": lambda k: k.agreement_file.pk,
    "speaker_": lambda k: k.speaker.pk,
    "speaker_link_download": lambda k: k.presentation.pk,
    "speakers_": lambda k: k.workshop.pk,
    "standard_cost_": lambda k: StandardCost.objects.get().pk,
    "topic_": lambda k: k.workshop.topic_id,
    "unit_": lambda k: k.unit.pk,
    "user_": lambda k: k.operator.pk,
    "workshop_": lambda k: k.workshop.pk,
}
# Args that mean the same wherever they stand: keys of rows, and what belongs to nobody.
ROW_ARGS: dict[str, Callable[[Kanwil], Any]] = {
    "feed_token": lambda k: feed_url(k.feed).rstrip("/").rpartition("/")[2],
    "approval_pk": lambda k: k.plan_approval.pk,
    "campaign_item_pk": lambda k: k.campaign_batch.campaign.items.get().pk,
    "batch_pk": lambda k: k.campaign_batch.pk,
    "activity_pk": lambda k: k.deeds.activity.pk,
    "answer_pk": lambda k: k.deeds.answer.pk,
    "commitment_pk": lambda k: k.deeds.commitment.pk,
    "monitored_pk": lambda k: k.deeds.monitored.pk,
    "line_pk": lambda k: k.budget_line.pk,
    "realization_pk": lambda k: k.realization.pk,
    "public_id": lambda k: k.message.public_id,
    "candidate_pk": lambda k: k.candidate.pk,
    "item_token": lambda k: item_token(k.action_item),
    "meeting_pk": lambda k: k.meeting.pk,
    "document_pk": lambda k: k.preparation.document.pk,
    "item_pk": lambda k: k.preparation.item.pk,
    "session_pk": lambda k: k.session.pk,
    "file_pk": lambda k: k.agreement_file.pk,
    "use_pk": lambda k: k.venue_use.pk,
    "token": lambda k: link_token(k.invitation.pk, k.contact.pk, k.invitation.link_version, k.contact.email),
}
# Tokens of other links than the one in a unit's letter, by the beginning of the url's name.
TOKENS: dict[str, Callable[[Kanwil], str]] = {
    "speaker_link": lambda k: speaker_token(k.question.pk, k.question.version, k.speaker.email),
}
ARGS = {"uidb36": "1", "key": "set-password", "app_label": "partnerships", "content_type_id": "1", "number": "1"}
# The days on which the workshops of the house are held.
HELD = f"?tampilan=bulan&tanggal={(timezone.now() + timedelta(days=21)).date()}"
# Pages that answer nothing without a question.
QUESTIONS = {
    "admin:autocomplete": "?app_label=partnerships&model_name=agreement&field_name=owner_unit&term=a",
    "calendar": HELD,
    "calendar_export": HELD,
    "agreement_partners": "?partner=mitra",
    "agreement_search": "?field=agreement&agreement_q=e",
    "organization_search": "?field=partner&partner_q=e",
    "speaker_search": "?field=speaker&speaker_q=e",
    "unit_search": "?field=unit&unit_q=e",
}
ADMIN_ROWS: dict[str, Callable[[Kanwil], Any]] = {
    "agreementkind": lambda k: "lainnya",
    "scopetag": lambda k: ScopeTag.objects.get(name="Contoh").pk,
    "signingauthority": lambda k: SigningAuthority.objects.order_by("pk")[0].pk,
    "agenda_": lambda k: k.workshop.pk,
    "agreement": lambda k: k.agreement.pk,
    "agreementfile": lambda k: k.agreement_file.pk,
    "checklistpoint": lambda k: ChecklistPoint.objects.order_by("pk")[0].pk,
    "organization": lambda k: k.agreement.parties.get(position=2).organization_id,
}
# Where a row itself refuses one that the table lets in, and why.
REFUSED_BY_ROW = {"admin:partnerships_agreement_delete": "an agreement with a signed text stays"}
# Pages on which the key of another region is answered, and why; no secret may stand on them all the same.
SHARED = {
    "agreement_public": "published for everybody",
    "agreement_public_download": "published for everybody",
    "account_reset_password_from_key": "its key is the secret",
    "admin:app_list": "the same list of tables for every officer",
    "calendar_feed": "its token is the secret",
    "action_item_link": "its token is the secret",
    "invitation_link": "its token is the secret",
    "invitation_link_cancel": "its token is the secret",
    "invitation_link_register": "its token is the secret",
    "invitation_link_replace": "its token is the secret",
    "speaker_link": "its token is the secret",
    "speaker_link_photo": "its token is the secret",
    "speaker_link_download": "its token is the secret",
    "mfa_edit_webauthn": "says first that there is no second factor yet",
    "mfa_remove_webauthn": "says first that there is no second factor yet",
    "admin:partnerships_organization_change": "external bodies belong to no unit",
    "admin:partnerships_organization_history": "external bodies belong to no unit",
    "unnamed:admin/partnerships/agreement/<path:object_id>/": "leads to the page that answers",
    "unnamed:admin/partnerships/organization/<path:object_id>/": "leads to the page that answers",
    "unit_detail": "the office tree is no secret; its people are",
}


def has_token(url: Url) -> bool:
    """Whether the address carries its own right, so that whoever has it may read."""
    return any(arg.endswith("token") for arg in url.args)


def value_of(url: Url, arg: str, kanwil: Kanwil) -> Any:
    if arg in ARGS:
        return ARGS[arg]
    if url.name in RULES and not RULES[url.name].methods:
        return 1
    for beginning, token_of in TOKENS.items():
        if arg == "token" and url.name.startswith(beginning):
            return token_of(kanwil)
    if arg in ROW_ARGS:
        return ROW_ARGS[arg](kanwil)
    if url.name.startswith("admin:") or url.name.startswith("unnamed:admin/"):
        model = re.split(r"[_/]", url.name.removeprefix("unnamed:").replace("admin:", "admin/"))[2]
        return ADMIN_ROWS[model](kanwil)
    beginnings = [beginning for beginning in ROWS if url.name.startswith(beginning)]
    if not beginnings:
        pytest.fail(f"Say in ROWS or ARGS what {arg!r} of the url {url.name!r} is.")
    return ROWS[max(beginnings, key=len)](kanwil)


def path_of(url: Url, values: dict[str, Any]) -> str:
    if not url.name.startswith("unnamed:"):
        return reverse(url.name, kwargs=values)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), url.route)


def own_path(url: Url, kanwil: Kanwil) -> str:
    return path_of(url, {arg: value_of(url, arg, kanwil) for arg in url.args}) + QUESTIONS.get(url.name, "")


# --- the people ---


@dataclass
class Person:
    """Somebody with a browser; `lacks_second_factor` for one of whom it is demanded."""

    label: str
    user: User | None
    home: Kanwil
    lacks_second_factor: bool = False
    is_disabled: bool = False
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset({ANONYMOUS}) if self.user is None or self.is_disabled else who(self.user)

    def sign_in(self) -> None:
        if self.user is None:
            return
        client = Client()
        client.force_login(self.user)
        request = HttpRequest()
        request.session = client.session
        record_authentication(request, self.user, "password", reauthenticated=True)
        request.session.save()
        self.cookies = {name: morsel.value for name, morsel in client.cookies.items()}


@dataclass
class Answer:
    status: int
    target: str
    text: str
    writes: list[str]
    error: str

    @property
    def class_of(self) -> str:
        """What happened: login, second factor, 403, 404, 405, 5xx or ok."""
        if self.target.partition("?")[0] == reverse(settings.LOGIN_URL):
            return "login"
        if self.target == reverse("mfa_index"):
            return "second factor"
        return str(self.status) if self.status in {403, 404, 405} or self.status >= 500 else "ok"


# Written by machinery around the views: the session's last use and the limits of tries.
SIDE_TABLES = ("django_session", "toolkit_cache", "usersessions_usersession")
WRITE = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO) \"?(\w+)", re.IGNORECASE)


@contextmanager
def recorded_writes() -> Iterator[list[str]]:
    """Names of the tables that are written to meanwhile."""
    tables: list[str] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITE.match(sql)
        if found and found[1] not in SIDE_TABLES:
            tables.append(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield tables


def demanded(person: Person) -> AbstractContextManager[object]:
    """The second factor, of whoever lacks one. To set a setting costs half a request, so not of others."""
    return override_settings(MFA_REQUIRED=True) if person.lacks_second_factor else nullcontext()


def ask(
    person: Person,
    method: str,
    path: str,
    *,
    htmx: bool = False,
    data: dict[str, Any] | None = None,
    follow: bool = False,
) -> Answer:
    """One request, with `follow` to the page it leads to; nothing of it stays behind."""
    client = Client(raise_request_exception=False)
    client.cookies = SimpleCookie(person.cookies)
    kwargs: dict[str, Any] = {"headers": HTMX} if htmx else {}
    if follow:
        kwargs["follow"] = True
    savepoint = transaction.savepoint()
    try:
        with recorded_writes() as writes, demanded(person):
            response: Any = getattr(client, method.lower())(path, *([data] if data else []), **kwargs)
            body = response.getvalue() if response.streaming else response.content
    finally:
        transaction.savepoint_rollback(savepoint)
    error = repr(response.exc_info[1])[:300] if getattr(response, "exc_info", None) else ""
    target = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
    return Answer(response.status_code, target, f"{response.headers}\n{readable(body)}", writes, error)


def readable(body: bytes) -> str:
    """The text of a page or a file; sheets are unpacked."""
    if body[:4] != b"PK\x03\x04":
        return body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


# --- the house that all tests of this file look at ---


@dataclass
class House:
    bureau: Bureau
    a: Kanwil
    b: Kanwil
    people: list[Person]

    def person(self, label: str) -> Person:
        return next(person for person in self.people if person.label == label)

    @property
    def of_a(self) -> list[Person]:
        """Those who may see nothing of B."""
        return [self.person(label) for label in ("regional A", "operator A", "officer A")]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Refusals are what this file asks for; the log would hide the finding."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[House]:
    """Built once; every test and every request leaves it as it was."""
    folder = tmp_path_factory.mktemp("files")
    storages = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    }
    with django_db_blocker.unblock(), override_settings(STORAGES=storages), transaction.atomic():
        bureau = build_bureau()
        a, b = build_kanwil("Alfa", bureau, number=1), build_kanwil("Beta", bureau, number=2)
        ScopeTag.objects.get_or_create(name="Contoh")
        publish_agreement(bureau.agreement, by=bureau.admin, now=timezone.now())
        people = [
            Person("anonymous", None, a),
            Person("operator A", a.operator, a),
            Person("officer A", a.officer, a),
            Person("regional A", a.admin, a),
            Person("regional B", b.admin, b),
            Person("bureau_staff", bureau.staff, a),
            Person("bureau_admin", bureau.admin, a),
            Person("leader", bureau.leader, a),
            Person("disabled", a.disabled, a, is_disabled=True),
            Person("without second factor", bureau.other_admin, a, lacks_second_factor=True),
        ]
        for person in people:
            person.sign_in()
        yield House(bureau, a, b, people)
        transaction.set_rollback(True)


def fingerprint() -> dict[str, str]:
    """A hash of every table; what machinery writes around the views is left out."""
    found = {}
    for model in apps.get_models():
        if model._meta.db_table not in SIDE_TABLES and model._meta.managed:
            rows = list(model._base_manager.order_by("pk").values_list())
            found[model._meta.label] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


# --- the table and the resolver ---


def test_every_url_has_a_rule_and_every_rule_an_url() -> None:
    assert differences(RULES) == (set(), set())


def test_every_url_is_named_once() -> None:
    names = [url.name for url in URLS]
    assert {name for name in names if names.count(name) > 1} == set()


def test_a_missing_and_a_stale_rule_are_both_found() -> None:
    for name in RULES:
        without = {key: rule for key, rule in RULES.items() if key != name}
        assert differences(without) == ({name}, set())
    assert differences(RULES | {"page_of_yesterday": Rule(get=ANYONE)}) == (set(), {"page_of_yesterday"})


# What stands open to everybody, and what a leader may post: every other door that a changed table opens is a finding.
OPEN = {
    "agreement_csv_download",
    "agreement_data",
    "agreement_feed_download",
    "agreement_json_download",
    "agreement_public",
    "agreement_public_download",
    "agreement_public_list",
    "agreement_schema_download",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "action_item_link",
    "admin:login",
    "calendar_feed",
    "calendar_public",
    "invitation_link",
    "invitation_link_cancel",
    "invitation_link_register",
    "invitation_link_replace",
    "language_set",
    "mfa_authenticate",
    "outbox_health",
    "workshop_ics",
    "speaker_link",
    "speaker_link_download",
    "speaker_link_photo",
    "workshop_public",
    "workshop_public_calendar",
}
LEADER_POSTS = {
    "account_change_password",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_reset_password",
    "account_reset_password_from_key",
    "action_item_link",
    "admin:logout",
    "calendar_feed_end",
    "calendar_feed_renew",
    "invitation_link",
    "invitation_link_cancel",
    "invitation_link_register",
    "invitation_link_replace",
    "language_set",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "participant_list",
    "profile_edit",
    "search",
    "speaker_link",
    "usersessions_list",
    "workshop_registrations",
}
ADMIN_FOR_ALL = {"admin:login", "admin:logout", "admin:password_change"}


def test_only_these_pages_stand_open() -> None:
    assert {name for name, rule in RULES.items() if ANONYMOUS in rule.get | rule.post} == OPEN


def test_a_leader_changes_nothing_but_the_own_account() -> None:
    assert {name for name, rule in RULES.items() if Role.LEADER in rule.post} == LEADER_POSTS


def test_the_admin_panel_is_for_its_officers() -> None:
    panel = {name: rule for name, rule in RULES.items() if name.startswith(("admin:", "unnamed:admin/"))}
    wide = {name for name, rule in panel.items() if not (rule.get | rule.post) <= access.OFFICERS}
    assert wide == ADMIN_FOR_ALL


def test_the_table_names_no_role_that_does_not_exist() -> None:
    known = ANYONE | {access.AGREEMENT_OFFICER}
    assert {name for name, rule in RULES.items() if not (rule.get | rule.post) <= known} == set()


# --- roles by methods by htmx ---


def expected(rule: Rule, person: Person, method: str) -> set[str]:
    """The classes of answer that the table allows for this cell."""
    allowed = rule.allowed(method)
    if not rule.methods:
        return {"404"}
    if not allowed:
        return {"405"}
    if allowed.isdisjoint(person.roles):
        return {"login"} if ANONYMOUS in person.roles else {"403"}
    if person.lacks_second_factor and not rule.before_second_factor:
        return {"second factor"}
    if ANONYMOUS in allowed or url_may_lead_to_login(rule):
        return {"ok", "404", "login"}
    return {"ok", "404"}


def url_may_lead_to_login(rule: Rule) -> bool:
    return rule in {RULES["account_reauthenticate"], RULES["mfa_index"]}


OTHER_CELLS = [(method, False) for method in METHODS if method not in {"GET", "POST"}] + [("GET", True), ("POST", True)]


def cells_of(url: Url, person: Person) -> list[tuple[str, bool]]:
    """GET and POST for everybody, and one of the other methods or htmx that differs from role to role, so that over all
    roles each is asked of each url; the rest of the matrix is asked of the middleware itself."""
    turn = PEOPLE.index(person.label) + len(url.name)
    return [("GET", False), ("POST", False), OTHER_CELLS[turn % len(OTHER_CELLS)]]


def faults_of(url: Url, person: Person) -> Iterator[str]:
    """Where the portal answers otherwise than the table says; a read or a refused call that wrote is a fault too."""
    path = own_path(url, person.home)
    for method, htmx in cells_of(url, person):
        right = expected(RULES[url.name], person, method)
        if "ok" in right and url.name in REFUSED_BY_ROW:
            right |= {"403"}
        answer = ask(person, method, path, htmx=htmx)
        cell = f"{method}{' htmx' if htmx else ''} {url.name} as {person.label}"
        if answer.class_of not in right and not (url.name == "outbox_health" and answer.status == 503):
            yield f"{cell}: {answer.class_of} instead of {sorted(right)} {answer.error}"
        if answer.writes and (method != "POST" or "ok" not in right) and not is_audit(answer.writes):
            yield f"{cell}: wrote {sorted(set(answer.writes))}"


GUARD = middleware.AccessMiddleware(lambda request: HttpResponse())


def verdict(match: ResolverMatch, path: str, person: Person, method: str, *, htmx: bool) -> str:
    """What the middleware alone says of a cell; "ok" where the view would run."""
    request: Any = RequestFactory().generic(method, path, headers=HTMX if htmx else {})
    request.resolver_match = match
    request.user = AnonymousUser() if person.user is None or person.is_disabled else person.user
    request.htmx, request.session_ended = HtmxDetails(request), False
    request._messages = BaseStorage(request)
    try:
        response = GUARD.process_view(request, match.func, [], {})
    except PermissionDenied:
        return "403"
    except Http404:
        return "404"
    if response is None:
        return "ok"
    target = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
    return Answer(response.status_code, target, "", [], "").class_of


def misjudged(url: Url, person: Person) -> Iterator[str]:
    """The whole row of the matrix: seven methods, with and without htmx."""
    path = own_path(url, person.home)
    match = resolve(path.partition("?")[0])
    with demanded(person):
        for method in METHODS:
            right = expected(RULES[url.name], person, method)
            for htmx in (False, True):
                found = verdict(match, path, person, method, htmx=htmx)
                if found not in right or ("ok" in right and found != "ok"):
                    yield f"{method}{' htmx' if htmx else ''} {url.name} as {person.label}: {found} instead of {right}"


def is_audit(tables: list[str]) -> bool:
    """Reading whole personal data leaves its trace; nothing else may be written by reading."""
    return set(tables) <= {"participants_personaldataread"}


PEOPLE = [
    "anonymous",
    "operator A",
    "officer A",
    "regional A",
    "regional B",
    "bureau_staff",
    "bureau_admin",
    "leader",
    "disabled",
    "without second factor",
]


@pytest.mark.parametrize("label", PEOPLE)
def test_the_portal_answers_each_role_as_the_table_says(house: House, label: str) -> None:
    person = house.person(label)
    before = fingerprint()
    assert [fault for url in URLS for fault in faults_of(url, person)] == []
    assert fingerprint() == before


def test_the_middleware_judges_every_cell_as_the_table_says(house: House) -> None:
    assert [fault for person in house.people for url in URLS for fault in misjudged(url, person)] == []


def test_a_door_opened_too_far_or_shut_is_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: for each rule in turn the portal follows another one, and the matrix must see it."""
    anonymous, leader = house.person("anonymous"), house.person("leader")
    unseen = []
    for url in URLS:
        rule = RULES[url.name]
        wide = replace(rule, get=rule.get and ANYONE, post=rule.post and ANYONE)
        shut = replace(rule, get=rule.get and frozenset({"nobody"}), post=rule.post and frozenset({"nobody"}))
        for other, person in ((wide, anonymous), (shut, leader if Role.LEADER in rule.get | rule.post else None)):
            if person is None or other == rule:
                continue
            monkeypatch.setattr(middleware, "RULES", RULES | {url.name: other})
            if not any(misjudged(url, person)):
                unseen.append(f"{url.name} {'wide' if other is wide else 'shut'}")
    assert unseen == []


def test_an_open_door_is_found_by_asking_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same negative control through the whole portal, for some pages of each app."""
    anonymous = house.person("anonymous")
    for name in (
        "home",
        "unit_list",
        "user_list",
        "workshop_edit",
        "participant_list",
        "message_list",
        "agreement_list",
    ):
        url = next(url for url in URLS if url.name == name)
        wide = RULES | {name: replace(RULES[name], get=RULES[name].get and ANYONE, post=RULES[name].post and ANYONE)}
        monkeypatch.setattr(middleware, "RULES", wide)
        assert any(faults_of(url, anonymous)), name


def test_an_url_without_a_rule_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loud in tests, 404 where people work; never the page."""
    url = next(url for url in URLS if url.name == "profile_edit")
    monkeypatch.setattr(middleware, "RULES", {key: rule for key, rule in RULES.items() if key != url.name})
    person = house.person("bureau_admin")
    answer = ask(person, "GET", own_path(url, house.a))
    assert (answer.status, "UrlHasNoRule" in answer.error) == (500, True)
    with override_settings(ACCESS_TABLE_STRICT=False):
        assert ask(person, "GET", own_path(url, house.a)).status == 404


# --- two regions ---


def leaks(answer: Answer, kanwil: Kanwil, *, typed: str = "") -> list[str]:
    """The secrets of `kanwil` that stand in an answer; a text that the reader typed comes back and is no leak."""
    text = answer.text.lower()
    return [secret for secret in kanwil.secrets if secret.lower() in text and secret.lower() not in typed.lower()]


# Half of a secret is typed, the whole must not come back; and what breaks a careless list.
SEARCHES = (
    "?q=kenaribet",
    "?q=1987041220",
    "?q=%00",
    "?halaman=99999999999999999999",
    "?halaman=x&order=x&role=x&unit=x",
)
QUESTION = {"q": "kenaribet", "cari": "kenaribet", "field": "unit"}


def places_of(person: Person, bureau: Bureau) -> list[Kanwil]:
    """Where a person may stand: on the own rows, and with them in the national workshop, to which B is asked too."""
    return [person.home, replace(person.home, workshop=bureau.workshop, session=bureau.session)]


def paths_of(url: Url, kanwils: list[Kanwil]) -> list[str]:
    return list(dict.fromkeys(own_path(url, kanwil) for kanwil in kanwils))


Question = tuple[str, str, dict[str, Any] | None]


def questions(url: Url, person: Person, house: House, *, thorough: bool) -> Iterator[Question]:
    """The own page of a person; a thorough hunt also searches and sends forms."""
    reads, writes = (not names.isdisjoint(person.roles) for names in (RULES[url.name].get, RULES[url.name].post))
    for path in paths_of(url, places_of(person, house.bureau)):
        if reads:
            yield "GET", path, None
        if thorough and writes:
            yield "POST", path, QUESTION
    if thorough and reads and not url.args and url.name not in QUESTIONS:
        for search in SEARCHES:
            yield "GET", own_path(url, person.home) + search, None


def hunt(person: Person, house: House, urls: list[Url], *, thorough: bool = False) -> Iterator[str]:
    """Words of B on the own pages of a person, and pages that break."""
    for url in urls:
        for method, path, data in questions(url, person, house, thorough=thorough):
            answer = ask(person, method, path, data=data, follow=method == "POST")
            if answer.status >= 500 and url.name != "outbox_health":
                yield f"{url.name} {method} {path} as {person.label}: {answer.status} {answer.error}"
            if found := leaks(answer, house.b):
                yield f"{url.name} {method} {path} as {person.label}: {found}"


def test_no_page_of_one_region_shows_a_word_of_another(house: House) -> None:
    faults = [
        fault for person in house.of_a for fault in hunt(person, house, URLS, thorough=person.label == "regional A")
    ]
    assert faults == []


def test_the_hunt_finds_what_is_there_to_find(house: House) -> None:
    """The same hunt as the bureau, who may read B, and by B's own admin finds B on these pages."""
    bureau, own = house.person("bureau_admin"), house.person("regional B")
    for person in (bureau, own):
        lists = [url for url in URLS if url.name in HOLDS_PEOPLE]
        assert {fault.partition(" ")[0] for fault in hunt(person, house, lists)} == HOLDS_PEOPLE


HOLDS_PEOPLE = {
    "calendar",
    "agreement_list",
    "group_list",
    "message_list",
    "participant_list",
    "user_list",
    "venue_list",
    "workshop_list",
    "workshop_registrations",
}

SCOPES = [
    (UserQuerySet, "user_list"),
    (WorkshopQuerySet, "workshop_list"),
    (WorkshopQuerySet, "calendar"),
    (ParticipantQuerySet, "participant_list"),
    (AgreementQuerySet, "agreement_list"),
    (MessageQuerySet, "message_list"),
    (RegistrationQuerySet, "workshop_registrations"),
    (InvitationQuerySet, "invitation_detail"),
    (SpeakerQuerySet, "speaker_detail"),
    (SpeakerInvitationQuerySet, "presentation_download"),
    (VenueQuerySet, "venue_list"),
    (ActionItemQuerySet, "action_item_detail"),
]


@pytest.mark.parametrize(("rows", "name"), SCOPES, ids=[page for _rows, page in SCOPES])
def test_a_list_that_forgets_its_scope_is_found(
    house: House, monkeypatch: pytest.MonkeyPatch, rows: type, name: str
) -> None:
    """The negative control of the hunt: with `visible_to` gone, A reads B's rows and the hunt says so."""
    monkeypatch.setattr(rows, "visible_to", lambda self, user: self)
    person = house.person("regional A")
    urls = [url for url in URLS if url.name == name]
    assert urls
    assert any(True for _fault in hunt_everywhere(person, house, urls))


def hunt_everywhere(person: Person, house: House, urls: list[Url]) -> Iterator[str]:
    """The hunt on own pages, and on the pages of B itself, which should not even be there."""
    yield from hunt(person, house, urls)
    for url in urls:
        if url.args:
            answer = ask(person, "GET", own_path(url, house.b))
            yield from leaks(answer, house.b) or ([] if answer.status == 404 else [f"{url.name}: {answer.status}"])


def test_a_row_of_another_region_does_not_exist(house: House) -> None:
    """With B's keys in the address, reading and writing answer 404 and nothing changes."""
    before = fingerprint()
    faults = []
    for person in house.of_a:
        for url in URLS:
            for method in ("GET", "POST"):
                if not url.args or RULES[url.name].allowed(method).isdisjoint(person.roles):
                    continue
                answer = ask(person, method, own_path(url, house.b))
                cell = f"{method} {url.name} with a key of B as {person.label}"
                if answer.status != 404 and url.name not in SHARED:
                    faults.append(f"{cell}: {answer.status} {answer.error}")
                if not has_token(url) and (found := leaks(answer, house.b)):
                    faults.append(f"{cell}: {found}")
                if answer.writes and not is_audit(answer.writes):
                    faults.append(f"{cell}: wrote {sorted(set(answer.writes))}")
    assert faults == []
    assert fingerprint() == before


def test_a_key_that_nobody_has_answers_404(house: House) -> None:
    faults = []
    for person, keys in ((house.person("bureau_admin"), (0, 2**63)), (house.person("regional A"), (10**30,))):
        for url in URLS:
            for key in keys:
                for method in ("GET", "POST"):
                    if (
                        "pk" not in url.args
                        or url.name in SHARED.keys() - {"unit_detail"}
                        or RULES[url.name].allowed(method).isdisjoint(person.roles)
                    ):
                        continue
                    values = {arg: value_of(url, arg, house.a) for arg in url.args} | {"pk": key}
                    answer = ask(person, method, path_of(url, values))
                    if answer.status != 404:
                        faults.append(f"{method} {url.name} pk={key} as {person.label}: {answer.status} {answer.error}")
    assert faults == []


def test_a_child_of_one_region_is_not_found_under_a_parent_of_the_other(house: House) -> None:
    faults = []
    person = house.person("regional A")
    for url in URLS:
        if len(url.args) < 2 or set(url.args) & set(ARGS):
            continue
        for foreign in url.args:
            values = {arg: value_of(url, arg, house.b if arg == foreign else house.a) for arg in url.args}
            for method in RULES[url.name].methods:
                if RULES[url.name].allowed(method).isdisjoint(person.roles):
                    continue
                answer = ask(person, method, path_of(url, values), follow=True)
                if foreign != "token" and leaks(answer, house.b):
                    faults.append(f"{method} {url.name} with {foreign} of B: {leaks(answer, house.b)}")
                if answer.status != 404 and url.name not in SHARED:
                    faults.append(f"{method} {url.name} with {foreign} of B: {answer.status}")
    assert faults == []


def test_every_page_can_be_opened_by_somebody(house: House) -> None:
    """Else the keys filled in are wrong and the other tests prove nothing."""
    people = [house.person(label) for label in ("bureau_admin", "regional A", "operator A", "officer A", "anonymous")]
    unseen = []
    for url in URLS:
        readers = [person for person in people if not RULES[url.name].get.isdisjoint(person.roles)]
        if readers and all(ask(person, "GET", own_path(url, house.a)).status == 404 for person in readers):
            unseen.append(url.name)
    assert set(unseen) <= OPENED_BY_NOBODY_YET


# Pages that need what the house does not have: an authenticator, a security key, a pending sign-in, a public workshop.
OPENED_BY_NOBODY_YET = {
    # No workshop of the house is open to the public: its page would show the canaries to everybody.
    "workshop_public",
    "workshop_public_calendar",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
}


# --- forms ---


def model_forms(of: type = ModelForm) -> Iterator[type[ModelForm[Any]]]:
    for form in of.__subclasses__():
        if form.__module__.split(".")[0] in {config.label for config in apps.get_app_configs()} and form._meta.model:
            yield form
        yield from model_forms(form)


NEVER_TYPED = {
    "created_at",
    "created_by",
    "form_token",
    "invited_at",
    "password",
    "path",
    "public_id",
    "schedule_rev",
    "sha256",
    "size",
    "topic",
}


def test_forms_name_their_fields_and_none_that_is_never_typed() -> None:
    assert list(model_forms())
    loose = [form.__name__ for form in model_forms() if not isinstance(form._meta.fields, list | tuple)]
    excluding = [form.__name__ for form in model_forms() if form._meta.exclude]
    typed = {form.__name__: NEVER_TYPED & set(form.base_fields) for form in model_forms()}
    assert (loose, excluding, {name: found for name, found in typed.items() if found}) == ([], [], {})


def test_the_test_itself_knows_an_unknown_url() -> None:
    with pytest.raises(pytest.fail.Exception):
        value_of(Url("page_of_tomorrow", "besok/<int:pk>/", ("pk",)), "pk", None)  # type: ignore[arg-type]


def test_signed_in_is_everybody_with_a_role() -> None:
    assert frozenset(Role.values) == SIGNED_IN
    assert issubclass(middleware.UrlHasNoRule, ImproperlyConfigured)
