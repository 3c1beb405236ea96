"""The supervisor's whole check of a platform: who finds what.

The witness looks at every log, the verification reads every copy and every log, each service
compares its tables, and whoever has an evidence bundle verifies it offline.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chassis.refusal import Refusal
from chassis.sealing.faults import Fault
from oversight.checkpoints import Keys
from oversight.verification import Verification
from tests.tamper.platform import LOGS, Platform


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong, by its stable code, in which service or log, and where."""

    code: str
    log: str
    position: int | None = None
    said: str = ""

    def __str__(self) -> str:
        place = self.log if self.position is None else f"{self.log}/{self.position}"
        return f"{self.code} @ {place}"


@dataclass
class Checked:
    """What a whole check found. `verdict` is the verification's."""

    verdict: str
    found: list[Diagnosis] = field(default_factory=list)

    @property
    def codes(self) -> set[str]:
        """The codes of everything that was found."""
        return {each.code for each in self.found}

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.found and self.verdict == "clean"


def check(platform: Platform, shown: Mapping[str, Sequence[str]] | None = None) -> Checked:
    """Check everything. `shown` are checkpoints that somebody was shown, by log."""
    stopped = [Diagnosis(f"stopped:{why}", name) for name, why in platform.carry_on()]
    stopped += _witnessed(platform)
    runtime = platform.runtimes["oversight"]
    verification = Verification(
        runtime.application.database,
        Keys.of(runtime.settings),
        services=platform.audited,
        shown=shown,
    )
    try:
        report = verification.run()
    except Refusal as refusal:
        return Checked("none", [*stopped, Diagnosis(refusal.code, "oversight", None, str(refusal))])
    found = [Diagnosis(f.rule, f.log, f.position, f.en) for f in report.findings]
    return Checked(report.verdict, [*stopped, *found])


def _witnessed(platform: Platform) -> Iterator[Diagnosis]:
    """The witness takes a look at every log, as it does twice a second."""
    for name in LOGS:
        try:
            platform.witnessing.step(name, platform.audited.checkpoint(name))
        except Fault as fault:
            yield Diagnosis(f"witness:{fault.code}", name, None, str(fault))
        except Refusal as refusal:
            yield Diagnosis(f"witness:{refusal.code}", name, None, str(refusal))
