"""Links in letters to people who need no account: signed, each for one purpose, one row and one address, good for
nothing else."""

from typing import NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.crypto import salted_hmac

from workshops.models import ActionItem

SPEAKER = "workshops.speaker_link"
ACTION_ITEM = "workshops.action_item_link"


class SpeakerLink(NamedTuple):
    """What a link was given for; `version` makes the links of a withdrawn invitation worthless, `mark` those that went
    to an address which is not the speaker's any more."""

    invitation_pk: int
    version: int
    mark: str


class ActionLink(NamedTuple):
    """`version` makes the links of a former owner worthless, `mark` those sent to an address that was corrected."""

    item_pk: int
    version: int
    mark: str


def address_mark(address: str) -> str:
    """A short print of an address, so that the address itself stands in no link and no key."""
    return salted_hmac(SPEAKER, address.strip().lower(), algorithm="sha256").hexdigest()[:10]


def speaker_token(invitation_pk: int, version: int, address: str) -> str:
    return Signer(salt=SPEAKER).sign_object([invitation_pk, version, address_mark(address)])


def read_speaker_token(token: str) -> SpeakerLink | None:
    """None for whatever was not signed here as it stands."""
    facts = _signed_facts(token, SPEAKER)
    return SpeakerLink(*facts) if facts else None


def speaker_link_url(invitation_pk: int, version: int, address: str) -> str:
    """The whole address, for letters."""
    token = speaker_token(invitation_pk, version, address)
    return settings.SITE_URL + reverse("speaker_link", args=[token])


def item_token(item: ActionItem) -> str:
    """Needs `owner`."""
    return Signer(salt=ACTION_ITEM).sign_object([item.pk, item.version, address_mark(item.address)])


def read_item_token(token: str) -> ActionLink | None:
    """None for whatever was not signed here as it stands."""
    facts = _signed_facts(token, ACTION_ITEM)
    return ActionLink(*facts) if facts else None


def item_url(item: ActionItem) -> str:
    """The whole address, for letters: behind the login for an account, else a link that carries its right."""
    if item.has_account:
        return settings.SITE_URL + reverse("action_item_detail", args=[item.pk])
    return settings.SITE_URL + reverse("action_item_link", args=[item_token(item)])


def _signed_facts(token: str, salt: str) -> tuple[int, int, str] | None:
    try:
        facts = Signer(salt=salt).unsign_object(token)
    except (BadSignature, ValueError):
        return None
    if not isinstance(facts, list) or [type(fact) for fact in facts] != [int, int, str]:
        return None
    return facts[0], facts[1], facts[2]
