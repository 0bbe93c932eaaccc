"""The link in a unit's letter: signed, for one invitation and one contact at one address, good for nothing else."""

import hashlib
from typing import NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

SALT = "participants.invitation_link"


class LinkOf(NamedTuple):
    """Whom a link was given to; `version` makes the links of a withdrawn invitation worthless, `mark` those in the
    letters of somebody who has left and whose row of contact now holds another person."""

    invitation_pk: int
    contact_pk: int
    version: int
    mark: str


def mark_of(address: str) -> str:
    """A short print of an address, so that the address itself stands in no link."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:10]


def link_token(invitation_pk: int, contact_pk: int, version: int, address: str) -> str:
    return Signer(salt=SALT).sign_object([invitation_pk, contact_pk, version, mark_of(address)])


def read_token(token: str) -> LinkOf | None:
    """None for whatever was not signed here as it stands."""
    try:
        facts = Signer(salt=SALT).unsign_object(token)
    except (BadSignature, ValueError):
        return None
    if not isinstance(facts, list) or [type(fact) for fact in facts] != [int, int, int, str]:
        return None
    return LinkOf(*facts)


def link_url(invitation_pk: int, contact_pk: int, version: int, address: str) -> str:
    """The whole address, for letters."""
    token = link_token(invitation_pk, contact_pk, version, address)
    return settings.SITE_URL + reverse("invitation_link", args=[token])
