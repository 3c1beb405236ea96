"""What went wrong goes back: a voucher is voided, paid money is demanded back (作废、追缴)."""

from typing import Any

from wanchuang.demo.job import Job


def end_badly(job: Job) -> None:
    """省人社厅 voids an unused voucher and demands money back; it comes in by two instalments."""
    owner, payer = job.tokens["owner"], job.tokens["payer"]
    paper = {"reason": "示例:串通套取", "document_number": "皖人社〔示例〕12号"}
    words = "作废与追缴", "voiding a voucher, clawing money back"
    job.show(*words, 0, 2)
    unused = _first(job, "/vouchers", "voided", "claimed")
    voided = job.api.do("void", f"/vouchers/{unused['id']}/voiding", paper, owner)
    assert voided["state"] == "voided", voided
    job.show(*words, 1, 2)
    paid = _first(job, "/redemptions", "repaid", "demanded", "paid")
    path, fen = f"/redemptions/{paid['id']}/clawback", paid["fen"]
    demand = {**paper, "amount_fen": fen, "due_by": f"{job.day.year + 1}-12-31"}
    job.api.do("clawback", path, demand, owner)
    for number, part in enumerate((fen // 2, fen - fen // 2)):
        body = {"amount_fen": part, "bank_reference": f"C-{number}"}
        found = job.api.do(f"clawback/{number}", f"{path}/instalments", body, payer)
        job.counts["clawed back fen"] += part
    assert found["state"] == "repaid", found
    job.show(*words, 2, 2)


def _first(job: Job, path: str, *states: str) -> dict[str, Any]:
    """What this job ended before, when it is told again; otherwise the first that can be ended."""
    for state in states:
        rows = job.api.get(f"{path}?state={state}&limit=500", job.tokens["owner"])
        whole = (row for row in rows if row.get("available_fen") == row.get("face_fen"))
        if found := next(whole if state == "claimed" else iter(rows), None):
            return dict(found)
    raise RuntimeError(f"{path}: nothing of {states}")
