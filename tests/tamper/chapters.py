"""Chapters that stories are made of; each goes on from whatever was told before."""

from schemas import roles
from schemas.catalog import PublishListing
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.personal_data import PreviewErasure, RequestErasure
from schemas.matching import PlaceOrder
from schemas.voucher_ledger.batches import OpenBatch
from schemas.voucher_ledger.grants import GrantVouchers
from schemas.voucher_ledger.redemptions import ApplyRedemption, PayRedemption
from schemas.voucher_ledger.vouchers import ClaimVoucher
from tests.tamper.economy import Economy, Order, Voucher, batch_form
from tests.tamper.history import Party, Story, firm_form, person_form

NOBODY = "00000000-0000-4000-8000-00000000beef"
CITIES = ("340100", "340200", "341000", "340123", "340000")
STAFF = (roles.EMPLOYMENT_PROVINCE, roles.FINANCE_PROVINCE, roles.SUPERVISOR)


def opening(story: Story, users: int = 4, providers: int = 2) -> Economy:
    """Staff accounts, verified users and providers, and a published, whitelisted service each."""
    for role in STAFF:
        story.officer(role)
    for number in range(users):
        story.moment()
        story.firm() if number % 3 == 2 else story.person()
    economy = Economy(story)
    for _ in range(providers):
        story.moment()
        story.provider()
    story.platform.settle()
    for provider in story.providers:
        story.moment()
        economy.publish(provider)
    for offer in economy.offers:
        economy.whitelist(offer, story_year())
    story.platform.settle()
    return economy


def story_year() -> int:
    """The year that it is, in Shanghai."""
    from chassis import clock  # noqa: PLC0415

    return clock.legal_date().year


def funding(economy: Economy, *regions: str) -> list[Voucher]:
    """A budget, a batch for each region, and a claimed voucher of each batch for some users."""
    story, year = economy.story, story_year()
    economy.appropriate(year)
    made: list[Voucher] = []
    for region in regions or CITIES[:1]:
        story.moment()
        batch = economy.batch(year, region)
        holders = story.random.sample(story.users, max(1, len(story.users) - 1))
        made += economy.grant(batch, holders)
    story.platform.settle()
    return made


def trade(economy: Economy, count: int) -> list[Order]:
    """Orders that go every way there is; returns those that are still funded."""
    story, open_orders = economy.story, []
    vouchers = [v for v in economy.vouchers if v.holder in story.users]
    for number in range(count):
        story.moment()
        order = economy.place(story.random.choice(vouchers), story.random.choice(economy.offers))
        if economy.state(order) != "funded":
            continue
        fate = ("paid", "cancelled", "open", "paid", "rejected", "accepted")[number % 6]
        _meets(economy, order, fate)
        if fate == "open":
            open_orders.append(order)
    return open_orders


def _meets(economy: Economy, order: Order, fate: str) -> None:
    if fate == "cancelled":
        economy.cancel(order)
    elif fate != "open":
        economy.complete(order)
    if fate == "paid":
        economy.redeem(order)
    elif fate == "rejected":
        economy.review(economy.apply(order), approve=False)


def refusals(economy: Economy) -> None:
    """Everything about money and admission that is refused, for its own reason."""
    story, year = economy.story, story_year()
    people, firms = story.population.persons, story.population.firms
    stranger = story.sign_up()
    story.refuse(RegisterPerson, stranger, **person_form(people[0]))  # fifteen years old
    story.refuse(RegisterPerson, stranger, **person_form(people[5]))  # over sixty
    story.refuse(RegisterFirm, stranger, **firm_form(firms[0]))  # the state's
    free = {"category": "policy.query", "title": "政策查询", "description": "政策查询服务"}
    story.refuse(PublishListing, story.providers[0], **free, price_fen=100, confirmed=True)
    much = {**batch_form(year, "340100"), "amount_fen": 10**12}
    story.refuse(OpenBatch, story.owner(), **much)
    late = {**batch_form(year, "340100"), "use_by": f"{year - 1}-12-31"}
    story.refuse(OpenBatch, story.owner(), **late)
    if not economy.vouchers:
        return
    voucher, offer = economy.vouchers[0], economy.offers[0]
    story.refuse(ClaimVoucher, voucher.holder, voucher_id=voucher.id)
    batch = economy.batch(year, "340300")
    story.refuse(GrantVouchers, story.owner(), batch_id=batch, holders=[NOBODY])
    other = next(user for user in story.users if user is not voucher.holder)
    economy.place(Voucher(voucher.id, other), offer)  # the ledger refuses
    wrong = {"listing_id": offer.id, "voucher_id": voucher.id, "price_fen": offer.price_fen - 1}
    story.refuse(PlaceOrder, voucher.holder, **wrong)
    story.platform.settle()
    order = economy.place(voucher, offer)
    if economy.state(order) == "funded":
        papers = economy.papers(order)
        story.refuse(ApplyRedemption, offer.provider, **papers)  # not accepted yet
        economy.complete(order)
        redemption = economy.apply(order)
        payer = story.officer(roles.FINANCE_PROVINCE)
        story.refuse(PayRedemption, payer, redemption_id=redemption, bank_reference="B-0")
        story.refuse(ApplyRedemption, offer.provider, **papers)
    story.platform.settle()


def leaves(story: Story) -> Party:
    """Somebody who had come and used nothing asks that their personal data be erased."""
    party = story.person()
    story.users.remove(party)
    story.moment()
    preview = story.do(PreviewErasure, party)["preview"]
    story.do(RequestErasure, party, preview=preview)
    story.platform.settle()
    return party


def year_end(economy: Economy, open_orders: list[Order], cosign: bool = True) -> None:
    """The year's vouchers expire; an order that was still open is cancelled, another completed."""
    story, year = economy.story, story_year()
    story.until(year, 12, 31, 23)
    story.platform.tick()
    story.until(year + 1, 1, 1, 8)
    story.platform.tick()
    if cosign:
        story.platform.witness()
    story.until(year + 1, 1, 20, 10)
    for number, order in enumerate(open_orders):
        story.moment()
        if number % 2:
            economy.complete(order)
        else:
            economy.cancel(order)
    story.platform.tick()
    story.platform.witness()
