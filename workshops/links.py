"""The link in the letter to somebody who has no account and is to do something: signed, for one action item and one
owner at one address, good for nothing else."""

import hashlib
from typing import NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from workshops.models import ActionItem

SALT = "workshops.action_item_link"


class ActionLink(NamedTuple):
    """`version` makes the links of a former owner worthless, `mark` those sent to an address that was corrected."""

    item_pk: int
    version: int
    mark: str


def mark_of(address: str) -> str:
    """A short print of an address, so that the address itself stands in no link and no key."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:10]


def item_token(item: ActionItem) -> str:
    """Needs `owner`."""
    return Signer(salt=SALT).sign_object([item.pk, item.version, mark_of(item.address)])


def read_item_token(token: str) -> ActionLink | None:
    """None for whatever was not signed here as it stands."""
    try:
        facts = Signer(salt=SALT).unsign_object(token)
    except (BadSignature, ValueError):
        return None
    if not isinstance(facts, list) or [type(fact) for fact in facts] != [int, int, str]:
        return None
    return ActionLink(*facts)


def item_url(item: ActionItem) -> str:
    """The whole address, for letters: behind the login for an account, else a link that carries its right."""
    if item.has_account:
        return settings.SITE_URL + reverse("action_item_detail", args=[item.pk])
    return settings.SITE_URL + reverse("action_item_link", args=[item_token(item)])
