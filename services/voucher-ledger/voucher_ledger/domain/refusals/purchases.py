"""Why a government purchase goes no further (政府购买服务成果, art. 6, 18)."""

from chassis.domain import Kind, Refusal


class WrongFund(Refusal):
    """Money for vouchers and money for purchases never mix."""

    code = "voucher-ledger.wrong-fund"
    kind = Kind.INVALID
    zh = "资金 {fund} 不得用于此用途:政府购买资金代码以 ZFGM- 开头,与创业券资金不得混用"
    en = "The fund {fund} does not pay this: funds of purchases begin with ZFGM-, and no others"


class TenderRequired(Refusal):
    """From the threshold on, an open tender, or the approval of another method (政府采购法 27)."""

    code = "voucher-ledger.tender-required"
    zh = "金额 {fen} 分达到公开招标数额标准 {threshold_fen} 分({basis}),应公开招标或注明批准文号"
    en = "{fen} fen reach the threshold of {threshold_fen} ({basis}): an open tender is needed"


class WrongPurchaseState(Refusal):
    """The purchase is not in the state that this step needs."""

    code = "voucher-ledger.wrong-purchase-state"
    zh = "政府购买项目当前状态为 {state},需要 {needed}"
    en = "The purchase is {state}; it would have to be {needed}"


class OwnPurchase(Refusal):
    """Who handles a purchase, consents to it, delivers it and accepts it are different persons."""

    code = "voucher-ledger.own-purchase"
    kind = Kind.FORBIDDEN
    zh = "经办、同意、交付与验收人员应当相互分离"
    en = "Those who handle, consent to, deliver and accept a purchase are different persons"


class ConsentGiven(Refusal):
    """This office has consented; the other one has to."""

    code = "voucher-ledger.consent-given"
    zh = "{office} 已表示同意"
    en = "{office} has consented before"


class BeyondConsent(Refusal):
    """A contract is of no more than both offices consented to."""

    code = "voucher-ledger.beyond-consent"
    zh = "合同金额 {fen} 分超过同意金额 {consented_fen} 分"
    en = "The contract is of {fen} fen; {consented_fen} were consented to"


class BeyondContract(Refusal):
    """No more is accepted than the contract says."""

    code = "voucher-ledger.beyond-contract"
    zh = "验收金额 {fen} 分超过合同金额 {contracted_fen} 分"
    en = "{fen} fen cannot be accepted of a contract of {contracted_fen}"


class NotTheProvider(Refusal):
    """Only the provider whom the contract names delivers and asks to be paid."""

    code = "voucher-ledger.not-the-provider"
    kind = Kind.FORBIDDEN
    zh = "仅合同所列服务商可办理"
    en = "Only the provider of the contract may"


class ProviderNotActive(Refusal):
    """Results are bought of admitted, active providers that are not held (art. 18, 22)."""

    code = "voucher-ledger.provider-not-active"
    zh = "{provider} 不是可承接的已准入服务商"
    en = "{provider} is no admitted and active provider"
