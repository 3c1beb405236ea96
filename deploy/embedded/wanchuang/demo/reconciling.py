"""Book, orders, payment files and the bank's answers are compared; nothing may differ."""

from wanchuang.demo.client import Unexpected
from wanchuang.demo.job import Job


def reconcile(job: Job) -> None:
    """省财政厅 does not wait for tomorrow: every order whose money moved is compared now.

    Raises `Unexpected` when anything differs.
    """
    words, payer = ("对账", "reconciling book, orders and payments"), job.tokens["payer"]
    job.show(*words, 0, 1)
    done = job.api.do("reconcile", "/reconciliations", {}, payer)
    report = job.api.get(f"/reconciliations/{done['id']}", payer)
    differing = job.api.get("/differences?state=open", payer)
    totals = job.api.get("/reconciliations/totals", payer)
    if report["differences"] or differing or not all(row["agrees"] for row in totals):
        raise Unexpected(f"reconciliation: {report['differences']} {differing} {totals}")
    rows = job.api.get("/reconciliations?limit=500", payer)
    job.counts["orders reconciled"] = sum(row["checked"] for row in rows)
    job.show(*words, 1, 1)
