"""What a registry can answer, and what each answer means for who asked."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from identity.domain.refusals.verification import NameMismatch, NotInRegistry, RegistryUnavailable
from identity.domain.related import NOBODY, Behind

PUBLIC_SECURITY: Final = "public-security"
"""公安机关: names and ID numbers of persons."""

MARKET_REGULATION: Final = "market-regulation"
"""市场监督管理部门: firms, their representatives, ownership and standing."""

INSTITUTION_REGISTRATION: Final = "institution-registration"
"""机构编制、民政部门: public institutions (事业单位) and associations (社会组织)."""

NET_ID: Final = "net-id"
"""国家网络身份认证公共服务: attestations about persons, without their numbers."""

MANUAL_REVIEW: Final = "manual-review"
"""人工审核: staff of the operator decided on documents, in a registry's place."""


class Outcome(StrEnum):
    """The outcome of a real-name check (实名核验)."""

    MATCH = "match"
    MISMATCH = "mismatch"
    NOT_FOUND = "not-found"
    UNAVAILABLE = "unavailable"


REVIEWED: Final = "reviewed"
"""The outcome where no registry answered and staff reviewed documents."""


class Ownership(StrEnum):
    """Who owns a firm (所有制)."""

    PRIVATE = "private"
    MIXED = "mixed"
    """国有参股: a minor share of the state; allowed (a recorded decision)."""
    STATE_CONTROLLED = "state-controlled"
    """国有控股"""
    STATE_OWNED = "state-owned"
    """国有独资"""
    UNDISCLOSED = "undisclosed"
    """The registry does not tell: documents are needed."""


class Status(StrEnum):
    """A firm's standing."""

    IN_OPERATION = "in-operation"
    ABNORMAL = "abnormal"
    """经营异常名录"""
    SERIOUS_VIOLATION = "serious-violation"
    """严重违法失信名单"""


class Listed(StrEnum):
    """On which list a firm stands."""

    CLEAR = "clear"
    ABNORMAL = "abnormal"
    SERIOUS_VIOLATION = "serious-violation"
    NOT_FOUND = "not-found"
    UNAVAILABLE = "unavailable"


class Size(StrEnum):
    """A firm's size (大型、中型、小型、微型企业)."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class InstitutionKind(StrEnum):
    """What an institution is."""

    PUBLIC_INSTITUTION = "public-institution"
    """事业单位"""
    SOCIAL_ORGANISATION = "social-organisation"
    """社会组织"""


@dataclass(frozen=True, slots=True)
class FirmRecord:
    """A firm as the registry knows it; `region` is the six-digit code of its registrar.

    `behind` are those behind it, where the registry says so.
    """

    ownership: Ownership
    status: Status
    region: str
    established_on: date
    size: Size
    behind: Behind = NOBODY


@dataclass(frozen=True, slots=True)
class FirmAnswer:
    """The market registry's answer; it has a record exactly when it is a match."""

    outcome: Outcome
    record: FirmRecord | None = None


@dataclass(frozen=True, slots=True)
class InstitutionRecord:
    """An institution as its registry knows it."""

    kind: InstitutionKind
    region: str
    behind: Behind = NOBODY


@dataclass(frozen=True, slots=True)
class InstitutionAnswer:
    """The institutions' registry's answer; it has a record exactly when it is a match."""

    outcome: Outcome
    record: InstitutionRecord | None = None


def require_match(outcome: Outcome) -> None:
    """Raise `NameMismatch`, `NotInRegistry` or `RegistryUnavailable` unless it is a match."""
    if outcome is Outcome.UNAVAILABLE:
        raise RegistryUnavailable
    if outcome is not Outcome.MATCH:
        raise refusal_of(outcome)


def refusal_of(outcome: Outcome) -> NameMismatch | NotInRegistry:
    """What is refused after an answer that is no match."""
    return NotInRegistry() if outcome is Outcome.NOT_FOUND else NameMismatch()
