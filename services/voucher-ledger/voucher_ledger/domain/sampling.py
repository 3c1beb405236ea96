"""The risk-weighted random sample (抽查): a seed that nobody can steer decides who is audited.

The ledger publishes the digest of a secret when a round begins. The seed is made of that secret and
of the note of the first checkpoint that the supervisor cosigned afterwards and over the first
approval of the round: the ledger cannot know that signature beforehand, the supervisor not the
secret. Whoever is drawn follows from the seed, the redemption's id and its chance; the secret is
revealed with the draw, so everybody can draw again. Figures are parameters, not Anhui law.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from chassis.domain import event, stream_id
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.refusals.sampling import RoundOver, SecretLost

RULE_VERSION: Final = "sampling/1 (not Anhui law)"
AT_CAP: Final = "at-cap"
NEAR_DEADLINE: Final = "near-deadline"
NEAR_DAYS: Final = 15
"""Applied for so few days before the redeem-by date, or fewer, is near it."""

CERTAIN_BP: Final = 10_000


def risks_of(fen: int, item_cap_fen: int, redeem_by: str, today: date) -> list[str]:
    """What makes a redemption likelier to be audited: each doubles its chance."""
    near = (today + timedelta(days=NEAR_DAYS)).isoformat() >= redeem_by
    found = [(AT_CAP, fen >= item_cap_fen), (NEAR_DEADLINE, near)]
    return [name for name, there in found if there]


def chance_bp(fen: int, risks: Sequence[str], rate_bp: int, step_fen: int) -> int:
    """The chance of an audit in basis points: once the rate for each full step and once more."""
    return min(CERTAIN_BP, rate_bp * (1 + fen // step_fen) << len(risks))


def seed_of(secret: str, note_sha256: str) -> str:
    """The seed of a round, as hex text."""
    return sha256(f"{secret}/{note_sha256}".encode()).hexdigest()


def is_selected(seed: str, redemption_id: str, chance: int) -> bool:
    """Whether a redemption is drawn: its ticket, 64 bits of a digest, is within its chance."""
    ticket = int.from_bytes(sha256(f"{seed}/{redemption_id}".encode()).digest()[:8])
    return ticket * CERTAIN_BP < chance << 64


def commitment_of(secret: str) -> str:
    """What is published of a secret before it is revealed."""
    return sha256(secret.encode()).hexdigest()


def round_id(number: int) -> str:
    """The stream of the round of a number."""
    return stream_id("sample-round", str(number))


@dataclass(frozen=True, slots=True)
class Figures:
    """The parameters that a draw used."""

    rate_bp: int
    step_fen: int
    publicity_days: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A redemption that is drawn or not; its amount in fen."""

    redemption_id: str
    fen: int
    risks: tuple[str, ...]


class SampleRound(LedgerAggregate):
    """A round of samples (抽查轮次): committed, then drawn."""

    @event("Committed")
    def __init__(self, number: int, commitment: str) -> None:
        self.number = number
        self.commitment = commitment
        self.state = "committed"
        self.secret: str | None = None
        self.size: int | None = None
        self.note_sha256: str | None = None
        self.figures: Figures | None = None
        self.drawn: list[dict[str, Any]] = []

    @staticmethod
    def create_id(number: int) -> UUID:
        """One stream per number."""
        return UUID(round_id(number))

    @classmethod
    def begin(cls, number: int, secret: str) -> "SampleRound":
        """Begin a round with a secret that stays one until the draw."""
        return cls(number=number, commitment=commitment_of(secret))

    def draw(
        self,
        secret: str,
        size: int,
        note_sha256: str,
        figures: Figures,
        candidates: Sequence[Candidate],
    ) -> dict[str, bool]:
        """Draw; returns of each redemption whether it is to be audited.

        Raises `RoundOver`, and `SecretLost` for another secret than was committed.
        """
        if self.state != "committed":
            raise RoundOver(number=self.number)
        if commitment_of(secret) != self.commitment:
            raise SecretLost(number=self.number)
        seed, drawn = seed_of(secret, note_sha256), list[dict[str, Any]]()
        for each in candidates:
            chance = chance_bp(each.fen, each.risks, figures.rate_bp, figures.step_fen)
            selected = is_selected(seed, each.redemption_id, chance)
            drawn.append(
                {
                    "redemption_id": each.redemption_id,
                    "chance_bp": chance,
                    "selected": selected,
                }
            )
        self._drawn(
            secret,
            size,
            note_sha256,
            figures.rate_bp,
            figures.step_fen,
            figures.publicity_days,
            drawn,
        )
        return {each["redemption_id"]: each["selected"] for each in drawn}

    @event("Drawn")
    def _drawn(
        self,
        secret: str,
        size: int,
        note_sha256: str,
        rate_bp: int,
        step_fen: int,
        publicity_days: int,
        drawn: list[dict[str, Any]],
    ) -> None:
        self.state = "drawn"
        self.secret, self.size, self.note_sha256 = secret, size, note_sha256
        self.figures = Figures(rate_bp, step_fen, publicity_days)
        self.drawn = drawn
