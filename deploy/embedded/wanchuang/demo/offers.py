"""What is offered, and what public money pays for."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from wanchuang.demo.client import Answer
from wanchuang.demo.job import Job
from wanchuang.demo.plan import BATCHES, CITY_FEN, FUND, Service


def publish_services(job: Job) -> None:
    """Providers publish; 省人社厅 whitelists most of it for vouchers."""
    owner = job.tokens["owner"]
    terms = {
        "valid_from": job.day.isoformat(),
        "valid_until": date(job.day.year, 12, 31).isoformat(),
        "rate_bp": 5000,
        "cap_fen": 80_000,
    }

    def publish(service: Service) -> None:
        body = {
            "category": service.category,
            "title": service.title,
            "description": f"{service.title},含一次现场服务与书面成果",
            "price_fen": service.price_fen,
            "confirmed": True,
        }
        token = job.tokens[service.provider]
        answer = job.until_heard(
            f"publish/{service.key}",
            {"catalog.provider-not-admitted"},
            lambda key: job.api.command(key, "/listings", body, token),
        )
        job.expect(service.key, answer, "")
        job.listings[service.key] = answer.body["id"]
        job.counts["services"] += 1
        if service.whitelisted:
            path = f"/listings/{answer.body['id']}/whitelisting"
            job.api.do(f"whitelist/{service.key}", path, terms, owner)

    job.each("发布服务", "publishing services", job.plan.services, publish)


def issue_vouchers(job: Job) -> None:
    """省人社厅 appropriates, opens batches for each city, grants; users claim."""
    owner = job.tokens["owner"]
    budget = {
        "fund": FUND,
        "year": job.day.year,
        "amount_fen": 110_000_000,
        "document_number": "皖财社〔示例〕1号",
    }
    job.api.do("appropriate", "/appropriations", budget, owner)
    allocate(job)
    too_much = _batch(job, job.plan.cities[0], "enterprise", 10**12)
    answer = job.api.command("batch/too-much", "/batches", too_much, owner)
    job.expect("too much", answer, "voucher-ledger.appropriation-exceeded")
    batches: dict[tuple[str, str], str] = {}

    def open_batch(item: tuple[str, str]) -> None:
        city, kind = item
        body = _batch(job, city, kind)
        batches[item] = job.api.do(f"batch/{city}/{kind}", "/batches", body, owner)["id"]

    kinds = [(city, kind) for kind in BATCHES for city in job.plan.cities]
    job.each("开设批次", "opening batches", kinds, open_batch)
    grants = _grants(job)

    def grant(item: tuple[str, str]) -> None:
        body = {"holders": [job.subjects[login] for login in grants[item]]}
        path = f"/batches/{batches[item]}/grants"

        def attempt(key: str) -> Answer:
            return job.api.command(key, path, body, owner)

        key = f"grant/{item[0]}/{item[1]}"
        answer = job.until_heard(key, {"voucher-ledger.holder-not-admitted"}, attempt)
        job.expect(key, answer, "")
        ids = {voucher["holder"]: voucher["id"] for voucher in answer.body["vouchers"]}
        for login in grants[item]:
            job.vouchers.setdefault(login, {})[item[1]] = ids[job.subjects[login]]

    job.each("发放创业券", "granting vouchers", sorted(grants), grant)
    job.vouchers = dict(sorted(job.vouchers.items()))

    def claim(item: tuple[str, str, str]) -> None:
        login, kind, voucher = item
        path, token = f"/vouchers/{voucher}/claim", job.tokens[login]
        job.api.do(f"claim/{login}/{kind}", path, {}, token)
        job.counts["vouchers"] += 1

    job.each("领取创业券", "claiming vouchers", _all_vouchers(job), claim)


def allocate(job: Job) -> None:
    """省人社厅 allocates to the cities; two others approve a transfer; one budget is frozen."""
    owner, year = job.tokens["owner"], {"fund": FUND, "year": job.day.year}
    share = {**year, "amount_fen": CITY_FEN, "document_number": "皖人社〔示例〕1号"}
    budgets: dict[str, str] = {}

    def give(city: str) -> None:
        body = {**share, "region": city}
        budgets[city] = job.api.do(f"allocate/{city}", "/budgets/allocations", body, owner)["id"]

    job.each("分配预算", "allocating budgets", job.plan.cities, give)
    first, second = job.plan.cities[:2]
    regions = {"source_region": first, "target_region": second}
    body = {**year, **regions, "amount_fen": 200_000, "reason": "需求调整"}
    transfer = job.api.do("transfer", "/budget-transfers", body, owner)["id"]
    for approver in ("deputy", "payer"):
        decision = {"approve": True, "reason": "同意"}
        path = f"/budget-transfers/{transfer}/decisions"
        job.api.do(f"transfer/{approver}", path, decision, job.tokens[approver])
    for step in ("freeze", "unfreezing"):
        path, why = f"/budgets/{budgets[second]}/{step}", {"reason": "示例核对"}
        job.api.do(f"{step}/{second}", path, why, job.tokens["payer"])


def _grants(job: Job) -> dict[tuple[str, str], list[str]]:
    """Who gets a voucher of which batch: everyone one, the first of them two."""
    users = sorted(login for login in job.subjects if login.startswith(("person-", "firm-")))
    found: dict[tuple[str, str], list[str]] = {}
    for n in range(job.plan.size.vouchers):
        kind = "enterprise" if n < len(users) else "startup"
        city = job.plan.cities[n % len(users) % len(job.plan.cities)]
        found.setdefault((city, kind), []).append(users[n % len(users)])
    return found


def _all_vouchers(job: Job) -> Iterator[tuple[str, str, str]]:
    for login, found in job.vouchers.items():
        for kind, voucher in sorted(found.items()):
            yield login, kind, voucher


def _batch(job: Job, city: str, kind: str, amount_fen: int = 3_000_000) -> dict[str, Any]:
    use_by = date(job.day.year, 12, 31)
    return {
        "fund": FUND,
        "year": job.day.year,
        "region": city,
        "amount_fen": amount_fen,
        "face_fen": 100_000,
        "rate_bp": 5000,
        "item_cap_fen": 60_000,
        "categories": BATCHES[kind],
        "category_caps": dict.fromkeys(BATCHES[kind], 2_000_000),
        "user_cap_fen": 300_000,
        "use_by": use_by.isoformat(),
        "redeem_by": (use_by + timedelta(days=90)).isoformat(),
    }
