"""The link in a unit's letter: signed, for one invitation and one contact, good for nothing else."""

from typing import NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

SALT = "participants.invitation_link"


class LinkOf(NamedTuple):
    """Whom a link was given to; `version` makes the links of a withdrawn invitation worthless."""

    invitation_pk: int
    contact_pk: int
    version: int


def link_token(invitation_pk: int, contact_pk: int, version: int) -> str:
    return Signer(salt=SALT).sign_object([invitation_pk, contact_pk, version])


def read_token(token: str) -> LinkOf | None:
    """None for whatever was not signed here as it stands."""
    try:
        facts = Signer(salt=SALT).unsign_object(token)
    except (BadSignature, ValueError):
        return None
    if not isinstance(facts, list) or len(facts) != 3 or not all(isinstance(fact, int) for fact in facts):
        return None
    return LinkOf(*facts)


def link_url(invitation_pk: int, contact_pk: int, version: int) -> str:
    """The whole address, for letters."""
    return settings.SITE_URL + reverse("invitation_link", args=[link_token(invitation_pk, contact_pk, version)])
