"""The users' agreement is published: who has not signed it begins nothing new (art. 29)."""

from wanchuang.demo.blacklist import REFUSED, UNPRICED, order_nothing
from wanchuang.demo.job import Job

TEXT = {
    "kind": "user",
    "zh": "用户承诺:使用云平台的所有行为遵守法律、法规、行政规章和云平台、创业券的相关规定,"
    "不违反社会公共利益和公共道德;如有违反,以自己的名义独立承担相应的法律责任。",
    "en": "Users keep to law and to the rules of the platform and of vouchers in all that they do "
    "here, and answer in their own name for what they do against them.",
}
UNSIGNED = "standing.agreement-unsigned"
UNHEARD_OF = {UNSIGNED, "matching.listing-not-available"}


def sign_agreement(job: Job) -> None:
    """A text is published; a user is asked for it, signs it, and goes on."""
    words = "发布并签署用户协议", "publishing and signing the users' agreement"
    job.show(*words, 0, 1)
    said = {**TEXT, "valid_from": job.day.isoformat()}
    text = job.api.do("agreement", "/agreements", said, job.tokens["operator"])
    answer = order_nothing(job, "order/unsigned", UNPRICED | {REFUSED})
    job.expect("order without the agreement", answer, UNSIGNED)
    path, digest = f"/agreements/{text['id']}/signature", {"text_sha256": text["text_sha256"]}
    job.api.do("agreement/signed", path, digest, job.tokens["attested"])
    answer = order_nothing(job, "order/signed", UNHEARD_OF)
    job.expect("order with the agreement", answer, "matching.price-changed")
    job.counts["agreements signed"] += 1
    job.show(*words, 1, 1)
