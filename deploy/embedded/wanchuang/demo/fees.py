"""What of a price is the operator's: agreed with providers, frozen by orders, stated monthly."""

from wanchuang.demo.client import Unexpected
from wanchuang.demo.job import Job

SIGNED = 4
"""Providers who sign what the operator proposes; the next one declines."""

TERMS = {"rate_bp": 500, "rates": {"startup.training": 300}}


def agree_on_fees(job: Job) -> None:
    """The operator proposes, providers read and sign; one thinks it too much."""
    paid = sorted({service.provider for service in job.plan.services if service.price_fen})
    day = job.day.isoformat()

    def agree(n: int) -> None:
        login = paid[n]
        said = {"provider": job.subjects[login], "valid_from": day, **TERMS}
        path, token = f"/fee-schedules/{said['provider']}", job.tokens[login]
        answer = job.until_heard(
            f"fees/{login}",
            {"catalog.fee-schedule-not-chargeable", "operator.outside-tenure"},
            lambda key: job.api.command(key, "/fee-schedules", said, job.tokens["operator"]),
        )
        job.expect(f"fees of {login}", answer, "")
        body = {"number": answer.body["number"]}
        if n == SIGNED:
            job.api.do(f"fees/{login}/no", f"{path}/refusal", {**body, "reason": "比例过高"}, token)
            return
        body["content_sha256"] = answer.body["content_sha256"]
        signed = job.api.do(f"fees/{login}/signed", f"{path}/signature", body, token)
        if signed["state"] != "signed":
            raise Unexpected(f"fees of {login}: {signed}")
        job.counts["fee schedules"] += 1

    job.each("签订收费方案", "agreeing on fees", range(min(SIGNED + 1, len(paid))), agree)


def state_fees(job: Job) -> None:
    """What the operator is due for the month: a part of each order."""
    found = job.api.get(f"/fee-statements?month={job.day:%Y-%m}", job.tokens["operator"])
    for each in found:
        if each["operator_fen"] + each["provider_fen"] != each["accepted_fen"]:
            raise Unexpected(f"statement of fees: {each}")
    job.counts["operator's fen"] = sum(each["operator_fen"] for each in found)
