"""Orders, from placing to acceptance; some are refused or cancelled."""

from typing import Any

from wanchuang.demo.client import Answer, Unexpected
from wanchuang.demo.job import Job
from wanchuang.demo.plan import BATCHES, digest

UNHEARD = {"matching.user-not-admitted", "matching.listing-not-available"}


TRIED = 20
"""Of so many orders one is tried before it is placed, and its share quoted."""


def place_orders(job: Job) -> None:
    """Users order; the ledger reserves the voucher's share, or refuses with a reason."""
    users = list(job.vouchers)
    services = {
        kind: [s for s in job.plan.services if s.category.startswith(kind)] for kind in BATCHES
    }

    def place(n: int) -> None:
        login = users[(n * 3) % len(users)]
        kinds = sorted(job.vouchers[login])
        kind = kinds[n % len(kinds)]
        service = services[kind][n % len(services[kind])]
        refusal, unheard = "", UNHEARD | {"matching.not-for-vouchers"}
        body = {
            "listing_id": job.listings[service.key],
            "voucher_id": job.vouchers[login][kind],
            "price_fen": service.price_fen,
        }
        if not service.whitelisted:
            refusal, unheard = "matching.not-for-vouchers", UNHEARD
        elif n % 23 == 7:
            refusal, body["price_fen"] = "matching.price-changed", service.price_fen - 1
        elif n % 29 == 11:  # somebody else's voucher: the ledger refuses
            other = users[(n * 3 + 1) % len(users)]
            body["voucher_id"] = job.vouchers[other][min(job.vouchers[other])]

        def attempt(key: str) -> Answer:
            if n % TRIED == 0:
                _try_out(job, body, job.tokens[login])
            return job.api.command(key, "/orders", body, job.tokens[login])

        answer = job.until_heard(f"order/{n}", unheard, attempt)
        job.counts["orders"] += 1
        if job.expect(f"order {n}", answer, refusal):
            more = {"n": n, "login": login, "provider_login": service.provider}
            job.orders.append({**answer.body, **more})

    job.each("下单", "placing orders", range(job.plan.size.orders), place)
    job.orders.sort(key=lambda order: int(order["n"]))
    job.each("预留券额", "reserving shares", job.orders, lambda o: _await_funding(job, o))
    job.orders = [order for order in job.orders if order["state"] == "funded"]


def _try_out(job: Job, body: dict[str, Any], token: str) -> None:
    """What an order would be, and what its voucher would pay; or why not. Nothing is done."""
    quote = f"/vouchers/{body['voucher_id']}/quote?listing_id={body['listing_id']}"
    tried, quoted = job.api.dry_run("/orders", body, token), job.api.ask(quote, token)
    for answer in (tried, quoted):
        if not answer.ok and not answer.code:
            raise Unexpected(f"{quote}: {answer.status} {answer.body}")
    if tried.ok and not tried.body["dry_run"]:
        raise Unexpected(f"dry run: {tried.body}")
    if (
        quoted.ok
        and quoted.body["voucher_fen"] + quoted.body["own_fen"] != quoted.body["price_fen"]
    ):
        raise Unexpected(f"{quote}: {quoted.body}")
    job.counts["orders tried"] += 1


def _await_funding(job: Job, order: dict[str, Any]) -> None:
    token = job.tokens[order["login"]]

    def decided() -> bool:
        order.update(job.api.get(f"/orders/{order['id']}", token))
        return bool(order["state"] != "placed")

    # an order that an earlier run brought further was funded then
    job.settle(f"funding of order {order['n']}", decided)
    if order["state"] == "refused":
        job.refusals[order["refusal"]["code"]] += 1
    else:
        order["state"] = "funded"


def deliver_orders(job: Job) -> None:
    """Providers deliver and users accept; a few users cancel before."""

    def deliver(order: dict[str, Any]) -> None:
        n, path, user = order["n"], f"/orders/{order['id']}", job.tokens[order["login"]]
        if n % 13 == 5:
            job.api.do(f"cancel/{n}", f"{path}/cancellation", {}, user)
            order["state"] = "cancelled"
        else:
            body = {"evidence_sha256": digest("evidence", n)}
            provider = job.tokens[order["provider_login"]]
            job.api.do(f"deliver/{n}", f"{path}/delivery", body, provider)
            part = {"accepted_fen": order["price_fen"] // 2} if n % 11 == 4 else {}
            accepted = job.api.do(f"accept/{n}", f"{path}/acceptance", part, user)
            order["own_due_fen"] = accepted["own_due_fen"]
            order["state"] = "accepted"
            job.counts["orders accepted in part"] += bool(part)
        job.counts[f"orders {order['state']}"] += 1

    job.each("交付与验收", "delivering and accepting", job.orders, deliver)
    job.orders = [order for order in job.orders if order["state"] == "accepted"]
