"""Redemptions, from the application to the bank's answer; some are rejected, some audited."""

from typing import Any

from chassis import clock
from wanchuang.demo.client import Answer
from wanchuang.demo.job import Job
from wanchuang.demo.plan import digest

ACCOUNT = "34000120261123000101"
"""The bank account of a provider, from which a user of theirs pays."""

SHARE_OF_AN_ORDER = 100
"""Redemptions of one payment order."""


def redeem_orders(job: Job) -> None:
    """Providers apply, a reviewer decides, chance selects who is audited, two persons pay."""

    def redeem(order: dict[str, Any]) -> None:
        n, approve = order["n"], order["n"] % 17 != 3
        redemption = _apply(job, order)
        path = f"/redemptions/{redemption['id']}"
        review = {"approve": approve, "reason": "材料齐全" if approve else "发票与合同不符"}
        job.api.do(f"review/{n}", f"{path}/review", review, job.tokens["reviewer"])
        order["redemption"] = redemption if approve else None
        job.counts["redemptions approved" if approve else "redemptions rejected"] += 1

    _pay_own_shares(job)
    job.each("申请与审核兑付", "applying for redemption", job.orders, redeem)
    first = job.orders[0]
    body, provider = _papers(job, first, 0), job.tokens[first["provider_login"]]
    answer = job.api.command("apply/again", "/redemptions", body, provider)
    job.expect("second redemption", answer, "voucher-ledger.redemption-exists")
    approved = {o["redemption"]["id"]: o["n"] for o in job.orders if o["redemption"]}
    detectors = {row["id"]: row["detectors"] for row in _redemptions(job, job.tokens["reviewer"])}
    assert "tied-parties" in detectors[_tied(job)["redemption"]["id"]], (
        "they share an account and a browser"
    )
    refund_one(job, approved)
    release_holds(job)
    publicised = draw_and_audit(job, approved)
    starts = range(0, len(publicised), SHARE_OF_AN_ORDER)
    words = "会签支付并导入回盘", "two approve each payment, the bank answers"
    parts = [publicised[start : start + SHARE_OF_AN_ORDER] for start in starts]
    job.each(*words, list(enumerate(parts)), lambda part: pay(job, *part))


def _tied(job: Job) -> dict[str, Any]:
    """An order that is to be approved, whose user pays from the account of the provider."""
    orders = (each for each in reversed(job.orders) if each["n"] % 17 != 3)
    found: dict[str, Any] = next(each for each in orders if each["own_due_fen"])
    return found


def refund_one(job: Job, approved: dict[str, int]) -> None:
    """A provider gives a user back of their own share: the institution says so, and it is held."""
    rows = {row["id"]: row for row in _redemptions(job, job.tokens["reviewer"])}
    proven = {row["order_id"]: row for row in _own_payments(job)}
    id_ = min(id_ for id_ in approved if rows[id_]["order_id"] in proven)
    payment = proven[rows[id_]["order_id"]]

    def held() -> bool:
        row = next(r for r in _redemptions(job, job.tokens["reviewer"]) if r["id"] == id_)
        return "own-share-refunded" in row["detectors"]

    if not held() and rows[id_]["state"] == "approved":
        assert job.simulator.refund(payment["id"], payment["fen"]), "it was paid"
        job.settle("the hold for a refund", held)


def release_holds(job: Job) -> None:
    """A contract named twice, parties tied, a refund: held, until another person decides."""
    rows = _redemptions(job, job.tokens["reviewer"])
    held = [row["id"] for row in rows if row["hold"] in ("held", "released")]
    assert held, "one contract was handed in twice"

    def decide(redemption: str) -> None:
        body = {"release": True, "reason": "示例:框架合同,分次交付"}
        path, deputy = f"/redemptions/{redemption}/hold", job.tokens["deputy"]
        job.api.do(f"hold/{redemption}", path, body, deputy)
        job.counts["payments held"] += 1

    job.each("处理风险冻结", "deciding on risk holds", held, decide)


def draw_and_audit(job: Job, approved: dict[str, int]) -> list[str]:
    """Chance selects, once the supervisor cosigned; returns who is publicised, in order."""
    words, reviewer = ("监理联署后抽查", "drawing the sample once cosigned"), job.tokens["reviewer"]
    rows: dict[str, dict[str, Any]] = {}
    job.show(*words, 0, len(approved))

    def drawn() -> bool:
        rows.update({row["id"]: row for row in _redemptions(job, reviewer)})
        waiting = [id_ for id_ in approved if rows[id_]["state"] == "approved"]
        if waiting:
            job.api.do(f"draw/{clock.timestamp()}", "/sample-rounds", {}, reviewer)
        job.show(*words, len(approved) - len(waiting), len(approved))
        return not waiting

    job.settle("the draw of the sample", drawn)

    def audit(id_: str) -> bool:
        passed = approved[id_] % 7 != 1
        reason = "账证相符" if passed else "交付物与合同不符"
        body = {"passed": passed, "reason": reason, "report_sha256": digest("report", id_)}
        path = f"/redemptions/{id_}/audit"
        job.api.do(f"audit/{approved[id_]}", path, body, job.tokens["owner"])
        job.counts["redemptions audited"] += 1
        return passed

    sampled = sorted(id_ for id_ in approved if rows[id_]["sampled"])
    passed = job.each("抽查", "auditing the sample", sampled, audit)
    failed = {id_ for id_, good in zip(sampled, passed, strict=True) if not good}
    return sorted(approved.keys() - failed)


def pay(job: Job, number: int, redemptions: list[str]) -> None:
    """省就业局 draws it up, 省人社厅 and 省财政厅 approve it, the bank pays all but one."""
    body, reviewer = {"redemption_ids": redemptions}, job.tokens["reviewer"]
    order = job.api.do(f"payment/{number}", "/payment-orders", body, reviewer)["id"]
    for approver in ("owner", "payer"):
        decision = {"approve": True, "reason": "同意支付"}
        path = f"/payment-orders/{order}/decisions"
        job.api.do(f"payment/{number}/{approver}", path, decision, job.tokens[approver])
    file = job.api.text(f"/payment-orders/{order}/files/csv", job.tokens["payer"])
    settled = _bank(job, f"payment/{number}", order, answered(file, len(redemptions) > 1))
    job.counts["paid fen"] += settled["paid_fen"]
    job.counts["redemptions paid"] += len(redemptions) - (len(redemptions) > 1)
    job.counts["redemptions sent back"] += len(redemptions) > 1


def _bank(job: Job, key: str, order: str, content: str) -> dict[str, Any]:
    path, payer = f"/payment-orders/{order}/bank-returns", job.tokens["payer"]
    half = {"content": content.rpartition("\n")[0]}
    answer = job.api.command(f"{key}/half", path, half, payer)
    job.expect(f"{key}: half a file", answer, "voucher-ledger.bank-return-total-wrong")
    found: dict[str, Any] = job.api.do(f"{key}/bank", path, {"content": content}, payer)
    return found


def answered(file: str, one_back: bool) -> str:
    """What the bank says of a payment file: paid, but for the first where one comes back."""
    head, *lines = file.splitlines()
    told = [head.rpartition(",")[0]]
    for number, line in enumerate(lines):
        _, id_, _, yuan = line.split(",")
        back = one_back and number == 0
        said = "RETURNED,,AC01" if back else f"PAID,B{id_[:12]},"
        told.append(f"D,{id_},{yuan},{said}")
    return "\n".join(told)


def _redemptions(job: Job, token: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        after = f"&after={found[-1]['id']}" if found else ""
        more = job.api.get(f"/redemptions?limit=500{after}", token)
        found += more
        if len(more) < 500:
            return found


def _pay_own_shares(job: Job) -> None:
    """Users pay their own shares at the payment institution, which calls the platform back."""
    words = "用户支付自付部分", "users pay their own shares"
    owing, tied = {order["id"] for order in job.orders if order["own_due_fen"]}, _tied(job)
    body = {"bank_account": ACCOUNT}
    job.api.do("tied", "/me/contact", body, job.tokens[tied["provider_login"]])
    _in_one_browser(job, tied["login"], tied["provider_login"])
    paid: set[str] = set()

    def proven() -> bool:
        rows = [row for row in _own_payments(job) if row["order_id"] in owing]
        due = {row["id"]: row["order_id"] for row in rows if row["state"] == "due"}
        for id_ in due.keys() - paid:
            if job.simulator.pay(id_, ACCOUNT if due[id_] == tied["id"] else ""):
                paid.add(id_)
        job.show(*words, len(rows) - len(due), len(owing))
        return len(rows) == len(owing) and not due

    job.show(*words, 0, len(owing))
    answer = job.api.command("call-back/forged", "/own-payments", {"proof": "e30.AAAA"})
    job.expect("forged call-back", answer, "voucher-ledger.payment-proof-forged")
    job.settle("the proof of every own share", proven)
    proofs = {row["order_id"]: row["proof_sha256"] for row in _own_payments(job)}
    for order in job.orders:
        order["payment_proof_sha256"] = proofs.get(order["id"], digest("nothing is paid"))
    job.counts["own shares proven"] = len(owing)


def _in_one_browser(job: Job, *logins: str) -> None:
    """They sign in one after the other in the same browser, which keeps its mark."""
    cookie = ""
    for login in logins:
        answer = job.sign_in(login, job.passwords["demo"])
        cookie = cookie or answer.cookie
        found = job.api.ask("/me/personal-data", job.tokens[login], cookie)
        assert cookie, "a browser is given a mark"
        assert found.ok, found.code


def _own_payments(job: Job) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        after = f"&after={found[-1]['order_id']}" if found else ""
        more = job.api.get(f"/own-payments?limit=500{after}", job.tokens["reviewer"])
        found += more
        if len(more) < 500:
            return found


def _apply(job: Job, order: dict[str, Any]) -> dict[str, Any]:
    body = _papers(job, order, order["n"] + 1)
    token, key = job.tokens[order["provider_login"]], f"apply/{order['n']}"

    def attempt(attempt_key: str) -> Answer:
        return job.api.command(attempt_key, "/redemptions", body, token)

    # until the ledger has heard of the acceptance
    answer = job.until_heard(key, {"voucher-ledger.not-redeemable"}, attempt)
    job.expect(key, answer, "")
    redemption: dict[str, Any] = answer.body
    return redemption


def _contract(job: Job, n: int) -> int:
    """The number of an order's contract: the first two orders name the same one."""
    first, second = sorted(order["n"] for order in job.orders if order["n"] % 17 != 3)[:2]
    return int(first) if n == second else n


def _papers(job: Job, order: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "order_id": order["id"],
        "invoice_number": f"{job.day.year}34{number:012d}",
        "contract_sha256": digest("contract", _contract(job, order["n"])),
        "evidence_sha256": digest("evidence", order["n"]),
        "payment_proof_sha256": order["payment_proof_sha256"],
    }
