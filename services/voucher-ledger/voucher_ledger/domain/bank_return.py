"""What the bank says became of a payment order (银行回盘): parsed strictly, line by line.

Nothing of a file is believed when anything of it does not fit: its own total, the order that it
names, a line nobody instructed, an amount that differs, a payment that it does not mention.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from voucher_ledger.domain.refusals.bank_returns import (
    BankReturnMalformed,
    ReturnAmountDiffers,
    ReturnIncomplete,
    ReturnLineTwice,
    ReturnLineUnknown,
    ReturnOfAnotherOrder,
    ReturnTotalWrong,
)

if TYPE_CHECKING:
    from voucher_ledger.domain.payment_order import Item

_YUAN = r"(?:0|[1-9][0-9]{0,12})\.[0-9]{2}"
_HEAD = re.compile(
    rf"(?P<kind>[HR]),(?P<order>[0-9a-f-]{{36}}),(?P<count>[0-9]{{1,6}}),(?P<yuan>{_YUAN})"
)
_LINE = re.compile(
    rf"D,(?P<id>[0-9a-z]{{1,35}}),(?P<yuan>{_YUAN}),(?P<status>PAID|RETURNED),"
    r"(?P<reference>[0-9A-Za-z-]{0,35}),(?P<reason>[A-Z0-9]{0,8})"
)
NAMED: Final = 5
"""Of payments that a file does not mention, a refusal names so many."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the bank says of one payment, in fen; `number` is the line's in the file."""

    number: int
    end_to_end_id: str
    fen: int
    paid: bool
    reference: str
    reason_code: str


@dataclass(frozen=True, slots=True)
class BankReturn:
    """A bank return file; `late` when it takes back what had been paid."""

    sha256: str
    late: bool
    order_id: str
    lines: tuple[Line, ...]


def file_digest(content: str) -> str:
    """The SHA-256 of a file's bytes (UTF-8)."""
    return sha256(content.encode()).hexdigest()


def parse(content: str) -> BankReturn:
    """A file, whose head says what its lines sum to.

    Raises `BankReturnMalformed`, `ReturnTotalWrong`.
    """
    digest = file_digest(content)
    texts = content.removeprefix("\ufeff").splitlines()
    head = _HEAD.fullmatch(texts[0]) if texts else None
    if head is None:
        raise BankReturnMalformed(line=1, file_sha256=digest)
    lines = []
    for number, text in enumerate(texts[1:], 2):
        lines.append(_line(number, text, late=head["kind"] == "R", digest=digest))
    counted = sum(line.fen for line in lines)
    stated = _fen(head["yuan"])
    if (len(lines), counted) != (int(head["count"]), stated):
        raise ReturnTotalWrong(
            stated_lines=int(head["count"]),
            stated_fen=stated,
            counted_lines=len(lines),
            counted_fen=counted,
            file_sha256=digest,
        )
    return BankReturn(digest, head["kind"] == "R", head["order"], tuple(lines))


def matched(
    found: BankReturn, order_id: str, items: Mapping[str, "Item"], *, whole: bool
) -> list[tuple["Item", Line]]:
    """Each line with the payment that it is about. A `whole` file is about all of them.

    Raises `ReturnOfAnotherOrder`, `ReturnLineUnknown`, `ReturnLineTwice`, `ReturnAmountDiffers`,
    `ReturnIncomplete`.
    """
    if found.order_id != order_id:
        raise ReturnOfAnotherOrder(named=found.order_id, file_sha256=found.sha256)
    taken: dict[str, tuple[Item, Line]] = {}
    for line in found.lines:
        item = items.get(line.end_to_end_id)
        said = {"line": line.number, "end_to_end_id": line.end_to_end_id}
        if item is None:
            raise ReturnLineUnknown(**said, file_sha256=found.sha256)
        if line.end_to_end_id in taken:
            raise ReturnLineTwice(**said, file_sha256=found.sha256)
        if line.fen != item.fen:
            raise ReturnAmountDiffers(
                **said, instructed_fen=item.fen, said_fen=line.fen, file_sha256=found.sha256
            )
        taken[line.end_to_end_id] = item, line
    missing = [key for key in items if key not in taken]
    if (whole and missing) or not taken:
        raise ReturnIncomplete(
            instructed=len(items),
            mentioned=len(taken),
            instructed_fen=sum(item.fen for item in items.values()),
            mentioned_fen=sum(item.fen for item, _ in taken.values()),
            missing=missing[:NAMED],
            file_sha256=found.sha256,
        )
    return list(taken.values())


def _line(number: int, text: str, *, late: bool, digest: str) -> Line:
    found = _LINE.fullmatch(text)
    if found is None:
        raise BankReturnMalformed(line=number, file_sha256=digest)
    paid = found["status"] == "PAID"
    if (late and paid) or not found["reference" if paid else "reason"]:
        raise BankReturnMalformed(line=number, file_sha256=digest)
    return Line(number, found["id"], _fen(found["yuan"]), paid, found["reference"], found["reason"])


def _fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))
