"""Edit of a read model only: what is shown and looked up is changed, the sealed log is not."""

from tests.tamper.attacker import Attacker
from tests.tamper.buying import buying
from tests.tamper.corpus import variant

KIND = "edit of a read model only"
LEDGER = "voucher-ledger"


@variant(KIND, "read-model-differs", broken=False)
def a_voucher_gets_more_money(a: Attacker) -> None:
    voucher = a.one(f"{LEDGER}.VoucherClaimed").stream
    more = "UPDATE vouchers SET available_fen = available_fen + 5000000 WHERE id = %s"
    a.sql(LEDGER, more, voucher)


@variant(KIND, "read-model-differs", broken=False)
def a_voucher_gets_another_holder(a: Attacker) -> None:
    voucher, thief = a.one(f"{LEDGER}.VoucherClaimed").stream, a.random.choice(a.story.users)
    a.sql(LEDGER, "UPDATE vouchers SET holder = %s WHERE id = %s", thief.subject[::-1], voucher)


@variant(KIND, "read-model-differs", broken=False)
def a_rejected_redemption_is_shown_as_paid(a: Attacker) -> None:
    rejected = a.one(f"{LEDGER}.RedemptionRejected").stream
    a.sql(LEDGER, "UPDATE redemptions SET state = 'paid' WHERE id = %s", rejected)


@variant(KIND, "read-model-differs", broken=False)
def a_purchase_is_shown_with_more_accepted_than_was(a: Attacker) -> None:
    buying(a.economy)
    a.life_goes_on()
    a.sql(LEDGER, "UPDATE purchases SET accepted_fen = fen WHERE state = 'accepted'")


@variant(KIND, "read-model-differs", broken=False)
def an_orders_share_is_shown_as_paid(a: Attacker) -> None:
    a.sql(LEDGER, "UPDATE shares SET paid_fen = redeemed_fen WHERE paid_fen < redeemed_fen")


@variant(KIND, "read-model-differs", broken=False)
def a_leased_share_forgets_what_was_drawn_of_it(a: Attacker) -> None:
    a.sql(LEDGER, "UPDATE budget_shares SET left_fen = left_fen + drawn_fen, drawn_fen = 0")


@variant(KIND, "read-model-differs", broken=False)
def a_batch_gets_ten_times_its_money(a: Attacker) -> None:
    a.sql(LEDGER, "UPDATE batches SET amount_fen = amount_fen * 10")


@variant(KIND, "read-model-differs", broken=False)
def a_row_of_the_budget_vanishes(a: Attacker) -> None:
    a.sql(LEDGER, "DELETE FROM budgets WHERE year = 2026")


@variant(KIND, "read-model-differs", broken=False)
def a_cosignature_is_made_up_where_the_ledger_looks_for_it(a: Attacker) -> None:
    a.sql(LEDGER, "INSERT INTO cosigned (size, note) VALUES (1000000, 'cosigned')")


@variant(KIND, "read-model-differs", broken=False)
def a_listing_costs_more_where_the_ledger_looks_it_up(a: Attacker) -> None:
    a.sql(LEDGER, "UPDATE offers SET price_fen = price_fen * 2, rate_bp = 10000, cap_fen = 900000")


@variant(KIND, "read-model-differs", broken=False)
def a_stranger_becomes_a_user_where_the_ledger_looks_it_up(a: Attacker) -> None:
    add = "INSERT INTO standing (subject_id, is_user, region) VALUES (%s, true, '340100')"
    a.sql(LEDGER, add, "00000000-0000-4000-8000-00000000beef")


@variant(KIND, "read-model-differs", broken=False)
def the_days_to_come_are_shown_as_reconciled(a: Attacker) -> None:
    done = "'x', 9999, '2999-12-31', 0, 0, NULL, -1, 0, 0, true"
    a.sql(LEDGER, f"INSERT INTO reconciliations VALUES ({done})")


@variant(KIND, "read-model-differs", broken=False)
def a_second_payment_is_shown_where_reconciliation_looks(a: Attacker) -> None:
    second = "SELECT 'x', redemption_id, fen, 'paid' FROM payment_lines LIMIT 1"
    a.sql(LEDGER, f"INSERT INTO payment_lines {second}")


@variant(KIND, "read-model-differs", broken=False)
def an_order_is_shown_as_accepted(a: Attacker) -> None:
    order = a.one("matching.OrderCancelled").stream
    a.sql("matching", "UPDATE orders SET state = 'accepted' WHERE id = %s", order)


@variant(KIND, "read-model-differs", broken=False)
def a_listing_is_reworded_after_its_publisher_confirmed_it(a: Attacker) -> None:
    listing = a.one("catalog.ListingPublished").stream
    a.sql("catalog", "UPDATE listings SET description = '一分钟' WHERE id = %s", listing)


@variant(KIND, "read-model-differs", broken=False)
def an_account_is_given_the_role_that_issues_money(a: Attacker) -> None:
    account = a.one("identity.AccountLinked").stream
    add = "INSERT INTO account_roles (account_id, role) VALUES (%s, 'hrss-province')"
    a.sql("identity", add, account)


@variant(KIND, "read-model-differs", broken=False)
def a_session_never_ends(a: Attacker) -> None:
    a.sql("identity", "UPDATE sessions SET expires_at = '2999-01-01T00:00:00.000000Z'")


@variant(KIND, "read-model-differs", broken=None)
def the_supervisors_own_list_of_verdicts_is_embellished(a: Attacker) -> None:
    a.sql(
        "oversight",
        "INSERT INTO replays (id, verdict, logs, entries, totals, states, found, findings, at) "
        "VALUES ('x', 'clean', '{}', 0, '[]', '{}', 0, '[]', '2026-01-01T00:00:00.000000Z')",
    )
