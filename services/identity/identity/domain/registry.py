"""What a registry can answer, and what each answer means for who asked."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from identity.domain.refusals.verification import NameMismatch, NotInRegistry, RegistryUnavailable

PUBLIC_SECURITY: Final = "public-security"
"""公安机关: names and ID numbers of persons."""

MARKET_REGULATION: Final = "market-regulation"
"""市场监督管理部门: firms, their representatives, ownership and standing."""


class Outcome(StrEnum):
    """The outcome of a real-name check (实名核验)."""

    MATCH = "match"
    MISMATCH = "mismatch"
    NOT_FOUND = "not-found"
    UNAVAILABLE = "unavailable"


class Ownership(StrEnum):
    """Who owns a firm (所有制)."""

    PRIVATE = "private"
    MIXED = "mixed"
    """国有参股: a minor share of the state; allowed (a recorded decision)."""
    STATE_CONTROLLED = "state-controlled"
    """国有控股"""
    STATE_OWNED = "state-owned"
    """国有独资"""


class Status(StrEnum):
    """A firm's standing."""

    IN_OPERATION = "in-operation"
    ABNORMAL = "abnormal"
    """经营异常名录"""
    SERIOUS_VIOLATION = "serious-violation"
    """严重违法失信名单"""


@dataclass(frozen=True, slots=True)
class FirmRecord:
    """A firm as the registry knows it; `region` is the six-digit code of its registrar."""

    ownership: Ownership
    status: Status
    region: str


@dataclass(frozen=True, slots=True)
class FirmAnswer:
    """The market registry's answer; it has a record exactly when it is a match."""

    outcome: Outcome
    record: FirmRecord | None = None


def require_match(outcome: Outcome) -> None:
    """Raise `NameMismatch`, `NotInRegistry` or `RegistryUnavailable` unless it is a match."""
    if outcome is Outcome.MATCH:
        return
    if outcome is Outcome.MISMATCH:
        raise NameMismatch
    if outcome is Outcome.NOT_FOUND:
        raise NotInRegistry
    raise RegistryUnavailable


def matched(answer: FirmAnswer) -> FirmRecord:
    """The record of a firm that matched. Raises as `require_match` does."""
    require_match(answer.outcome)
    if answer.record is None:
        raise RegistryUnavailable
    return answer.record
