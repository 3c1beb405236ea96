"""Why identity admits somebody not (art. 21-25). No message says when somebody was born."""

from chassis.domain import Refusal


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
