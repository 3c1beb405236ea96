"""Why the catalog refuses."""

from chassis.domain import Kind, Refusal


class ProviderNotAdmitted(Refusal):
    """Only admitted providers publish (art. 21, 22, 26), as far as the catalog has learnt."""

    code = "catalog.provider-not-admitted"
    kind = Kind.FORBIDDEN
    zh = "仅已准入的服务商可以发布服务"
    en = "Only an admitted provider may publish"


class ProviderNotActive(Refusal):
    """A provider that is suspended, or has left, publishes nothing (art. 10, 21)."""

    code = "catalog.provider-not-active"
    kind = Kind.FORBIDDEN
    zh = "服务商当前状态为 {state},不能发布服务"
    en = "The provider is {state} and cannot publish"


class MayNotCharge(Refusal):
    """Public bodies and civil servants offer no paid services (公共服务机构、公职人员, art. 24)."""

    code = "catalog.may-not-charge"
    zh = "公共服务机构及公职人员发布的服务价格必须为 0"
    en = "Public bodies and civil servants list at price 0"


class MustBeFree(Refusal):
    """Policy and government services are completely free (完全免费, art. 14)."""

    code = "catalog.must-be-free"
    zh = "类目 {category} 为公益性服务,价格必须为 0"
    en = "Services of the category {category} are free: the price must be 0"


class NotConfirmed(Refusal):
    """The publisher did not confirm that the content is true and lawful (art. 33)."""

    code = "catalog.not-confirmed"
    zh = "发布前须确认内容真实、准确、合法"
    en = "Confirm before publishing that the content is true, accurate and lawful"


class NotOwner(Refusal):
    """The listing is another provider's."""

    code = "catalog.not-owner"
    kind = Kind.FORBIDDEN
    zh = "仅发布该服务的服务商可以下架"
    en = "Only the provider who published the service may withdraw it"


class Withdrawn(Refusal):
    """The listing was withdrawn before (已下架)."""

    code = "catalog.listing-withdrawn"
    zh = "该服务已下架"
    en = "This service has been withdrawn"


class NotPayable(Refusal):
    """Vouchers pay for services that may be charged and have a price (经营性服务, art. 14, 17)."""

    code = "catalog.not-payable"
    zh = "免费服务不纳入创业券服务范围"
    en = "A service that is free cannot be bought with vouchers"


class DatesOutOfOrder(Refusal):
    """A period ends on or after its first day, and not before today."""

    code = "catalog.dates-out-of-order"
    kind = Kind.INVALID
    zh = "有效期 {valid_from} 至 {valid_until} 无效(今日 {today})"
    en = "The period {valid_from} to {valid_until} is not valid (today is {today})"
