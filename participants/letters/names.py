"""The kinds of letters of this app. The first group speaks to a contact of an invited unit (`Message.ref` is the
invitation), the second to a registered person (`Message.ref` is the registration)."""

from outbox.models import State

INVITATION = "participants.invitation"
UNIT_REMINDER = "participants.unit_reminder"
INVITATION_MOVED = "participants.invitation_moved"
INVITATION_CANCELLED = "participants.invitation_cancelled"
TO_UNITS = [INVITATION, UNIT_REMINDER, INVITATION_MOVED, INVITATION_CANCELLED]

CONFIRMATION = "participants.confirmation"
REMINDER = "participants.reminder"
MOVED = "participants.moved"
CANCELLED = "participants.cancelled"
REGISTRATION_CANCELLED = "participants.registration_cancelled"
TO_PEOPLE = [CONFIRMATION, REMINDER, MOVED, CANCELLED, REGISTRATION_CANCELLED]

# A letter in one of these states reached its reader, or may have.
TOLD_STATES = [State.SENT, State.SENDING, State.UNCERTAIN]
