"""The right to operate the platform (运营权), in tenures: one company at a time (art. 7)."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.tenures import (
    BeforeTheMeasures,
    ExportIncomplete,
    NotTheSuccessor,
    TenureDatesInvalid,
    TenureNotOver,
    TenureOver,
    TenureStanding,
)

GRANTED: Final = "granted"
REVOKED: Final = "revoked"
HANDED_OVER: Final = "handed-over"
IN_FORCE: Final = "2018-01-01"
"""The Measures' first day (art. 40)."""


def tenure_id(number: int) -> str:
    """The stream of the n-th tenure: two that are granted at once are the same one."""
    return stream_id("operator-tenure", str(number))


class OperatorTenure(IdentityAggregate):
    """A tenure. Legal dates in Asia/Shanghai, the last day included.

    It ends on its last day, or when it is revoked; the one who comes next then has everything
    handed over to it.
    """

    @event("Granted")
    def __init__(
        self,
        id: UUID,  # noqa: A002
        number: int,
        operator: str,
        uscc: str,
        contract_number: str,
        document_sha256: str,
        valid_from: str,
        valid_until: str,
    ) -> None:
        self.number = number
        self.operator = operator
        self.uscc = uscc
        self.contract_number = contract_number
        self.valid_from = valid_from
        self.valid_until = valid_until
        self.warnings = 0
        self.state = GRANTED
        self.successor_id: str | None = None

    @classmethod
    def grant(
        cls,
        before: "OperatorTenure | None",
        today: date,
        *,
        valid_from: str,
        valid_until: str,
        **said: Any,
    ) -> "OperatorTenure":
        """Grant the next tenure (授予运营权); `before` is the last one, if there was any.

        Raises `TenureStanding` while that is not over, `TenureDatesInvalid`, `BeforeTheMeasures`.
        """
        if before is not None and not before.over(today):
            raise TenureStanding(tenure_id=before.key, valid_until=before.valid_until)
        if valid_from < IN_FORCE:
            raise BeforeTheMeasures(day=valid_from)
        if not max(valid_from, today.isoformat()) <= valid_until:
            raise TenureDatesInvalid(
                valid_from=valid_from, valid_until=valid_until, today=today.isoformat()
            )
        number = before.number + 1 if before is not None else 1
        id_ = UUID(tenure_id(number))
        return cls(id=id_, number=number, valid_from=valid_from, valid_until=valid_until, **said)

    def over(self, today: date) -> bool:
        """Whether it was revoked, or its last day is past."""
        return self.state != GRANTED or self.valid_until < today.isoformat()

    def warn(self, today: date, rectify_by: str, **why: str) -> None:
        """Warn the operator (警告). Raises `TenureOver`, `TenureDatesInvalid`."""
        self._require_standing(today)
        if rectify_by < today.isoformat():
            raise TenureDatesInvalid(
                valid_from=today.isoformat(), valid_until=rectify_by, today=today.isoformat()
            )
        self._warned(rectify_by=rectify_by, **why)

    def revoke(self, today: date, **why: str) -> None:
        """Take it back (收回运营权). Raises `TenureOver`."""
        self._require_standing(today)
        self._revoked(**why)

    def hand_over(
        self,
        successor: "OperatorTenure",
        today: date,
        export_sha256: str,
        logs: list[dict[str, Any]],
        wanted: tuple[str, ...],
    ) -> None:
        """Confirm that the successor has everything (移交); `wanted` are the logs there are.

        Raises `TenureNotOver`, `TenureOver` (handed over before), `NotTheSuccessor`,
        `ExportIncomplete`.
        """
        if self.state == HANDED_OVER:
            raise TenureOver(state=self.state)
        if not self.over(today):
            raise TenureNotOver(valid_until=self.valid_until)
        if successor.number != self.number + 1:
            raise NotTheSuccessor(successor_id=successor.key)
        if missing := sorted(set(wanted) ^ {each["log"] for each in logs}):
            raise ExportIncomplete(logs=", ".join(missing))
        self._handed_over(successor.key, export_sha256, logs)

    def _require_standing(self, today: date) -> None:
        if self.over(today):
            raise TenureOver(state=self.state)

    @event("Warned")
    def _warned(self, grounds: str, reason: str, document_sha256: str, rectify_by: str) -> None:
        self.warnings += 1

    @event("Revoked")
    def _revoked(self, grounds: str, reason: str, document_sha256: str) -> None:
        self.state = REVOKED

    @event("HandedOver")
    def _handed_over(
        self, successor_id: str, export_sha256: str, logs: list[dict[str, Any]]
    ) -> None:
        self.state = HANDED_OVER
        self.successor_id = successor_id
