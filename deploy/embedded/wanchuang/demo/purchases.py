"""A department buys a result for a group (政府购买服务成果, art. 18), from a fund of its own."""

from wanchuang.demo.job import Job
from wanchuang.demo.plan import digest
from wanchuang.demo.redemptions import draw_and_audit, pay

FUND, REGION, FEN = "ZFGM-PX", "340100", 300_000
AFTER_ALL = -7
"""Its number beside those of orders, none of which is below zero."""


def buy_results(job: Job) -> None:
    """Two offices consent, the provider delivers, another clerk accepts, the bank pays."""
    words, tokens = ("政府购买服务成果", "a department buys results"), job.tokens
    job.show(*words, 0, 1)
    budget = {"fund": FUND, "year": job.day.year, "amount_fen": 2 * FEN}
    paper = {"document_number": "皖财社〔示例〕21号"}
    owner = tokens["owner"]
    job.api.do("purchase/money", "/appropriations", {**budget, **paper}, owner)
    given = {**budget, **paper, "region": REGION}
    job.api.do("purchase/region", "/budgets/allocations", given, owner)
    order = next(each for each in job.orders if each["redemption"])
    seller = tokens[order["provider_login"]]
    asked = {
        **budget,
        "amount_fen": FEN,
        "region": REGION,
        "provider": order["redemption"]["provider"],
        "title": "返乡创业者培训(示例)",
        "procedure": "consultation",
        "procedure_basis": "政府采购竞争性磋商采购方式管理暂行办法第三条",
        "beneficiaries": 30,
        "beneficiaries_sha256": digest("beneficiaries"),
    }
    mixed = job.api.command(
        "purchase/mixed", "/purchases", {**asked, "fund": "JYCY"}, tokens["buyer"]
    )
    job.expect("a purchase from a voucher fund", mixed, "voucher-ledger.wrong-fund")
    path = f"/purchases/{job.api.do('purchase', '/purchases', asked, tokens['buyer'])['id']}"
    for office in ("owner", "payer"):
        consent = {"approve": True, "reason": "同意购买", **paper}
        job.api.do(f"purchase/{office}", f"{path}/decisions", consent, tokens[office])
    signed = {"amount_fen": FEN, "contract_sha256": digest("purchase contract")}
    job.api.do("purchase/contract", f"{path}/contract", signed, tokens["buyer"])
    made = {"evidence_sha256": digest("trained")}
    job.api.do("purchase/delivery", f"{path}/delivery", made, seller)
    taken = {"accepted_fen": FEN, "reason": "满意 29 人", "opinion_sha256": digest("opinion")}
    job.api.do("purchase/acceptance", f"{path}/acceptance", taken, tokens["inspector"])
    number = {"invoice_number": f"{job.day.year}35{0:012d}"}
    redemption = job.api.do("purchase/invoice", f"{path}/invoice", number, seller)["id"]
    review = {"approve": True, "reason": "材料齐全"}
    job.api.do("purchase/review", f"/redemptions/{redemption}/review", review, tokens["reviewer"])
    pay(job, AFTER_ALL, draw_and_audit(job, {redemption: AFTER_ALL}))
    job.counts["purchases paid"] += 1
    job.show(*words, 1, 1)
