"""Who takes part: staff, users, providers."""

from typing import Any

from wanchuang.demo.admission import form, open_account
from wanchuang.demo.applicants import Applicant
from wanchuang.demo.job import Job
from wanchuang.demo.plan import digest

PROVINCE = "340000"
STAFF = {
    "reviewer": "employment-province",
    "payer": "finance-province",
    "deputy": "hrss-province",
    "supervisor": "supervisor",
    "operator": "operator",
    "window": "gov-service-admin",
    "buyer": "department",
    "inspector": "department",
}
TENURE = {
    "operator": "安徽示例运营有限公司",
    "uscc": "91350100M000100Y43",
    "contract_number": "皖人社合〔2026〕1号",
}


def open_staff_accounts(job: Job) -> None:
    """省人社厅 grants the right to operate, and opens the accounts of staff."""
    job.settle("the owner's account", lambda: job.sign_in("owner", job.passwords["owner"]).ok)
    owner, password = job.tokens["owner"], job.passwords["demo"]
    years = {"valid_from": job.day.isoformat(), "valid_until": f"{job.day.year + 3}-12-31"}
    document = {"document_sha256": digest("operating contract")}
    job.api.do("tenure", "/operator-tenures", {**TENURE, **years, **document}, owner)

    def open_staff_account(login: str) -> None:
        body: dict[str, Any] = {"login": login, "password": password}
        body.update(role=STAFF[login], region=PROVINCE)
        job.api.do(f"staff/{login}", "/staff-accounts", body, owner)
        job.expect(login, job.sign_in(login, password), "")

    job.each("开设工作人员帐号", "opening staff accounts", STAFF, open_staff_account)


def report_stolen_account(job: Job) -> None:
    """A user's account is in other hands: frozen in one step, lifted once staff saw who it is."""
    login, words = "person-000", ("帐号被盗:冻结与解除", "a stolen account: frozen and lifted")
    job.show(*words, 0, 1)
    job.expect(login, job.sign_in(login, job.passwords["demo"]), "")
    case = job.api.do(f"freeze/{login}", "/accounts/me/freeze", {}, job.tokens[login])
    refused = job.sign_in(login, job.passwords["demo"])
    if refused.code:  # an earlier run may have come further
        job.expect(login, refused, "identity.account-frozen")
    path, reason = f"/account-freezes/{case['id']}/end", {"reason": "本人到窗口核验身份"}
    job.api.do(f"unfreeze/{login}", path, reason, job.tokens["reviewer"])
    job.expect(login, job.sign_in(login, job.passwords["demo"]), "")
    job.show(*words, 1, 1)


def act_as_authorised(job: Job) -> None:
    """Who works at a window does what the head of the department authorised, and nothing else."""
    words = "政务服务管理员凭授权办理", "a government service administrator acts as authorised"
    job.show(*words, 0, 1)
    window = job.api.get("/accounts/me", job.tokens["window"])["account_id"]
    letter: dict[str, Any] = {"account_id": window, "department": "安徽省人力资源和社会保障厅"}
    letter |= {"scope": ["sign-in-locks"], "document_sha256": digest("authorisation")}
    letter |= {"valid_from": job.day.isoformat(), "valid_until": f"{job.day.year + 1}-12-31"}
    given = job.api.do("authorisation", "/authorisations", letter, job.tokens["owner"])

    def release(key: str, authority: str | None, refusal: str) -> None:
        body = {"login": "person-000", "reason": "本人到窗口核验身份"}
        path, token = "/sign-in-locks/release", job.tokens["window"]
        answer = job.api.command(key, path, body, token, authority)
        job.expect(key, answer, refusal)

    release("release/unauthorised", None, "authorisation.required")
    release("release/authorised", given["id"], "")
    frozen = {"login": "person-001", "grounds": "suspicious"}
    path, token = "/account-freezes", job.tokens["window"]
    answer = job.api.command("freeze/out of scope", path, frozen, token, given["id"])
    job.expect("freeze out of scope", answer, "authorisation.out-of-scope")
    job.counts["done as authorised"] += 1
    job.show(*words, 1, 1)


def register(job: Job, zh: str, en: str, applicants: list[Applicant]) -> None:
    """Applicants open accounts and have their real names verified; some are refused."""

    def apply(applicant: Applicant) -> None:
        login = applicant.login
        token = open_account(job, login)
        answer = job.api.command(f"register/{login}", applicant.path, form(job, applicant), token)
        if job.expect(login, answer, applicant.refusal):
            job.subjects[login] = answer.body["subject_id"]
            job.counts[en] += 1

    late = [a for a in applicants if a.refusal == "identity.already-registered"]
    job.each(zh, f"verifying {en}", [a for a in applicants if a not in late], apply)
    for applicant in late:
        apply(applicant)
