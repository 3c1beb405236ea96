"""What the supervisor knows of public money before it is anybody's. Amounts in fen."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Budget:
    """A fund's money of a year in a region, rebuilt from what went in and out of it."""

    fund: str
    region: str
    year: int
    free_fen: int = 0
    state: str = "open"
    committed: dict[str, int] = field(default_factory=dict)
    """By batch."""

    @property
    def purse(self) -> str:
        """`JYCY/340100/2026`."""
        return f"{self.fund}/{self.region}/{self.year}"


@dataclass(frozen=True, slots=True)
class Gift:
    """Money that is under way from one budget to another, and the command that sent it."""

    fen: int
    command: str | None


@dataclass(slots=True)
class Transfer:
    """Money that is to go from one region to another, and who has approved it."""

    source: str
    target: str
    fen: int
    proposer: str
    approvers: list[str] = field(default_factory=list)
    state: str = "proposed"


@dataclass(slots=True)
class Allotment:
    """An amount that is leased in shares: a batch's money, or a yearly cap on a category."""

    kind: str
    batch_id: str
    category: str | None
    year: int | None
    left_fen: int
    state: str = "open"
    leased: dict[str, int] = field(default_factory=dict)
    """Shares that were leased and have not begun yet, with their amounts."""

    shares: set[str] = field(default_factory=set)
    """Shares that have something left."""


@dataclass(slots=True)
class Share:
    """A share of an allotment: what is left, and what was drawn for what."""

    allotment_id: str
    left_fen: int
    drawn: dict[str, int] = field(default_factory=dict)
    surrendered_fen: int = 0
    """What it gave back, until its allotment has it."""

    surrendered_by: str | None = None
    """The command that did."""


@dataclass(slots=True)
class Allowance:
    """What a user has used of a fund in a calendar year, by order."""

    fund: str
    user: str
    year: int
    used: dict[str, int] = field(default_factory=dict)

    @property
    def used_fen(self) -> int:
        """All orders together."""
        return sum(self.used.values())


@dataclass(slots=True)
class Run:
    """A run of grants: which chunk was last, what it announced, and what came of it."""

    batch_id: str
    source: str
    listed: set[str] = field(default_factory=set)
    number: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    """By reason, in the chunk that is under way."""

    announced: int = 0
    granted: int = 0
    last: str | None = None
    """The command that advanced it last."""

    ended: bool = False
