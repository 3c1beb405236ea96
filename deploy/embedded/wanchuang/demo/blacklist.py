"""Who broke the rules: put on the blacklist, heard, lifted or referred (黑名单, art. 28)."""

from datetime import timedelta
from typing import Any

from wanchuang.demo.client import Answer, Unexpected
from wanchuang.demo.job import Job
from wanchuang.demo.orders import UNHEARD
from wanchuang.demo.plan import digest

REFUSED = "standing.blacklisted"
UNPRICED = UNHEARD | {"matching.price-changed", "matching.not-for-vouchers"}
"""How an order at a wrong price is refused while nothing else is in its way."""


def use_blacklist(job: Job) -> None:
    """One entry is appealed and lifted; another stands, and is referred to the judiciary."""
    words = "黑名单:纳入、申诉、撤销、移送", "the blacklist: entries, an appeal, a referral"
    job.show(*words, 0, 2)
    entry = _enter(job, "attested", "breach-of-measures")
    answer = order_nothing(job, "order/blacklisted", UNPRICED)
    job.expect("order while on the blacklist", answer, REFUSED)
    path, token = f"/blacklist/{entry}/appeal", job.tokens["attested"]
    job.api.do("appeal", path, {"statement_sha256": digest("appeal")}, token)
    decision = {"lift": True, "reason": "情况说明属实,证据不足"}
    decided = job.api.do("appeal/decided", f"{path}/decision", decision, job.tokens["reviewer"])
    _require(decided["state"] == "lifted", "the appeal is upheld")
    job.show(*words, 1, 2)
    entry = _enter(job, "drafted", "fraud")
    letter = {"authority": "public-security", "reason": "涉嫌骗取财政资金"}
    letter["document_sha256"] = digest("letter of referral")
    path = f"/blacklist/{entry}/referral"
    job.api.do("referral", path, letter, job.tokens["reviewer"])

    def proved() -> bool:
        found = job.api.get(path, job.tokens["supervisor"])
        return len(found["documents"]) == 2 and found["evidence"] is not None

    job.settle("the referral file's evidence", proved)
    job.counts["blacklisted"] += 2
    job.show(*words, 2, 2)


def _enter(job: Job, login: str, grounds: str) -> str:
    """The operator's staff put somebody on the list; returns the entry."""
    subject = job.api.get("/accounts/me", job.tokens[login])["subject_id"]
    said: dict[str, Any] = {"subject_id": subject, "grounds": grounds, "reason": "核查属实"}
    said |= {"evidence_sha256": digest("blacklist", login)}
    said |= {"until": (job.day + timedelta(days=365)).isoformat()}
    return str(job.api.do(f"blacklist/{login}", "/blacklist", said, job.tokens["operator"])["id"])


def order_nothing(job: Job, name: str, unheard: set[str]) -> Answer:
    """An order that is never placed, for its price is wrong; asked until it is refused for more."""
    voucher = min(job.vouchers[min(job.vouchers)].values())
    body = {"listing_id": job.listings[min(job.listings)], "voucher_id": voucher, "price_fen": 1}

    def attempt(key: str) -> Answer:
        return job.api.command(key, "/orders", body, job.tokens["attested"])

    return job.until_heard(name, unheard, attempt)


def _require(true: bool, what: str) -> None:
    if not true:
        raise Unexpected(f"not so: {what}")
