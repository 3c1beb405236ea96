"""Who is eligible for a batch's vouchers (发放条件, art. 17, 25): a rule with a version.

No published Anhui rule was found: the target group is the issuer's choice, batch by batch. Each
decision is kept with the inputs that decided it, refusals too.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

RULE_VERSION: Final = "eligibility/2 (not Anhui law)"

KINDS: Final = ("person", "firm")

NOT_ADMITTED: Final = "not-admitted"
AGED_OUT: Final = "aged-out"
NOT_VERIFIED: Final = "not-verified"
OUTSIDE_REGION: Final = "outside-region"
OTHER_KIND: Final = "other-kind"
GRANTED_BEFORE: Final = "granted-before"


def prefix(region: str) -> str:
    """The digits that a region's code and all below it begin with: `34`, `3401`, `340102`."""
    if region.endswith("0000"):
        return region[:2]
    return region[:4] if region.endswith("00") else region


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of somebody who could get a voucher: the inputs of the decision."""

    admitted: bool
    verified: bool
    kind: str
    region: str
    granted: bool
    """Whether they have a voucher of this batch already."""

    aged_out: bool = False
    """Whether they turned sixty (art. 25): what they have they keep, and get no more."""

    def as_inputs(self) -> dict[str, Any]:
        """As events keep it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Target:
    """A batch's target group (发放对象): a region with all below it, and kinds of subjects."""

    region: str
    kinds: Sequence[str]

    def refusal(self, standing: Standing) -> str | None:
        """Why somebody gets no voucher; None when they may have one."""
        if not standing.admitted:
            return NOT_ADMITTED
        if not standing.verified:
            return NOT_VERIFIED
        if standing.aged_out:
            return AGED_OUT
        if not standing.region.startswith(prefix(self.region)):
            return OUTSIDE_REGION
        if standing.kind not in self.kinds:
            return OTHER_KIND
        return GRANTED_BEFORE if standing.granted else None
