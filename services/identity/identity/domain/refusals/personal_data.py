"""Why identity refuses about personal data (个人信息, art. 36). No message says what it is."""

from chassis.domain import Kind, Refusal


class SubjectErased(Refusal):
    """The subject's key was destroyed: what was kept of them is unreadable, and nothing is added.

    They do not come back under the same number: benefits could be drawn twice.
    """

    code = "identity.subject-erased"
    zh = "该主体的个人信息已依法删除,密钥已销毁"
    en = "The personal data of this subject has been erased and its key destroyed"


class KeyMissing(Refusal):
    """The log knows of a key that is neither in its table nor destroyed: for people to look at."""

    code = "identity.subject-key-missing"
    kind = Kind.UNAVAILABLE
    zh = "该主体的密钥暂不可用,请联系运营商"
    en = "The key of this subject is not available; please tell the operator"
