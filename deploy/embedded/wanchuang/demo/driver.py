"""Drives the whole life of vouchers through the HTTP API, stage by stage."""

from typing import Any

from chassis import clock
from schemas.oversight import LOGS
from wanchuang.demo import (
    admission,
    agreements,
    blacklist,
    endings,
    fees,
    issuing,
    offers,
    orders,
    people,
    privacy,
    purchases,
    reconciling,
    redemptions,
)
from wanchuang.demo.job import Job


def run(job: Job) -> dict[str, Any]:
    """The whole job; returns the supervisor's verdict. Raises `Unexpected`."""
    people.open_staff_accounts(job)
    people.register(job, "核验个人用户", "persons", job.plan.persons)
    people.register(job, "核验企业用户", "firms", job.plan.firms)
    people.register(job, "核验服务商", "providers", job.plan.providers)
    admission.review_by_hand(job)
    admission.attest(job)
    admission.wait_for_a_registry(job)
    admission.come_and_go(job)
    admission.import_and_claim(job)
    offers.publish_services(job)
    fees.agree_on_fees(job)
    issuing.issue_vouchers(job)
    orders.place_orders(job)
    orders.deliver_orders(job)
    redemptions.redeem_orders(job)
    fees.state_fees(job)
    purchases.buy_results(job)
    endings.end_badly(job)
    reconciling.reconcile(job)
    people.report_stolen_account(job)
    people.act_as_authorised(job)
    blacklist.use_blacklist(job)
    agreements.sign_agreement(job)
    privacy.show_personal_data(job)
    return verdict(job)


def witnessed(job: Job, logs: dict[str, int]) -> dict[str, int]:
    """Wait until the supervisor has cosigned these entries of each log; returns how far it has."""
    words = "监理副署各日志", "the supervisor cosigns every log"
    sizes: dict[str, int] = {}

    def covered() -> bool:
        for log in LOGS:
            sizes[log] = job.api.get(f"/oversight/logs/{log}/checkpoint")["size"]
        done = sum(sizes[log] >= logs[log] for log in LOGS)
        job.show(*words, done, len(LOGS))
        return done == len(LOGS)

    job.show(*words, 0, len(LOGS))
    job.settle("the supervisor's cosignature", covered)
    return sizes


def verdict(job: Job) -> dict[str, Any]:
    """The supervisor verifies every log from position 0 and says what was found."""
    words = "监理核验全部日志", "the supervisor verifies every log"
    job.settle(
        "the supervisor's account",
        lambda: job.sign_in("supervisor", job.passwords["demo"]).ok,
    )
    job.show(*words, 0, 1)
    key, token = f"replay/{clock.timestamp()}", job.tokens["supervisor"]
    found: dict[str, Any] = job.api.do(key, "/oversight/replays", {}, token)
    job.show(*words, 1, 1)
    return found
