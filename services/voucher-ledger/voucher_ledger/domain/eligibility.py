"""Who is eligible for a batch's vouchers (发放条件, art. 17, 25): a rule with a version.

No published Anhui rule was found: the target group is the issuer's choice, batch by batch. Each
decision is kept with the inputs that decided it, refusals too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

RULE_VERSION: Final = "eligibility/3 (not Anhui law)"

KINDS: Final = ("person", "firm")

NOT_ADMITTED: Final = "not-admitted"
AGED_OUT: Final = "aged-out"
NOT_VERIFIED: Final = "not-verified"
BLACKLISTED: Final = "blacklisted"
OUTSIDE_REGION: Final = "outside-region"
OTHER_KIND: Final = "other-kind"
GRANTED_BEFORE: Final = "granted-before"


def prefix(region: str) -> str:
    """The digits that a region's code and all below it begin with: `34`, `3401`, `340102`."""
    if region.endswith("0000"):
        return region[:2]
    return region[:4] if region.endswith("00") else region


class Standing(NamedTuple):
    """What is known of somebody who could get a voucher: the inputs of the decision."""

    admitted: bool
    verified: bool
    kind: str
    region: str
    granted: bool
    """Whether they have a voucher of this batch already."""

    aged_out: bool = False
    """Whether they turned sixty (art. 25): what they have they keep, and get no more."""

    blacklisted: bool = False
    """Whether they are on the blacklist (黑名单, art. 28)."""

    def as_inputs(self) -> dict[str, Any]:
        """As events keep it."""
        return self._asdict()


@dataclass(frozen=True, slots=True)
class Target:
    """A batch's target group (发放对象): a region with all below it, and kinds of subjects."""

    region: str
    kinds: Sequence[str]

    def refusal(self, standing: Standing) -> str | None:
        """Why somebody gets no voucher; None when they may have one."""
        causes = (
            (not standing.admitted, NOT_ADMITTED),
            (not standing.verified, NOT_VERIFIED),
            (standing.blacklisted, BLACKLISTED),
            (standing.aged_out, AGED_OUT),
            (not standing.region.startswith(prefix(self.region)), OUTSIDE_REGION),
            (standing.kind not in self.kinds, OTHER_KIND),
            (standing.granted, GRANTED_BEFORE),
        )
        return next((code for holds, code in causes if holds), None)
