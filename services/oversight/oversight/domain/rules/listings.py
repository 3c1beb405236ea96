"""Was only offered what may be, by whom may (art. 14, 21, 26, 33)?"""

import json
from hashlib import sha256

from oversight.domain.event import Event
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

_PUBLISHED = ("catalog.ListingPublished",)
FREE = ("policy.", "government.")
"""Categories of 政策服务 and 政务服务 (art. 14)."""


class AdmissionFollowsVerification(Rule):
    """Nobody is admitted whose real name no registry has confirmed (实名认证, art. 26)."""

    id = "admitted-unverified"
    articles = (22, 25, 26)
    reads = ("identity.SubjectAdmittedAsUser", "identity.SubjectAdmittedAsProvider")
    zh = "主体 {subject} 未经实名认证即被准入"
    en = "The subject {subject} was admitted without verification of its real name"

    def breach(self, event: Event, world: World) -> Breach:
        """No verification that matched, before the admission."""
        return None if event.stream in world.verified else {"subject": event.stream}


class TheProviderWasAdmitted(Rule):
    """Who publishes a service or agrees on fees is a provider whose admission had been seen."""

    id = "provider-not-admitted"
    articles = (21, 26)
    reads = (*_PUBLISHED, "catalog.FeeScheduleOpened")
    zh = "发布者 {provider} 在发布、约定收费前未被准入为服务商"
    en = "{provider} was not an admitted provider before publishing, or agreeing on fees"

    def breach(self, event: Event, world: World) -> Breach:
        """No admission, or a later one."""
        admitted = world.providers.get(event.data["provider"])
        if admitted is not None and admitted <= event.seen("identity"):
            return None
        return {"provider": event.data["provider"]}


class PublicServicesAreFree(Rule):
    """Policy and government services are listed at price 0 (art. 14)."""

    id = "charged-though-free"
    articles = (14,)
    reads = _PUBLISHED
    zh = "公益性类目 {category} 标价 {price} 分"
    en = "A service of the free category {category} is listed at {price} fen"

    def breach(self, event: Event, world: World) -> Breach:
        """A price where there may be none."""
        category, price = event.data["category"], event.data["price_fen"]
        if not price or not category.startswith(FREE):
            return None
        return {"category": category, "price": price}


class TheContentIsWhatWasConfirmed(Rule):
    """The publisher's confirmation is bound to the digest of what is published (art. 33)."""

    id = "content-unconfirmed"
    articles = (33,)
    reads = _PUBLISHED
    zh = "发布内容与确认时的摘要不符:应为 {expected}"
    en = "The content is not what its publisher confirmed: its digest is {expected}"

    def breach(self, event: Event, world: World) -> Breach:
        """The digest that the content has."""
        names = ("category", "title", "description", "price_fen")
        content = {name: event.data[name] for name in names}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        expected = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return None if event.data["content_sha256"] == expected else {"expected": expected}
