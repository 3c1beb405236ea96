"""Coming in by other ways: reviewed by hand, attested, kept waiting, drafted; and leaving."""

from typing import Any

from chassis import clock
from wanchuang.demo.applicants import Applicant
from wanchuang.demo.client import Unexpected
from wanchuang.demo.job import Job
from wanchuang.demo.plan import digest

AUDIENCE = "wanchuang"


def open_account(job: Job, login: str) -> str:
    """An account, signed in; returns its token."""
    password = job.passwords["demo"]
    job.api.do(f"account/{login}", "/accounts", {"login": login, "password": password})
    job.expect(login, job.sign_in(login, password), "")
    return job.tokens[login]


def form(job: Job, applicant: Applicant) -> dict[str, Any]:
    """What an applicant sends: providers sign the commitments that they are shown."""
    body = dict(applicant.body)
    if applicant.commits:
        if not job.commitments:
            job.commitments = [text["sha256"] for text in job.api.get("/providers/commitments")]
        body["commitments"] = job.commitments
    return body


def review_by_hand(job: Job) -> None:
    """Staff decide on documents: minors, owners that no registry tells, kinds of providers."""

    def decide(applicant: Applicant) -> None:
        login = applicant.login
        token = open_account(job, login)
        case = job.api.do(f"apply/{login}", applicant.path, form(job, applicant), token)
        _require(case["state"] == "in-review", f"{login} waits for staff")
        path, operator = f"/admissions/{case['case_id']}/review", job.tokens["operator"]
        found = job.api.do(f"review/{login}", path, dict(applicant.review or {}), operator)
        job.counts[f"reviews: {found['state']}"] += 1

    job.each("人工审核准入申请", "reviewing applications", job.plan.reviewed, decide)
    path = "/listings"
    priced = {
        "category": "enterprise.legal",
        "title": "公职人员咨询",
        "description": "面向创业者的公益咨询",
        "price_fen": 10_000,
        "confirmed": True,
    }
    token = job.tokens["civil-servant"]
    answer = job.until_heard(
        "publish/civil-servant",
        {"catalog.provider-not-admitted", "role.required"},
        lambda key: job.api.command(key, path, priced, token),
    )
    job.expect("civil-servant", answer, "catalog.may-not-charge")


def attest(job: Job) -> None:
    """A person is verified by an attestation: neither name nor number are sent."""
    words = "凭网号、网证认证", "verifying by attestation"
    job.show(*words, 0, 1)
    token = open_account(job, "attested")
    account = job.api.get("/accounts/me", token)
    if "user" not in account["roles"]:  # an earlier run may have come further
        said = job.simulator.attestation(job.plan.attested, AUDIENCE, account["account_id"])
        key = f"attest/{clock.timestamp()}"
        job.api.do(key, "/users/attested-persons", {"attestation": said}, token)
    job.counts["attested"] += 1
    job.show(*words, 1, 1)


def wait_for_a_registry(job: Job) -> None:
    """Who registers while the registry is away waits, and is admitted once it is back."""
    words = "登记机关中断后补核验", "a registry is away, and asked again"
    job.show(*words, 0, 1)
    applicant = job.plan.waiting
    token = open_account(job, applicant.login)
    job.simulator.public_security("down")
    try:
        key = f"register/{applicant.login}"
        case = job.api.do(key, applicant.path, applicant.body, token)
    finally:
        job.simulator.public_security("up")
    _require(case["state"] == "verifying" and case["roles"] == [], "nobody passes unverified")
    job.settle(
        "the registry's late answer",
        lambda: job.api.get("/accounts/me", token)["roles"] == ["user"],
    )
    job.counts["verified later"] += 1
    job.show(*words, 1, 1)


def come_and_go(job: Job) -> None:
    """A provider writes a draft, submits it, is suspended and resumed, and leaves."""
    words = "服务商:草稿、提交、暂停、恢复、退出", "a provider: draft, submission, suspension, exit"
    job.show(*words, 0, 1)
    applicant, operator = job.plan.drafted, job.tokens["operator"]
    token = open_account(job, applicant.login)
    body = form(job, applicant)
    body["number"] = body.pop("uscc")
    draft = job.api.do("draft", "/providers/drafts", body, token)
    submitted = job.api.do("submit", f"/admissions/{draft['case_id']}/submission", {}, token)
    path = f"/providers/{submitted['subject_id']}"
    reason = {"reason": "群众投诉核查期间暂停"}
    _state(job.api.do("suspend", f"{path}/suspension", reason, operator), "suspended")
    reason = {"reason": "核查完毕,未发现违规"}
    _state(job.api.do("resume", f"{path}/resumption", reason, operator), "active")
    answer = job.until_heard(
        "exit",
        {"role.required"},
        lambda key: job.api.command(key, "/providers/me/exit", {"reason": "closing"}, token),
    )
    job.expect("exit", answer, "")
    _state(answer.body, "exited")
    job.show(*words, 1, 1)


def import_and_claim(job: Job) -> None:
    """Staff import somebody whom they met offline; the holder comes and acts for themselves."""
    words = "线下采集导入主体,本人认领", "a subject is imported by staff, and claimed by its holder"
    job.show(*words, 0, 1)
    applicant = job.plan.imported
    name, number = applicant.body["name"], applicant.body["id_number"]
    row = {"kind": "person", "name": name, "number": number, "source": digest("offline"), "row": 2}
    found = job.api.do("import", "/subjects/imported", row, job.tokens["operator"])
    token = open_account(job, applicant.login)
    claimed = job.api.do(f"register/{applicant.login}", applicant.path, applicant.body, token)
    _require(claimed["subject_id"] == found["subject_id"], "the holder claims that very subject")
    _require(claimed["roles"] == ["user"], "who was imported is a user")
    job.counts["imported, claimed"] += 1
    job.show(*words, 1, 1)


def _state(provider: dict[str, Any], wanted: str) -> None:
    _require(provider["state"] == wanted, f"the provider is {wanted}")


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise Unexpected(f"not so: {what}")
