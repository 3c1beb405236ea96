"""Public money: appropriated, allocated, put into batches, granted, claimed."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from wanchuang.demo.client import Answer
from wanchuang.demo.job import Job
from wanchuang.demo.plan import BATCHES, CITY_FEN, FUND

IN_A_RUN = "startup"
"""The kind of batch that is granted in bulk; the other one is granted a few at once."""

Grants = dict[tuple[str, str], list[str]]
"""By city and kind: the logins of those who get a voucher."""


def issue_vouchers(job: Job) -> None:
    """省人社厅 appropriates, allocates, opens batches for each city, grants; users claim."""
    budget_the_cities(job)
    batches = open_batches(job)
    grants = _grants(job)
    grant_a_few_at_once(job, batches, grants)
    grant_in_runs(job, batches, grants)
    job.vouchers = dict(sorted(job.vouchers.items()))

    def claim(item: tuple[str, str, str]) -> None:
        login, kind, voucher = item
        path, token = f"/vouchers/{voucher}/claim", job.tokens[login]
        job.api.do(f"claim/{login}/{kind}", path, {}, token)
        job.counts["vouchers"] += 1

    job.each("领取创业券", "claiming vouchers", _all_vouchers(job), claim)


def budget_the_cities(job: Job) -> None:
    """Money for each city; two others approve a transfer; one budget is frozen for a while."""
    owner, year = job.tokens["owner"], {"fund": FUND, "year": job.day.year}
    paper = {"document_number": "皖财社〔示例〕1号"}
    total = {**year, **paper, "amount_fen": CITY_FEN * len(job.plan.cities) * 11 // 10}
    job.api.do("appropriate", "/appropriations", total, owner)
    budgets: dict[str, str] = {}

    def give(city: str) -> None:
        body = {**year, **paper, "amount_fen": CITY_FEN, "region": city}
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


def open_batches(job: Job) -> dict[tuple[str, str], str]:
    """A batch of each kind for each city; their ids. The rate is a parameter that was set."""
    owner = job.tokens["owner"]
    rate = {"name": "rate-bp", "value": 5000, "valid_from": job.day.isoformat()}
    paper = {"document_number": "皖人社〔示例〕2号"}
    job.api.do("parameter/rate", "/parameters", {**rate, **paper}, owner)
    at_once = {"name": "publicity-days", "value": 0, "valid_from": job.day.isoformat()}
    job.api.do("parameter/publicity", "/parameters", {**at_once, **paper}, owner)
    hasty = {**at_once, "name": "risk-accept-seconds"}  # here users accept within seconds
    job.api.do("parameter/haste", "/parameters", {**hasty, **paper}, owner)
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
    return batches


def grant_a_few_at_once(job: Job, batches: dict[tuple[str, str], str], grants: Grants) -> None:
    """One command a batch: all of its users, or none."""
    owner = job.tokens["owner"]

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

    few = [item for item in sorted(grants) if item[1] != IN_A_RUN]
    job.each("发放创业券", "granting vouchers", few, grant)


def grant_in_runs(job: Job, batches: dict[tuple[str, str], str], grants: Grants) -> None:
    """The ledger grants in bulk by itself: over lists, and once over whom a rule admits."""
    owner = job.tokens["owner"]

    def finish(key: str, batch: str, body: dict[str, Any]) -> dict[str, Any]:
        path = f"/batches/{batch}/grant-runs"
        run: dict[str, Any] = job.api.do(key, path, body, owner)

        def over() -> bool:
            run.update(job.api.get(f"/grant-runs/{run['id']}", owner))
            return bool(run["state"] != "running")

        job.settle(f"the run {key}", over)
        return run

    def grant(item: tuple[str, str]) -> None:
        city, kind = item
        body = {"holders": [job.subjects[login] for login in grants[item]]}
        run = finish(f"run/{city}", batches[item], body)
        assert run["granted"] == len(grants[item]), run
        for login in grants[item]:
            own = job.api.get("/vouchers", job.tokens[login])
            found = [voucher["id"] for voucher in own if voucher["batch_id"] == batches[item]]
            job.vouchers.setdefault(login, {})[kind] = found[0]

    many = [item for item in sorted(grants) if item[1] == IN_A_RUN]
    job.each("批量发放创业券", "granting in bulk", many, grant)
    three = {**_batch(job, job.plan.cities[1], IN_A_RUN, 300_000), "target_kinds": ["firm"]}
    batch = job.api.do("batch/rule", "/batches", three, owner)["id"]
    run = finish("run/rule", batch, {})
    job.counts["vouchers by rule"] = run["granted"]


def _grants(job: Job) -> Grants:
    """Who gets a voucher of which batch: everyone one, the first of them two."""
    users = sorted(login for login in job.subjects if login.startswith(("person-", "firm-")))
    found: Grants = {}
    for n in range(job.plan.size.vouchers):
        kind = "enterprise" if n < len(users) else IN_A_RUN
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
        "item_cap_fen": 60_000,
        "categories": BATCHES[kind],
        "category_caps": dict.fromkeys(BATCHES[kind], 2_000_000),
        "user_cap_fen": 300_000,
        "use_by": use_by.isoformat(),
        "redeem_by": (use_by + timedelta(days=90)).isoformat(),
    }
