"""Hearing out who is about to speak, before a verification with the services judges silence.

A platform that begins after a rest has entries that are older than the time within which they are
to be acknowledged, and subscribers that are just reading them.
"""

import json
from datetime import datetime

from chassis.database import Database
from chassis.log import LogReader
from oversight import queries
from oversight.completeness import standings
from oversight.copies import OWN
from oversight.domain.rules.completeness import WITHIN
from oversight.ports import Rest
from schemas.oversight import LOGS

PATIENCE_SECONDS = 20.0
"""How long whoever has not acknowledged in time is waited for."""

POLL_SECONDS = 0.5


def heard_out(database: Database, rest: Rest, seconds: float) -> bool:
    """Wait until nobody is late, at the most so long; True when somebody was."""
    waited = 0.0
    while waited < seconds and _somebody_is_late(database):
        rest(POLL_SECONDS)
        waited += POLL_SECONDS
    return waited > 0


def _somebody_is_late(database: Database) -> bool:
    """Whether a log's own time says that something should have been acknowledged and was not."""
    try:
        waiting = [each.waiting_since for each in standings(database)]
        since = [datetime.fromisoformat(at) for at in waiting if at is not None]
        return bool(since) and max(_latest(database)) - min(since) > WITHIN
    except (KeyError, TypeError, ValueError):
        return False  # a spoiled copy: the verification says where


def _latest(database: Database) -> list[datetime]:
    """When the last entry of each log was recorded, as far as the copies go."""
    sizes = queries.mirrored(database)
    texts = [
        text
        for log in LOGS
        for _, text in queries.chunk(database, log, sizes.get(log, 0) - 1, sizes.get(log, 0), 1)
    ]
    own = LogReader(database, OWN)
    texts += [entry.text for entry in own.entries(max(own.size() - 1, 0))]
    return [datetime.fromisoformat(json.loads(text)["event"]["recorded_at"]) for text in texts]
