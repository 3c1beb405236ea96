"""Personal data: one's own, another's with a consent, and what an erasure would mean (art. 36)."""

from chassis import clock
from wanchuang.demo.client import Unexpected
from wanchuang.demo.job import Job

PHONE = "13800138000"


def show_personal_data(job: Job) -> None:
    """A user gives a telephone number, lets the operator see it, and looks at a preview."""
    words = "个人信息:查阅、授权、删除预览", "personal data: reading, consent, preview of erasure"
    job.show(*words, 0, 1)
    login, password = job.plan.persons[0].login, job.passwords["demo"]
    for each in (login, "operator"):
        job.expect(each, job.sign_in(each, password), "")
    own, subject = job.tokens[login], job.subjects[login]
    job.api.do("contact", "/me/contact", {"phone": PHONE}, own)
    kept = job.api.get("/me/personal-data", own)
    until = f"{job.day.year + 1}-12-31"
    scope = ["name", "phone"]
    asked = {"given_to": "role:operator", "purpose": "complaint", "scope": scope}
    asked["valid_until"] = until
    consent = job.api.do(f"consent/contact/{until}", "/me/consents", asked, own)
    seen = job.api.do(
        f"access/{clock.timestamp()}",
        f"/subjects/{subject}/personal-data-accesses",
        {"scope": scope, "consent_id": consent["id"]},
        job.tokens["operator"],
    )
    if seen["data"] != {"name": kept["data"]["name"], "phone": f"+86{PHONE}"}:
        raise Unexpected("what the operator saw is not what is kept")
    preview = job.api.get("/me/erasure", own)
    if not preview["retained"] or preview["state"] != "none":
        raise Unexpected("a preview of an erasure says what stays")
    job.show(*words, 1, 1)
