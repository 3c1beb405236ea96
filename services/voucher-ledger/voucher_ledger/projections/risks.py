"""What read models make of the events of risk holds."""

import json
from collections.abc import Iterator

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.domain.risks import HELD, REFUSED, RELEASED
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import REDEMPTIONS

_HOLD = Prepared(
    update(REDEMPTIONS)
    .where(REDEMPTIONS.c.id == bindparam("key"))
    .values(
        hold=HELD,
        detectors=REDEMPTIONS.c.detectors.op("||")(bindparam("more", type_=JSONB)),
    )
)
_DECIDE = Prepared(
    update(REDEMPTIONS).where(REDEMPTIONS.c.id == bindparam("key")).values(hold=bindparam("how"))
)


@PROJECTOR.on("voucher-ledger.RedemptionHeld")
def redemption_held(fact: Fact) -> Iterator[Statement]:
    """A detector hit."""
    yield _HOLD(key=fact.stream, more=json.dumps([fact.data["detector"]]))


@PROJECTOR.on("voucher-ledger.RedemptionHoldReleased")
def hold_released(fact: Fact) -> Iterator[Statement]:
    """A person let it go on."""
    yield _DECIDE(key=fact.stream, how=RELEASED)


@PROJECTOR.on("voucher-ledger.RedemptionHoldRefused")
def hold_refused(fact: Fact) -> Iterator[Statement]:
    """A person did not."""
    yield _DECIDE(key=fact.stream, how=REFUSED)
