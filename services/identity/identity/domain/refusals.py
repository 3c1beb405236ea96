"""Why identity refuses. No message and no data says what somebody typed, or when they were born."""

from chassis.domain import Kind, Refusal


class LoginTaken(Refusal):
    """Another account has this login name, or it is reserved."""

    code = "identity.login-taken"
    zh = "该登录名已被使用"
    en = "This login name is taken"


class RegionUnfit(Refusal):
    """A bureau belongs to a city or county of Anhui, other staff to the province (art. 7, 9)."""

    code = "identity.region-unfit"
    kind = Kind.INVALID
    zh = "区划代码 {region} 与角色 {role} 不符"
    en = "The region {region} does not fit the role {role}"


class SignInFailed(Refusal):
    """There is no such login, or the password is wrong: which of the two is not said."""

    code = "identity.sign-in-failed"
    kind = Kind.UNAUTHENTICATED
    zh = "登录名或密码错误"
    en = "Wrong login name or password"


class NotSignedIn(Refusal):
    """The token stands for no open session."""

    code = "identity.not-signed-in"
    kind = Kind.UNAUTHENTICATED
    zh = "尚未登录或登录已失效"
    en = "Not signed in, or the session has ended"


class StaffAccount(Refusal):
    """A staff account is nobody's user or provider: government takes no benefit (art. 6)."""

    code = "identity.staff-account"
    kind = Kind.FORBIDDEN
    zh = "工作人员帐号不能注册为用户或服务商"
    en = "A staff account cannot become a user or provider"


class LinkedToAnother(Refusal):
    """An account acts for one subject only (art. 27)."""

    code = "identity.account-linked"
    zh = "该帐号已绑定其他主体"
    en = "This account acts for another subject already"


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


class AgeOutOfRange(Refusal):
    """Users are 16 to 59 years old (16-59周岁, art. 25)."""

    code = "identity.age-out-of-range"
    zh = "年龄不在 {low}-{high} 周岁范围内"
    en = "Age is not within {low} to {high} years"


class CapacityEvidenceNeeded(Refusal):
    """At 16 and 17, full capacity depends on one's own labour income (Civil Code, art. 18)."""

    code = "identity.capacity-evidence-needed"
    zh = "16-17 周岁需提交以自己的劳动收入为主要生活来源的证明,由人工审核"
    en = "At 16 and 17, evidence of living on one's own labour income must be reviewed by a person"


class StateOwned(Refusal):
    """Firms under state ownership or control are no users (国有企业, art. 25)."""

    code = "identity.state-owned"
    zh = "国有独资或国有控股企业不能注册为用户"
    en = "A firm that the state owns or controls cannot be a user"


class NotLegalPerson(Refusal):
    """The registered name does not show a company, hence no legal person (企业法人, art. 25)."""

    code = "identity.not-legal-person"
    zh = "登记名称未表明公司形式;个体工商户、个人独资企业、合伙企业请以个人身份注册"
    en = "The registered name shows no company; owners of other forms register as a person"


class NotInGoodStanding(Refusal):
    """The firm is on a list of abnormal operations or serious violations (art. 21, 4)."""

    code = "identity.not-in-good-standing"
    zh = "该单位被列入经营异常名录或严重违法失信名单:{status}"
    en = "The firm is on a list of the registry: {status}"


class CommitmentsMissing(Refusal):
    """A provider makes all three commitments (art. 21, 3 to 5)."""

    code = "identity.commitments-missing"
    zh = "缺少以下承诺:{missing}"
    en = "These commitments are missing: {missing}"


class KindEvidenceNeeded(Refusal):
    """Only lawful firms can be verified by a registry; other kinds show documents (art. 23)."""

    code = "identity.kind-evidence-needed"
    zh = "该类服务商({kind})需提交认定或备案材料,由人工审核"
    en = "Providers of the kind {kind} show documents that must be reviewed by a person"
