"""What the events of identity say, by subject. None holds personal data in clear."""

from schemas.events.common import following, refused
from schemas.events.identity import (
    accounts,
    agreements,
    blacklist,
    cases,
    freezes,
    members,
    personal_data,
    sessions,
    sign_in,
    staff,
    subjects,
    tenures,
    verification,
)

CommandRefused = refused("identity")
SubscriptionAcknowledged, SubscriptionReleased = following("identity")

EVENTS = (
    *accounts.EVENTS,
    *staff.EVENTS,
    *tenures.EVENTS,
    *members.EVENTS,
    *sessions.EVENTS,
    *sign_in.EVENTS,
    *freezes.EVENTS,
    *subjects.EVENTS,
    *verification.EVENTS,
    *cases.EVENTS,
    *blacklist.EVENTS,
    *agreements.EVENTS,
    *personal_data.EVENTS,
    CommandRefused,
    SubscriptionAcknowledged,
    SubscriptionReleased,
)
