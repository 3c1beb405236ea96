"""What detectors decide on."""

from chassis.database import Database
from voucher_ledger.domain.risks import Facts

_FACTS = """
SELECT
  (SELECT reserved_on FROM shares WHERE order_id = %(order)s) AS reserved_on,
  ARRAY(SELECT order_id FROM redemptions
    WHERE contract_sha256 = %(contract)s AND order_id <> %(order)s) AS same_contract,
  ARRAY(SELECT order_id FROM deliveries
    WHERE evidence_sha256 = %(evidence)s AND order_id <> %(order)s) AS same_evidence,
  ARRAY(SELECT s.order_id FROM shares s JOIN vouchers v ON v.id = s.voucher_id
    WHERE s.provider = %(user)s AND v.holder = %(provider)s) AS reversed,
  ARRAY(SELECT ARRAY[s.order_id, s.reserved_on] FROM shares s
    JOIN vouchers v ON v.id = s.voucher_id
    WHERE s.provider = %(provider)s AND v.holder = %(user)s AND s.order_id <> %(order)s) AS of_pair,
  (SELECT coalesce(jsonb_object_agg(log, position), '{}'::jsonb) FROM tracking) AS seen
"""


def facts(
    database: Database,
    order_id: str,
    user: str,
    provider: str,
    contract_sha256: str,
    evidence_sha256: str,
    split_limit: int,
) -> tuple[Facts, dict[str, int]]:
    """The facts about an order's redemption, and how far other logs had been seen.

    One statement, so all are of the same moment.
    """
    asked = {"order": order_id, "user": user, "provider": provider}
    digests = {"contract": contract_sha256, "evidence": evidence_sha256}
    row = database.row(_FACTS, {**asked, **digests})
    assert row is not None, "a query without a table"
    seen = dict(row.pop("seen"))
    pair = [(order, day) for order, day in row.pop("of_pair")]
    given = {"split_limit": split_limit, "of_pair": pair, **row}
    return Facts(contract_sha256, evidence_sha256, **given), seen
