"""Bad input, line 1: zero, negative, fractional and huge amounts, of every command there is.

The contract refuses them before anything is decided, naming the field; an amount that may be zero
says so itself.
"""

from collections.abc import Iterator

import pytest
from marshmallow import ValidationError

from chassis.contract import MAX_FEN, Command, Fen
from gateway.examples import example_input
from schemas.registry import CONTRACTS

BAD = (-1, -(10**15), 0.5, 1.0, "100", "1e3", True, None, [1], MAX_FEN + 1, 10**18, 2**63, 10**400)


def amounts() -> Iterator[tuple[type[Command], str]]:
    """Every field of a command that is an amount of money."""
    for contract in CONTRACTS:
        if issubclass(contract, Command):
            for name, field in contract().fields.items():
                if isinstance(field, Fen):
                    yield contract, name


AMOUNTS = list(amounts())


@pytest.mark.article(17, 19)
@pytest.mark.parametrize(
    ("contract", "name"), AMOUNTS, ids=lambda each: getattr(each, "__name__", each)
)
def test_no_command_takes_what_is_no_amount(contract: type[Command], name: str) -> None:
    good = {**example_input(contract), name: 1}
    contract.parse(good)
    least = contract().fields[name].validators[0].min  # type: ignore[attr-defined]
    optional = contract().fields[name].allow_none
    bad = [each for each in (*BAD, *([0] if least == 1 else [])) if not (optional and each is None)]
    for value in bad:
        with pytest.raises(ValidationError) as refused:
            contract.parse({**good, name: value})
        assert set(refused.value.normalized_messages()) == {name}, value  # type: ignore[no-untyped-call]


def test_the_commands_that_move_money_are_among_them() -> None:
    found = {contract.method() for contract, _ in AMOUNTS}
    assert {
        "appropriate_budget", "allocate_budget", "propose_transfer", "open_batch", "place_order",
        "accept_order", "publish_listing",
    } <= found  # fmt: skip


def test_no_amount_of_a_command_is_another_kind_of_field() -> None:
    for contract in CONTRACTS:
        if issubclass(contract, Command):
            for name, field in contract().fields.items():
                assert isinstance(field, Fen) or not name.endswith("_fen"), (contract, name)
