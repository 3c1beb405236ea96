"""Why identity refuses about agreements (协议与承诺, art. 29)."""

from chassis.domain import Kind, Refusal


class AgreementPending(Refusal):
    """A version that was published waits for its day; one at a time."""

    code = "identity.agreement-pending"
    zh = "第 {version} 版尚未生效,不能发布下一版"
    en = "Version {version} has not taken effect yet: no further one is published"


class AgreementUnchanged(Refusal):
    """The text is that of the version in force."""

    code = "identity.agreement-unchanged"
    kind = Kind.INVALID
    zh = "文本与第 {version} 版相同"
    en = "The text is that of version {version}"


class NoticeTooShort(Refusal):
    """A first version is in force today at the earliest, a change seven days later."""

    code = "identity.agreement-notice-too-short"
    kind = Kind.INVALID
    zh = "生效日期不得早于 {earliest}"
    en = "It can take effect on {earliest} at the earliest"


class TextDiffers(Refusal):
    """What is signed is not the text of this version."""

    code = "identity.agreement-text-differs"
    kind = Kind.INVALID
    zh = "签署的文本摘要与第 {version} 版不符"
    en = "What is signed is not the text of version {version}"


class AgreementSuperseded(Refusal):
    """A later version is in force."""

    code = "identity.agreement-superseded"
    zh = "第 {version} 版已被新版取代"
    en = "Version {version} was superseded by a later one"


class SignedAlready(Refusal):
    """It was signed for this subject before."""

    code = "identity.agreement-signed"
    zh = "本主体已签署第 {version} 版"
    en = "Version {version} was signed for this subject before"
