"""Why identity refuses about documents and real names (art. 26). No number is ever repeated."""

from chassis.domain import Kind, Refusal


class AlreadyRegistered(Refusal):
    """The subject has been admitted before, or by another account."""

    code = "identity.already-registered"
    zh = "该主体已注册"
    en = "This subject is registered already"


class IdNumberInvalid(Refusal):
    """No identity document can carry this number; `reason` is the coded fault."""

    code = "identity.id-number-invalid"
    kind = Kind.INVALID
    zh = "证件号码无效:{reason_zh}"
    en = "The ID number is not valid: {reason_en}"


class UsccInvalid(Refusal):
    """No firm can have this 统一社会信用代码; `reason` is the coded fault."""

    code = "identity.uscc-invalid"
    kind = Kind.INVALID
    zh = "统一社会信用代码无效:{reason_zh}"
    en = "The unified social credit code is not valid: {reason_en}"


class RepresentativeNeeded(Refusal):
    """A firm is asked about with its legal representative (法定代表人)."""

    code = "identity.representative-needed"
    kind = Kind.INVALID
    zh = "企业须填写法定代表人"
    en = "A firm needs its legal representative"


class NameMismatch(Refusal):
    """The registry knows the number with another name or representative (实名认证, art. 26)."""

    code = "identity.name-mismatch"
    zh = "姓名(名称)或法定代表人与登记信息不一致"
    en = "The name or legal representative is not the registered one"


class NotInRegistry(Refusal):
    """The registry does not know the number."""

    code = "identity.not-found-in-registry"
    zh = "登记机关查无此号码"
    en = "The registry does not know this number"


class RegistryUnavailable(Refusal):
    """The registry gave no usable answer. It is never taken for a match."""

    code = "identity.registry-unavailable"
    kind = Kind.UNAVAILABLE
    zh = "登记机关系统暂不可用,请稍后以同一请求重试"
    en = "The registry is unavailable; please repeat the same request later"


class TooManyMismatches(Refusal):
    """Wrong names were tried too often: nobody finds out a name by guessing."""

    code = "identity.too-many-mismatches"
    zh = "核验不一致次数过多,请在 {hours} 小时后再试"
    en = "Too many wrong names were tried; please try again after {hours} hours"


class RenewalNotDue(Refusal):
    """The verification is good, and its renewal is not near."""

    code = "identity.renewal-not-due"
    zh = "实名认证有效期至 {renew_by},{remind_on} 起可重新认证"
    en = "The verification is good until {renew_by}; it can be renewed from {remind_on} on"


class AttestationInvalid(Refusal):
    """No attestation of the network-identity service that counts here; `reason` is coded."""

    code = "identity.attestation-invalid"
    kind = Kind.INVALID
    zh = "网号、网证凭证无效:{reason_zh}"
    en = "The attestation does not count: {reason_en}"


class AttestationNeeded(Refusal):
    """No number is kept of this person: they bring a new attestation to be verified again."""

    code = "identity.attestation-needed"
    zh = "该主体以网号、网证认证,平台未保存证件号码,请提交新的凭证"
    en = "No number is kept of this person: a new attestation is needed"


class HeldMissing(Refusal):
    """The name and number that were verified cannot be read any more."""

    code = "identity.held-missing"
    zh = "已无法读取原认证信息,请重新提交实名认证"
    en = "What was verified cannot be read any more; please register again"
