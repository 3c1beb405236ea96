"""Why identity admits somebody not (art. 2, 21-25). No message says when somebody was born."""

from chassis.domain import Kind, Refusal


class AgeOutOfRange(Refusal):
    """Users are 16 to 59 years old (16-59周岁, art. 25); `policy` says how years are counted."""

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


class OwnershipEvidenceNeeded(Refusal):
    """The registry does not tell who owns the firm, and the USCC says nothing of it."""

    code = "identity.ownership-evidence-needed"
    zh = "登记机关未提供所有制信息,需提交股权证明,由人工审核"
    en = "The registry does not tell who owns the firm: documents must be reviewed by a person"


class NotStartUp(Refusal):
    """The firm is older or larger than a start-up may be (初创小微企业, art. 2; parameters)."""

    code = "identity.not-start-up"
    zh = "企业成立年限或规模不符合初创小微企业参数({parameters}):成立未满 {years} 年,规模 {sizes}"
    en = "The firm is no start-up by {parameters}: under {years} years, of the sizes {sizes}"


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


class CommitmentUnknown(Refusal):
    """A signature is bound to the text: this is the digest of none."""

    code = "identity.commitment-unknown"
    kind = Kind.INVALID
    zh = "没有摘要为 {text_sha256} 的承诺文本"
    en = "No commitment's text has the digest {text_sha256}"


class CommitmentOutdated(Refusal):
    """What was signed is not the version in force."""

    code = "identity.commitment-outdated"
    zh = "承诺 {clause} 第 {version} 版已不适用,现行为第 {in_force} 版"
    en = "Version {version} of the commitment {clause} does not apply; version {in_force} does"


class KindEvidenceNeeded(Refusal):
    """Only lawful firms can be verified by a registry; other kinds show documents (art. 23)."""

    code = "identity.kind-evidence-needed"
    zh = "该类服务商({kind})需提交材料({document}),由人工审核"
    en = "Providers of the kind {kind} show a document ({document}) that a person reviews"


class KindUnfit(Refusal):
    """What the registry knows does not fit the kind of provider (art. 23)."""

    code = "identity.kind-unfit"
    zh = "登记信息({registry})与服务商类别({kind})不符"
    en = "The registry knows a {registry}, which is no provider of the kind {kind}"


class ProviderNotAdult(Refusal):
    """A provider is liable for itself (独立承担民事责任, art. 21, 1)."""

    code = "identity.provider-not-adult"
    zh = "服务商应年满 {age} 周岁"
    en = "A provider must be {age} years old"
