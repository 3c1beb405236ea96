"""What the use cases of every subject stand on."""

from typing import ClassVar

from chassis.application import Application
from chassis.projection import Projector
from voucher_ledger.projections import PROJECTOR


class LedgerBase(Application):
    """The ledger's log and read models."""

    log = "voucher-ledger"
    projector: ClassVar[Projector] = PROJECTOR
