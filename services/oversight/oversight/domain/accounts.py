"""What the supervisor knows of accounts: who holds what, and how they proved who they are."""

from dataclasses import dataclass, field

FOR_EVER = "9"
"""Later than every instant."""

NEVER = 2**63
"""Beyond every position."""


@dataclass(slots=True)
class Account:
    """An account, from identity's log."""

    staff: bool
    region: str | None = None
    """What bounds staff; for others see their subject."""

    subject: str | None = None
    """For whom it acts."""

    before: str | None = None
    """For whom it acted until it was taken out."""

    officer: str | None = None
    """The person behind it, as far as is known."""

    held: dict[str, list[list[str]]] = field(default_factory=dict)
    """By role: from when, and until when it was held; `FOR_EVER` while it is."""

    offered: str | None = None
    """The enrolment of a second factor that waits for its first code."""

    enrolment: str | None = None
    epoch: int = 0
    """How often all its sessions ended at once."""

    case_id: str | None = None
    """The case for which it is frozen."""

    code_command: str | None = None
    """The command with which it used a code last."""

    steps: dict[str, int] = field(default_factory=dict)
    """By enrolment: the last time step of which a code was used."""

    recovered: set[tuple[str, int]] = field(default_factory=set)
    """The recovery codes that were used: batch and place."""

    def roles(self) -> set[str]:
        """The roles that it holds now."""
        return {role for role, spans in self.held.items() if spans[-1][1] == FOR_EVER}

    def held_at(self, role: str, instant: str, late: str) -> bool:
        """Whether it held a role at an instant; until `late` what was revoked may be in use."""
        return any(since <= instant and late <= until for since, until in self.held.get(role, ()))


@dataclass(slots=True)
class Freeze:
    """A time in which a subject's vouchers are held: positions in identity's log, and instants."""

    since: int
    since_at: str
    until: int = NEVER
    until_at: str = FOR_EVER


@dataclass(slots=True)
class Tenure:
    """A time in which a company operates the platform (运营期): legal dates, both included."""

    number: int
    valid_from: str
    valid_until: str
    until: int = NEVER
    """The position in identity's log at which it was revoked."""

    until_at: str = FOR_EVER
    handed_over: bool = False

    def over(self, day: str) -> bool:
        """Whether it was revoked, or its last day is before this one."""
        return self.until < NEVER or self.valid_until < day


@dataclass(slots=True)
class Authorisation:
    """On which a 政务服务管理员 acts (授权): for what, and the legal dates, both included."""

    account: str
    scope: tuple[str, ...]
    valid_from: str
    valid_until: str
    until: int = NEVER
    """The position in identity's log at which it was revoked."""

    until_at: str = FOR_EVER


@dataclass(frozen=True, slots=True)
class Export:
    """What a handover says of a log: where it says so, how many entries, and their root."""

    position: int
    at: str
    log: str
    size: int
    root: str
    least: int
    """How many entries there were when the tenure ended, as far as identity's log says."""


@dataclass(slots=True)
class Staff:
    """Who of staff is who, and which accounts act for whom."""

    officers: dict[str, set[str]] = field(default_factory=dict)
    """By person: their accounts."""

    subjects: dict[str, set[str]] = field(default_factory=dict)
    """By subject: the accounts that act for it."""

    invitations: dict[str, str] = field(default_factory=dict)
    """By invitation: the subject."""

    invited: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """By account: the subject whose invitation it accepted last, and the command."""

    members: dict[str, set[str]] = field(default_factory=dict)
    """By the stream of an organisation's accounts: these accounts."""

    freezes: dict[str, list[Freeze]] = field(default_factory=dict)
    """By subject."""

    frozen: dict[str, Freeze] = field(default_factory=dict)
    """By account: the freeze that holds now."""

    accounts_frozen: dict[str, list[Freeze]] = field(default_factory=dict)
    """By account: every freeze."""

    tenures: dict[str, Tenure] = field(default_factory=dict)
    """The operator's, in the order in which they were granted."""

    tenure_of: dict[str, str | None] = field(default_factory=dict)
    """By account: the tenure under which it was made the operator's."""

    exports: list[Export] = field(default_factory=list)
    authorisations: dict[str, Authorisation] = field(default_factory=dict)


@dataclass(slots=True)
class Reset:
    """A password reset: whose, who asked, and how far it is."""

    account_id: str
    requester: str
    state: str = "requested"
