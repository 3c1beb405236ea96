"""What is demanded back of a redemption that was paid (追缴). Amounts in fen."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Clawback:
    """How much is demanded until when, what came in by which bank references, what was given up."""

    demander: str = ""
    demanded_fen: int = 0
    due_by: str | None = None
    repaid_fen: int = 0
    written_off_fen: int = 0
    references: set[str] = field(default_factory=set)

    @property
    def missing_fen(self) -> int:
        """What neither came in nor was written off."""
        return self.demanded_fen - self.repaid_fen - self.written_off_fen
