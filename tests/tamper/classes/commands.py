"""Replayed command id: what was carried out once is carried out again under the same id."""

from typing import Any

from schemas.voucher_ledger.budget import AppropriateBudget
from schemas.voucher_ledger.grants import GrantVouchers
from tests.tamper.attacker import Attacker
from tests.tamper.corpus import variant

KIND = "replayed command id"
LEDGER = "voucher-ledger"
BUDGET: dict[str, Any] = {
    "fund": "JYCY",
    "year": 2027,
    "amount_fen": 700_000,
    "document_number": "皖财社〔2027〕3号",
}


def _forget(a: Attacker, log: str, command: str) -> None:
    a.sql(log, "DELETE FROM commands WHERE id = %s", command)


@variant(KIND, "command-replayed", broken=False)
def a_budget_is_appropriated_twice_after_its_outcome_was_deleted(a: Attacker) -> None:
    id_ = "00000000-0000-4000-8000-0000000000a1"
    for _ in range(2):
        a.story.do(AppropriateBudget, a.story.owner(), command_id=id_, **BUDGET)
        a.economy.appropriate(2027, fen=100)
        _forget(a, LEDGER, id_)
    a.platform.settle()


@variant(KIND, "outcome-missing", broken=False)
def outcomes_are_deleted_so_that_commands_can_be_sent_again(a: Attacker) -> None:
    _forget(a, LEDGER, a.one(f"{LEDGER}.VoucherGranted").event["command"])


@variant(KIND, "command-replayed", broken=False)
def a_second_grant_hides_under_the_id_of_the_first(a: Attacker) -> None:
    granted = a.all(f"{LEDGER}.VoucherGranted")[-1]
    id_ = granted.event["command"]
    _forget(a, LEDGER, id_)
    newcomer = a.story.person()
    a.platform.settle()
    given = {"batch_id": granted.data["batch_id"], "holders": [newcomer.subject]}
    a.story.do(GrantVouchers, a.story.owner(), command_id=id_, **given)
    a.platform.settle()


@variant(KIND, "command-replayed", "reserved-without-order", broken=False)
def a_reaction_to_an_order_is_made_to_happen_again(a: Attacker) -> None:
    reserved = a.all(f"{LEDGER}.VoucherReserved")[-1]
    again = a.forged(reserved, {}, command=reserved.event["command"])
    a.economy.appropriate(2027, fen=100)
    a.append(again)
    a.platform.settle()


@variant(KIND, "reaction-doubled", broken=False)
def an_order_is_reserved_for_twice_under_two_ids(a: Attacker) -> None:
    reserved = a.all(f"{LEDGER}.VoucherReserved")[-1]
    a.append(a.forged(reserved, {}))
    a.platform.settle()


@variant(KIND, "outcome-missing", broken=False)
def an_event_is_written_under_an_id_that_no_command_ever_had(a: Attacker) -> None:
    like = a.all(f"{LEDGER}.BudgetAppropriated")[-1]
    a.append(a.forged(like, {"document_number": "皖财社〔2027〕7号"}))
    a.platform.settle()


@variant(KIND, "refusal-differs", broken=False)
def a_command_that_took_effect_is_answered_with_a_refusal(a: Attacker) -> None:
    claimed = a.one(f"{LEDGER}.VoucherClaimed")
    (outcome,) = a.sql(
        LEDGER, "SELECT outcome FROM commands WHERE outcome LIKE '{\"error\"%%' LIMIT 1"
    )[0]
    change = "UPDATE commands SET outcome = %s WHERE id = %s"
    a.sql(LEDGER, change, outcome, claimed.event["command"])


@variant(KIND, "tracking-behind", broken=False)
def the_ledger_is_sent_back_to_read_orders_again(a: Attacker) -> None:
    a.sql(LEDGER, "UPDATE tracking SET position = position - 9 WHERE log = 'matching'")
