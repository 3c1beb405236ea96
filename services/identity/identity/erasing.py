"""Erasing what is due (到期删除): what the calendar makes due, identity does itself.

`erase_due` is called again and again by the service, on every replica. Each erasure is a command
whose id follows from the subject and the day on which it fell due, so it is carried out once.
"""

import structlog

from chassis import clock, context
from chassis.commands import Command, Commands
from chassis.domain import stream_id
from chassis.refusal import Refusal
from identity import queries_privacy
from identity.application import Identity
from identity.domain.personal_data import ERASURE_BASIS

log = structlog.get_logger()

WHO = context.Context(actor="system:identity", legal_basis=("art. 36", ERASURE_BASIS))


def erase_due(identity: Identity, commands: Commands) -> int:
    """Carry out or put off every erasure that is due today; returns how many keys were destroyed.

    One that cannot be carried out holds up no other.
    """
    erased = 0
    for subject, day in queries_privacy.due_erasures(
        identity.database, clock.legal_date().isoformat()
    ):
        command = Command("erase_subject", stream_id("erase", subject, day), {"subject": subject})
        try:
            with context.bound(WHO):
                outcome = commands.execute(command, lambda of=subject: identity.erase_subject(of))  # type: ignore[misc]
        except Refusal as refusal:
            log.exception("cannot erase", subject=subject, code=refusal.code)
            continue
        erased += outcome.get("result", {}).get("state") == "erased"
    return erased
