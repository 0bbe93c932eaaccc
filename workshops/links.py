"""The link in a speaker's letter: signed, for one invitation and one address, good for nothing else."""

from typing import NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.crypto import salted_hmac

SALT = "workshops.speaker_link"


class SpeakerLink(NamedTuple):
    """What a link was given for; `version` makes the links of a withdrawn invitation worthless, `mark` those that went
    to an address which is not the speaker's any more."""

    invitation_pk: int
    version: int
    mark: str


def address_mark(address: str) -> str:
    """A short print of an address, so that the address itself stands in no link and no key."""
    return salted_hmac(SALT, address.strip().lower(), algorithm="sha256").hexdigest()[:10]


def speaker_token(invitation_pk: int, version: int, address: str) -> str:
    return Signer(salt=SALT).sign_object([invitation_pk, version, address_mark(address)])


def read_speaker_token(token: str) -> SpeakerLink | None:
    """None for whatever was not signed here as it stands."""
    try:
        facts = Signer(salt=SALT).unsign_object(token)
    except (BadSignature, ValueError):
        return None
    if not isinstance(facts, list) or [type(fact) for fact in facts] != [int, int, str]:
        return None
    return SpeakerLink(*facts)


def speaker_link_url(invitation_pk: int, version: int, address: str) -> str:
    """The whole address, for letters."""
    token = speaker_token(invitation_pk, version, address)
    return settings.SITE_URL + reverse("speaker_link", args=[token])
