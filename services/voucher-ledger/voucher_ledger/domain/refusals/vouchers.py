"""Why a voucher says no (art. 3, 17, 19)."""

from chassis.domain import Kind, Refusal


class NotHolder(Refusal):
    """Vouchers are personal (invariant 4: nothing transfers them)."""

    code = "voucher-ledger.not-holder"
    kind = Kind.FORBIDDEN
    zh = "仅持券人可以使用该创业券"
    en = "Only the holder may use this voucher"


class SubjectFrozen(Refusal):
    """An account of theirs is frozen: their vouchers are held until staff lifts that (art. 35)."""

    code = "voucher-ledger.subject-frozen"
    kind = Kind.FORBIDDEN
    zh = "帐号冻结期间,创业券暂停使用"
    en = "Vouchers are held while an account of their holder is frozen"


class SubjectBlacklisted(Refusal):
    """The user or the provider of an order is on the blacklist (黑名单, art. 28)."""

    code = "voucher-ledger.subject-blacklisted"
    kind = Kind.FORBIDDEN
    zh = "用户或服务商已被纳入黑名单,创业券停止使用"
    en = "No voucher is used while its holder or the provider is on the blacklist"


class NotClaimable(Refusal):
    """The voucher was claimed before."""

    code = "voucher-ledger.not-claimable"
    zh = "该创业券不可领取,当前状态:{state}"
    en = "This voucher cannot be claimed; it is {state}"


class NotUsable(Refusal):
    """The voucher is not claimed, or its use-by date has passed."""

    code = "voucher-ledger.not-usable"
    zh = "该创业券不可使用(状态 {state},使用截止日 {use_by})"
    en = "This voucher cannot be used ({state}, use by {use_by})"


class CategoryNotCovered(Refusal):
    """The batch does not cover this category."""

    code = "voucher-ledger.category-not-covered"
    zh = "该批次创业券不适用于类目 {category}"
    en = "Vouchers of this batch do not cover {category}"


class NotWhitelisted(Refusal):
    """The listing cannot be bought with vouchers on this date (art. 17, 20)."""

    code = "voucher-ledger.not-whitelisted"
    zh = "该服务在 {date} 不在创业券服务范围内"
    en = "On {date} this service cannot be bought with vouchers"


class PriceChanged(Refusal):
    """Invariant 3: the price is not the listing's."""

    code = "voucher-ledger.price-changed"
    zh = "订单价格 {asked_fen} 分与服务标价 {listed_fen} 分不符"
    en = "The order's price {asked_fen} fen is not the listed {listed_fen} fen"


class BalanceExhausted(Refusal):
    """Invariant 2: nothing is left on the voucher."""

    code = "voucher-ledger.balance-exhausted"
    zh = "创业券余额为零"
    en = "Nothing is left on this voucher"


class SameSubject(Refusal):
    """Nobody is on both sides of an order (art. 3)."""

    code = "voucher-ledger.same-subject"
    zh = "用户与服务商不得为同一主体"
    en = "User and provider are the same subject"


class NotReserved(Refusal):
    """The voucher holds no reservation for this order."""

    code = "voucher-ledger.not-reserved"
    zh = "该订单没有预留的创业券金额"
    en = "No share is reserved for this order"


class NotWitnessed(Refusal):
    """No cosigned checkpoint covers the whole history yet, so it cannot be proved to others."""

    code = "voucher-ledger.not-witnessed"
    kind = Kind.UNAVAILABLE
    zh = "监理尚未联署该创业券的全部记录,请稍后再试"
    en = "The supervisor has not cosigned all of this voucher's history yet; try again later"


class AlreadyReserved(Refusal):
    """The voucher has paid, or was to pay, a share of this order before."""

    code = "voucher-ledger.already-reserved"
    zh = "该订单已预留过创业券金额"
    en = "A share was reserved for this order before"


class GovernmentPayee(Refusal):
    """A body of the government takes no money from vouchers (art. 6)."""

    code = "voucher-ledger.government-payee"
    zh = "服务商 {provider} 为政府所属公共服务机构,不得收取创业券款项"
    en = "The provider {provider} is a public agency: it takes no voucher money"


class PayeeUnknown(Refusal):
    """The ledger has not heard of the provider's admission, so it cannot know what it is."""

    code = "voucher-ledger.payee-unknown"
    zh = "尚未收到服务商 {provider} 的准入信息"
    en = "The provider {provider} is not known to the ledger yet"


class CategoryCapReached(Refusal):
    """Invariant 2: the batch has paid all that it may in this category this year."""

    code = "voucher-ledger.category-cap-reached"
    zh = "类目 {category} 在 {year} 年的限额 {cap_fen} 分已用完"
    en = "The cap of {cap_fen} fen on {category} in {year} is used up"


class YearlyCapReached(Refusal):
    """Invariant 2: the user's vouchers have paid all that they may this year."""

    code = "voucher-ledger.yearly-cap-reached"
    zh = "您 {year} 年的用券限额 {cap_fen} 分已用完"
    en = "Your yearly cap of {cap_fen} fen in {year} is used up"


class NotVoidable(Refusal):
    """Only a voucher that is granted or claimed can be voided; others hold nothing any more."""

    code = "voucher-ledger.not-voidable"
    zh = "创业券状态为 {state},不能作废"
    en = "The voucher is {state}: there is nothing to void"
