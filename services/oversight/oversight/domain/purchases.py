"""What the supervisor knows of a government purchase (政府购买, art. 18). Amounts in fen."""

from dataclasses import dataclass, field

PREFIX = "ZFGM-"
"""What the codes of purchase funds, and of no others, begin with."""


@dataclass(slots=True)
class Purchase:
    """A purchase as far as it went, and who did what of it."""

    purse: str
    provider: str
    fen: int
    """What was asked for; once there is a contract, what that says."""

    proposer: str
    state: str = "proposed"
    consents: dict[str, str] = field(default_factory=dict)
    """By office: who consented."""

    contract: str = ""
    evidence: str = ""
    untendered: bool = False
    """Neither an open tender nor approved as another method."""

    deliverer: str = ""
    delivered_at: str = ""
    accepted_after: int | None = None
    """How long after its delivery it was accepted, in microseconds."""

    accepted_fen: int = 0
    redemption: str = ""
    """The redemption that was applied for."""

    rejected_by: str | None = None
    """The command that refused its redemption for good."""


def of_purchases(fund: str) -> bool:
    """Whether a fund pays purchases, and nothing else."""
    return fund.startswith(PREFIX)
