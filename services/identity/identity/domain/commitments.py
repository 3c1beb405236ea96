"""What a provider commits to (承诺, art. 21, 3 to 5): versioned texts, signed by their digests.

A signature is bound to a text: the provider sends the SHA-256 of the Chinese text (UTF-8), which
is the binding one, and the event keeps clause, version and digest with who sent it and when. A text
is never changed; a new version has a later first day, and the ones before it stay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from identity.domain.refusals.admission import (
    CommitmentOutdated,
    CommitmentsMissing,
    CommitmentUnknown,
)

OWN_RESOURCES: Final = "own-resources"
GOOD_RECORD: Final = "good-record"
RULES_AND_SUPERVISION: Final = "rules-and-supervision"


@dataclass(frozen=True, slots=True)
class Commitment:
    """One version of one clause."""

    clause: str
    version: int
    valid_from: date
    zh: str
    en: str

    @property
    def sha256(self) -> str:
        """The digest of the Chinese text, by which it is signed."""
        return sha256(self.zh.encode()).hexdigest()

    def signed(self) -> dict[str, Any]:
        """What the event keeps of its signature."""
        return {"commitment": self.clause, "version": self.version, "text_sha256": self.sha256}


TEXTS: Final[tuple[Commitment, ...]] = (
    Commitment(
        OWN_RESOURCES,
        1,
        date(2018, 1, 1),
        "本服务商承诺以自有资源、自身名义及优惠价格提供服务。",
        "We provide services with resources of our own, in our own name and at favourable prices.",
    ),
    Commitment(
        GOOD_RECORD,
        1,
        date(2018, 1, 1),
        "本服务商承诺无不良信用记录或重大违法记录,未被列入经营异常名录或严重违法企业名单。",
        "We have no bad credit record and no record of serious offences, and we are on no list of "
        "abnormal operations or of serious violations.",
    ),
    Commitment(
        RULES_AND_SUPERVISION,
        1,
        date(2018, 1, 1),
        "本服务商承诺遵守云平台管理规定,愿意接受服务对象和运营商的监督与评价。",
        "We keep to the rules of the platform and accept supervision and rating by those whom we "
        "serve and by the operator.",
    ),
)


def in_force(on: date, texts: Sequence[Commitment] = TEXTS) -> list[Commitment]:
    """The newest version of every clause on a date in Asia/Shanghai."""
    newest = {each.clause: each for each in texts if each.valid_from <= on}
    return list(newest.values())


def signed(
    digests: Iterable[str], on: date, texts: Sequence[Commitment] = TEXTS
) -> dict[str, Commitment]:
    """The commitments that digests sign, by clause; all that are in force.

    Raises `CommitmentUnknown` for a digest of no text, `CommitmentOutdated` for one of a version
    that is not in force, `CommitmentsMissing` when a clause is not signed.
    """
    known = {each.sha256: each for each in texts}
    needed = {each.clause: each for each in in_force(on, texts)}
    found: dict[str, Commitment] = {}
    for digest in digests:
        text = known.get(digest)
        if text is None:
            raise CommitmentUnknown(text_sha256=digest)
        current = needed.get(text.clause)
        if current != text:
            raise CommitmentOutdated(
                clause=text.clause,
                version=text.version,
                in_force=current.version if current else 0,
            )
        found[text.clause] = text
    if missing := [clause for clause in needed if clause not in found]:
        raise CommitmentsMissing(missing=", ".join(missing))
    return found
