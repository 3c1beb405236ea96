"""Why matching refuses."""

from chassis.domain import Kind, Refusal


class UserNotAdmitted(Refusal):
    """Only an admitted user may order (art. 25, 26); admission may not have been learnt yet."""

    code = "matching.user-not-admitted"
    kind = Kind.FORBIDDEN
    zh = "下单者不是已实名认证并准入的用户"
    en = "Only a verified and admitted user may place an order"


class ProviderNotAdmitted(Refusal):
    """Only an admitted provider may deliver (art. 21, 26)."""

    code = "matching.provider-not-admitted"
    kind = Kind.FORBIDDEN
    zh = "交付者不是已实名认证的服务商"
    en = "Only a verified and admitted provider may deliver"


class ListingNotAvailable(Refusal):
    """There is no such listing, or it was withdrawn (下架)."""

    code = "matching.listing-not-available"
    zh = "服务 {listing_id} 不存在或已下架"
    en = "Service {listing_id} does not exist or was withdrawn"


class SameSubject(Refusal):
    """Nobody is on both sides of an order (art. 3)."""

    code = "matching.same-subject"
    zh = "用户与服务商不得为同一主体"
    en = "User and provider are the same subject"


class NotForVouchers(Refusal):
    """Free, or not whitelisted on the date: no voucher pays for it (art. 14, 17, 20)."""

    code = "matching.not-for-vouchers"
    zh = "该服务在 {date} 不能使用创业券购买"
    en = "On {date} this service cannot be bought with a voucher"


class PriceChanged(Refusal):
    """The price that the user saw is not the listing's."""

    code = "matching.price-changed"
    zh = "所见价格 {asked_fen} 分与服务标价 {listed_fen} 分不符"
    en = "The price seen, {asked_fen} fen, is not the listed {listed_fen} fen"


class NotParty(Refusal):
    """This step is the other party's, or somebody else's."""

    code = "matching.not-party"
    kind = Kind.FORBIDDEN
    zh = "仅该订单的{zh_party}可以进行此操作"
    en = "Only the {party} of this order may do this"


class WrongOrderState(Refusal):
    """The order is not in a state that this step needs."""

    code = "matching.wrong-order-state"
    zh = "订单当前状态为 {state},需要 {needed}"
    en = "The order is {state}; it would have to be {needed}"


class AcceptedTooMuch(Refusal):
    """Nobody accepts more than the price that was frozen."""

    code = "matching.accepted-too-much"
    zh = "验收金额 {accepted_fen} 分超过订单价格 {price_fen} 分"
    en = "{accepted_fen} fen are accepted of a price of {price_fen} fen"


class TooLittleAccepted(Refusal):
    """The voucher's part of what is accepted would be less than a fen."""

    code = "matching.too-little-accepted"
    zh = "按验收 {accepted_fen} 分(价格 {price_fen} 分、券额 {voucher_fen} 分)折算,用券不足 1 分"
    en = (
        "Of {voucher_fen} fen reserved, the part {accepted_fen} / {price_fen} that is accepted is "
        "less than a fen"
    )


class DeadlinePassed(Refusal):
    """The last day of this step is past: the order lapses."""

    code = "matching.deadline-passed"
    zh = "期限 {due_by} 已过,订单失效"
    en = "This was due by {due_by}; the order lapses"
