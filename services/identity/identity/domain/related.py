"""Who is behind an organisation (关联人, art. 17): its legal representative and its shareholders.

A number is that of a person or of an organisation. It is read for its keyed digest, by which the
subject with this number is named here whether or not there is one, and kept nowhere.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from identity.domain.resident_id import InvalidIdNumber, ResidentId
from identity.domain.uscc import Uscc

REPRESENTATIVE: Final = "representative"
SHAREHOLDER: Final = "shareholder"
RELATIONS: Final = (REPRESENTATIVE, SHAREHOLDER)

DECLARED: Final = "declared"
"""The organisation said so itself; else a registry did."""

MOST: Final = 200
"""Shareholders of one organisation that are kept (公司法 art. 92: promoters of a company)."""

Related = dict[str, list[str]]
"""By relation: the ids of subjects, in ascending order, each once."""


@dataclass(frozen=True, slots=True, repr=False)
class Behind:
    """The numbers of those behind an organisation, as they were told."""

    representative: tuple[str, ...] = ()
    shareholder: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anybody was told."""
        return bool(self.representative or self.shareholder)

    def of(self, relation: str) -> tuple[str, ...]:
        """The numbers of one relation."""
        return self.representative if relation == REPRESENTATIVE else self.shareholder


NOBODY: Final = Behind()
"""Nothing was told."""


def kind_and_number(text: str, today: date) -> tuple[str, str]:
    """What a number is, for its keyed digest, and the number, normalised.

    Raises InvalidIdNumber, as it is no ID number, for what is neither.
    """
    try:
        return "id-number", ResidentId.parse(text, today).number
    except InvalidIdNumber as fault:
        try:
            return "uscc", Uscc.parse(text).code
        except InvalidIdNumber:
            raise fault from None
