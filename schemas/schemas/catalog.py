"""What may be asked of the catalog: categories and service listings (art. 12, 14, 17, 33)."""

from marshmallow import fields

from chassis.contract import (
    BasisPoints,
    Choice,
    Command,
    Fen,
    Flag,
    Id,
    LegalDate,
    Query,
    Region,
    Text,
    View,
    Whole,
)
from schemas import fee_schedules, roles
from schemas.categories import CATEGORIES

SERVICE = "catalog"


class CategoryView(View):
    """A category of the closed tree."""

    code = fields.String()
    zh = fields.String()
    en = fields.String()
    function = fields.String()
    chargeable = fields.Boolean()


class ListCategories(Query):
    """The closed tree of categories (服务功能)."""

    service = SERVICE
    http = "GET /categories"
    public = True
    articles = (12,)
    view = CategoryView
    is_list = True
    summary = ("服务类目", "List the categories")


class ListingView(View):
    """A published service."""

    id = Id()
    revision = fields.Integer()
    provider = Id()
    region = Region()
    category = fields.String()
    title = fields.String()
    description = fields.String()
    price_fen = fields.Integer()
    state = fields.String()
    voucher = fields.Dict(allow_none=True)
    content_sha256 = fields.String()


class PublishListing(Command):
    """Publish a service (发布服务). The publisher confirms that it is true and lawful."""

    service = SERVICE
    http = "POST /listings"
    allowed = frozenset({roles.PROVIDER})
    articles = (12, 14, 26, 33)
    begins = True
    refusal_is_event = True
    view = ListingView
    summary = ("发布服务", "Publish a service")

    category = Choice(*CATEGORIES, required=True)
    title = Text(80, least=2, required=True)
    description = Text(4000, least=2, required=True)
    price_fen = Fen(least=0, required=True)
    confirmed = Flag(required=True)


class WithdrawListing(Command):
    """Withdraw a listing (下架). Open orders keep what they froze."""

    service = SERVICE
    http = "POST /listings/<uuid:listing_id>/withdrawal"
    allowed = frozenset({roles.PROVIDER})
    articles = (12,)
    view = ListingView
    summary = ("下架服务", "Withdraw a service")

    listing_id = Id(required=True)


class WhitelistListing(Command):
    """Let a listing be bought with vouchers, for a period (创业券服务白名单)."""

    service = SERVICE
    http = "POST /listings/<uuid:listing_id>/whitelisting"
    allowed = frozenset({roles.HRSS_PROVINCE})
    articles = (17,)
    refusal_is_event = True
    view = ListingView
    summary = ("纳入创业券服务范围", "Whitelist a service for vouchers")

    listing_id = Id(required=True)
    valid_from = LegalDate(required=True)
    valid_until = LegalDate(required=True)
    rate_bp = BasisPoints(required=True)
    cap_fen = Fen(required=True)


class FindListings(Query):
    """Find published services; no account is needed."""

    service = SERVICE
    http = "GET /listings"
    public = True
    articles = (4, 5, 12)
    view = ListingView
    is_list = True
    summary = ("查找服务", "Find services")

    category = Choice(*CATEGORIES, load_default=None)
    region = Region(load_default=None)
    text = Text(80, load_default=None)
    vouchers = Flag(load_default=False)
    after = Id(load_default=None)
    limit = Whole(1, 200, load_default=50)


class GetListing(Query):
    """One published service."""

    service = SERVICE
    http = "GET /listings/<uuid:listing_id>"
    public = True
    articles = (4, 5, 12)
    view = ListingView
    summary = ("查看服务", "Show a service")

    listing_id = Id(required=True)


CONTRACTS = (
    *fee_schedules.CONTRACTS,
    ListCategories,
    PublishListing,
    WithdrawListing,
    WhitelistListing,
    FindListings,
    GetListing,
)
