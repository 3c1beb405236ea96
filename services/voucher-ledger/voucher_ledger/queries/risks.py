"""What detectors decide on."""

from collections.abc import Collection, Mapping

from chassis.database import Database
from voucher_ledger.domain.risks import Facts

_GIVEN = """
    SELECT kind, digest,
      CASE WHEN kind IN ('representative', 'shareholder') THEN 'subject' ELSE kind END AS what
    FROM contacts WHERE subject = asked.{who}
    UNION ALL SELECT 'bank_account', digest, 'bank_account' FROM paid_from WHERE payer = asked.{who}
    UNION ALL SELECT '', asked.{who}, 'subject'"""
"""What a party has that another may have too; what it is to itself has no kind."""

_COMMON = f"""
common AS (
  SELECT asked.id, found.ties FROM asked CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT t.kind) AS ties
    FROM ({_GIVEN.format(who="buyer")}) u
    JOIN ({_GIVEN.format(who="provider")}) p USING (what, digest)
    CROSS JOIN LATERAL (VALUES (u.kind), (p.kind)) t(kind)
    WHERE t.kind <> ''
    AND (what <> 'device' OR %(most)s >= (SELECT count(*) FROM (SELECT 1 FROM contacts c
      WHERE c.kind = 'device' AND c.digest = u.digest LIMIT %(most)s + 1) users))
  ) found WHERE found.ties IS NOT NULL
)"""  # noqa: S608 - put together from constants
"""What the two parties of whatever is `asked` (id, buyer, provider) have in common."""

_TIES = f"""
WITH asked AS (
  SELECT r.id, v.holder AS buyer, r.provider
  FROM redemptions r JOIN vouchers v ON v.id = r.voucher_id WHERE r.id = ANY(%(redemptions)s)
), {_COMMON}
SELECT (SELECT coalesce(jsonb_object_agg(id, ties), '{{}}'::jsonb) FROM common) AS ties,
  (SELECT coalesce(jsonb_object_agg(log, position), '{{}}'::jsonb) FROM tracking) AS seen
"""  # noqa: S608 - put together from constants

_FACTS = f"""
WITH asked AS (
  SELECT %(order)s AS id, %(user)s AS buyer, %(provider)s AS provider
), {_COMMON}, own AS MATERIALIZED (
  SELECT s.reserved_on, v.batch_id, v.use_by, d.delivered_at, d.simhash, o.accepted_at,
    p.placed_on, p.price_fen, p.category
  FROM shares s JOIN vouchers v ON v.id = s.voucher_id
  LEFT JOIN deliveries d ON d.order_id = s.order_id
  LEFT JOIN own_shares o ON o.order_id = s.order_id
  LEFT JOIN placements p ON p.order_id = s.order_id
  WHERE s.order_id = %(order)s
)
SELECT own.reserved_on, own.use_by, own.simhash,
  coalesce(own.delivered_at, '') AS delivered_at, coalesce(own.accepted_at, '') AS accepted_at,
  coalesce(own.placed_on, '') AS placed_on, coalesce(own.price_fen, 0) AS price_fen,
  ARRAY(SELECT order_id FROM redemptions
    WHERE contract_sha256 = %(contract)s AND order_id <> %(order)s) AS same_contract,
  ARRAY(SELECT order_id FROM deliveries
    WHERE evidence_sha256 = %(evidence)s AND order_id <> %(order)s) AS same_evidence,
  ARRAY(SELECT s.order_id FROM shares s JOIN vouchers v ON v.id = s.voucher_id
    WHERE s.provider = %(user)s AND v.holder = %(provider)s) AS reversed,
  ARRAY(SELECT ARRAY[s.order_id, s.reserved_on] FROM shares s
    JOIN vouchers v ON v.id = s.voucher_id
    WHERE s.provider = %(provider)s AND v.holder = %(user)s AND s.order_id <> %(order)s) AS of_pair,
  ARRAY(SELECT ARRAY[s.order_id, s.reserved_on] FROM shares s
    JOIN vouchers v ON v.id = s.voucher_id
    WHERE s.provider = %(provider)s AND v.batch_id = own.batch_id AND s.order_id <> %(order)s
    AND s.reserved_on > to_char(own.use_by::date - %(days)s, 'YYYY-MM-DD')) AS of_batch,
  ARRAY(SELECT ARRAY[d.order_id, d.simhash] FROM deliveries d
    WHERE d.evidence_sha256 <> %(evidence)s AND (
      substr(d.simhash, 1, 4) = substr(own.simhash, 1, 4)
      OR substr(d.simhash, 5, 4) = substr(own.simhash, 5, 4)
      OR substr(d.simhash, 9, 4) = substr(own.simhash, 9, 4)
      OR substr(d.simhash, 13, 4) = substr(own.simhash, 13, 4))) AS alike,
  ARRAY(SELECT jsonb_build_array(f.listing_id, f.published_on, f.price_fen) FROM offers f
    WHERE f.provider = %(provider)s AND f.category = own.category) AS asked,
  coalesce((SELECT ties FROM common), ARRAY[]::text[]) AS ties,
  ARRAY(SELECT jsonb_build_array(reference, fen) FROM refunds
    WHERE order_id = %(order)s) AS refunds,
  ARRAY(SELECT id FROM purchases WHERE evidence_sha256 = %(evidence)s) AS bought,
  (SELECT coalesce(jsonb_object_agg(log, position), '{{}}'::jsonb) FROM tracking) AS seen
FROM own
"""  # noqa: S608 - put together from constants

_OF_PURCHASE = """
SELECT '' AS reserved_on, '' AS use_by, own.contract_sha256, own.evidence_sha256,
  own.delivered_at, own.accepted_at, own.fen AS price_fen, own.untendered,
  ARRAY(SELECT order_id FROM redemptions r
    WHERE r.contract_sha256 = own.contract_sha256 AND r.order_id <> own.id
    UNION SELECT id FROM purchases p
    WHERE p.contract_sha256 = own.contract_sha256 AND p.id <> own.id) AS same_contract,
  ARRAY(SELECT order_id FROM deliveries d WHERE d.evidence_sha256 = own.evidence_sha256
    UNION SELECT id FROM purchases p
    WHERE p.evidence_sha256 = own.evidence_sha256 AND p.id <> own.id) AS same_evidence,
  ARRAY(SELECT jsonb_build_array(p.id, p.fen) FROM purchases p
    WHERE (p.provider, p.fund, p.year, p.region) = (own.provider, own.fund, own.year, own.region)
    AND p.untendered AND p.contract_sha256 <> '' AND p.id <> own.id) AS of_budget,
  (SELECT coalesce(jsonb_object_agg(log, position), '{}'::jsonb) FROM tracking) AS seen
FROM purchases own WHERE own.id = %(purchase)s
"""


def facts(
    database: Database,
    order_id: str,
    user: str,
    provider: str,
    contract_sha256: str,
    evidence_sha256: str,
    figures: Mapping[str, int],
) -> tuple[Facts, dict[str, int]]:
    """The facts about an order's redemption, and how far other logs had been seen.

    One statement, so all are of the same moment.
    """
    given: dict[str, str | int] = {"order": order_id, "user": user, "provider": provider}
    given |= {"contract": contract_sha256, "evidence": evidence_sha256}
    given |= {"days": figures["risk-expiry-days"], "most": figures["risk-device-subjects"]}
    row = database.row(_FACTS, given)
    assert row is not None, "its share was reserved"
    seen = dict(row.pop("seen"))
    for name in ("of_pair", "of_batch", "alike", "asked", "refunds"):
        row[name] = [tuple(each) for each in row[name]]
    return Facts(order_id, contract_sha256, evidence_sha256, figures, **row), seen


def ties(
    database: Database, redemptions: Collection[str], most: int
) -> tuple[dict[str, list[str]], dict[str, int]]:
    """By redemption of an order: what ties its parties now; and how far other logs had been seen.

    A device that more than `most` subjects used ties nobody. One statement.
    """
    row = database.row(_TIES, {"redemptions": list(redemptions), "most": most})
    assert row is not None, "a query without a table"
    return dict(row["ties"]), dict(row["seen"])


def facts_of_purchase(
    database: Database, purchase_id: str, figures: Mapping[str, int]
) -> tuple[Facts, dict[str, int]]:
    """The facts about a government purchase, and how far other logs had been seen.

    One statement, so all are of the same moment.
    """
    row = database.row(_OF_PURCHASE, {"purchase": purchase_id})
    assert row is not None, "its payment was asked for"
    seen = dict(row.pop("seen"))
    row["of_budget"] = [tuple(each) for each in row["of_budget"]]
    return Facts(order_id=purchase_id, figures=figures, **row), seen
