"""Listings (服务项目): published by a provider, whitelisted by 省人社厅, withdrawn."""

from dataclasses import dataclass
from datetime import date

from catalog.domain.base import CatalogAggregate
from catalog.domain.refusals import (
    DatesOutOfOrder,
    MustBeFree,
    NotConfirmed,
    NotOwner,
    NotPayable,
    Withdrawn,
)
from chassis.domain import event

RULE_VERSION = "listing/1"


@dataclass(frozen=True, slots=True)
class Content:
    """What is offered; `sha256` is the digest that the publisher's confirmation is bound to."""

    category: str
    title: str
    description: str
    price_fen: int
    sha256: str


class Listing(CatalogAggregate):
    """A published service. Amounts in fen, dates in Asia/Shanghai; its version is its revision."""

    @event("Published")
    def __init__(
        self,
        provider: str,
        region: str,
        category: str,
        title: str,
        description: str,
        price_fen: int,
        content_sha256: str,
    ) -> None:
        self.provider = provider
        self.region = region
        self.category = category
        self.title = title
        self.description = description
        self.price_fen = price_fen
        self.content_sha256 = content_sha256
        self.state = "published"
        self.voucher: dict[str, str | int] | None = None

    @classmethod
    def publish(
        cls, provider: str, region: str, content: Content, *, chargeable: bool, confirmed: bool
    ) -> "Listing":
        """Publish a service (发布). Raises `NotConfirmed` and `MustBeFree`.

        `chargeable` says whether the category may be charged at all (art. 14).
        """
        if not confirmed:
            raise NotConfirmed
        if content.price_fen and not chargeable:
            raise MustBeFree(category=content.category)
        return cls(
            provider=provider,
            region=region,
            category=content.category,
            title=content.title,
            description=content.description,
            price_fen=content.price_fen,
            content_sha256=content.sha256,
        )

    def whitelist(
        self, valid_from: str, valid_until: str, rate_bp: int, cap_fen: int, *, today: date
    ) -> None:
        """Let vouchers pay for it in a period, on these terms (art. 17); they replace others.

        Both days are included. Raises `Withdrawn`, `NotPayable` (a free service, hence also every
        one that may not be charged) and `DatesOutOfOrder`.
        """
        if self.state == "withdrawn":
            raise Withdrawn
        if self.price_fen == 0:
            raise NotPayable
        if not max(valid_from, today.isoformat()) <= valid_until:
            raise DatesOutOfOrder(
                valid_from=valid_from, valid_until=valid_until, today=today.isoformat()
            )
        self._whitelisted(valid_from, valid_until, rate_bp, cap_fen)

    def withdraw(self, subject: str | None) -> None:
        """Withdraw it (下架). Raises `NotOwner` and `Withdrawn`."""
        if subject != self.provider:
            raise NotOwner
        if self.state == "withdrawn":
            raise Withdrawn
        self._withdrawn("provider")

    @event("Whitelisted")
    def _whitelisted(self, valid_from: str, valid_until: str, rate_bp: int, cap_fen: int) -> None:
        self.voucher = {
            "valid_from": valid_from,
            "valid_until": valid_until,
            "rate_bp": rate_bp,
            "cap_fen": cap_fen,
        }

    @event("Withdrawn")
    def _withdrawn(self, reason: str) -> None:
        self.state = "withdrawn"
        self.voucher = None
