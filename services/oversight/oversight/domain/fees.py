"""What the supervisor knows of fees: what operator and provider signed, version by version."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from oversight.domain.accounts import NEVER

PROVIDER = "provider"


@dataclass(slots=True)
class FeeVersion:
    """A version of a fee schedule; rates are basis points of a price."""

    number: int
    side: str
    signer: str
    rate_bp: int
    rates: Mapping[str, int]
    valid_from: str
    content_sha256: str
    state: str = "proposed"
    signed_at: int = NEVER
    """Where the other side signed it, in the catalog's log."""

    def fee(self, category: str, price_fen: int) -> dict[str, Any]:
        """What an order of a price keeps of it; the operator's part is rounded down."""
        rate_bp = self.rates.get(category, self.rate_bp)
        operator_fen = price_fen * rate_bp // 10_000
        parts = {"operator_fen": operator_fen, "provider_fen": price_fen - operator_fen}
        named = {"number": self.number, "content_sha256": self.content_sha256}
        return {**named, "rate_bp": rate_bp, **parts}


@dataclass(slots=True)
class Fees:
    """All versions of one provider's."""

    provider: str
    versions: list[FeeVersion] = field(default_factory=list)

    @property
    def waiting(self) -> FeeVersion | None:
        """The version that waits for its answer."""
        last = self.versions[-1] if self.versions else None
        return last if last is not None and last.state == "proposed" else None

    def on(self, day: str, seen: int) -> FeeVersion | None:
        """The version in force on a legal date, as far as the catalog's log was seen."""
        signed = (each for each in self.versions if each.signed_at <= seen)
        due = [each for each in signed if each.valid_from <= day]
        return max(due, key=lambda each: (each.valid_from, each.number), default=None)


def content_digest(provider: str, data: Mapping[str, Any]) -> str:
    """What both sides sign: SHA-256 (hex) of what a proposal says, as canonical JSON."""
    names = ("number", "rate_bp", "rates", "valid_from")
    content = {"provider": provider, **{name: data[name] for name in names}}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
