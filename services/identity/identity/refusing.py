"""A refusal that a case keeps by its code and grounds, as it is told to people."""

from typing import Any

from chassis.domain import Refusal
from identity.domain.refusals import accounts, admission, cases, personal_data, verification

_KNOWN: dict[str, type[Refusal]] = {
    each.code: each
    for module in (accounts, admission, cases, personal_data, verification)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, Refusal) and each is not Refusal
}


def refused(code: str, grounds: dict[str, Any]) -> dict[str, Any]:
    """`{code, kind, message: {zh, en}, data}`, as the command would have said it."""
    return _KNOWN[code](**grounds).as_dict()
