"""Commands about batches and grants (批次、发放), and who may get vouchers."""

import uuid

from hypothesis import strategies as st

from ledger_model.budgets import DONE, FUND
from ledger_model.public_money import MONEY, PLACES, YEARS, PublicMoney
from ledger_model.replicas import Fate
from ledger_model.setting import FATES, LEGAL, SMALL, TAX, action, pick
from voucher_ledger.domain.voucher import voucher_id
from voucher_ledger.granting import carry_out_runs


class Granting(PublicMoney):
    """Batches are opened and closed, vouchers granted and claimed."""

    def some_batch(self, n: int) -> str:
        """A batch that is open, more often than not."""
        batches = self.reference.batches
        still = [id_ for id_, batch in batches.items() if batch.state == "open"]
        return str(pick(still if still and n < 8 else batches, n))

    @action(
        3,
        fate=FATES,
        region=PLACES,
        year=st.sampled_from(YEARS),
        fen=MONEY,
        user_cap=st.booleans(),
        category_cap=st.booleans(),
        use_by=st.sampled_from(["2026-06-30", "2026-12-31", "2027-12-31"]),
        people=PLACES,
    )
    def open_batch(
        self,
        fate: Fate,
        region: str,
        year: int,
        fen: int,
        user_cap: bool,
        category_cap: bool,
        use_by: str,
        people: str,
    ) -> None:
        terms = {
            "amount_fen": fen,
            "face_fen": 60_000,
            "rate_bp": 5000,
            "item_cap_fen": 45_000,
            "categories": [LEGAL, TAX],
            "category_caps": {LEGAL: 70_007} if category_cap else {},
            "user_cap_fen": 50_000 if user_cap else 0,
            "target_region": people,
            "target_kinds": ["person", "firm"] if fen % 2 else ["person"],
            "use_by": use_by,
            "redeem_by": "2027-03-31",
        }
        said = self.reference.may_open((region, year), terms)
        asked = {"fund": FUND, "year": year, "region": region, **terms}
        outcome = self.agree(said, fate, "open_batch", **asked)
        if said == DONE:
            self.reference.opened(outcome["result"]["id"], (region, year), terms)

    @action(1, when=lambda it: len(it.reference.batches) > 2, fate=FATES, n=SMALL)
    def close_batch(self, fate: Fate, n: int) -> None:
        id_ = self.some_batch(n)
        self.agree(self.reference.close_batch(id_), fate, "close_batch", batch_id=id_)

    @action(
        4,
        when=lambda it: it.reference.batches,
        fate=FATES,
        n=SMALL,
        who=st.sets(st.integers(0, 4), min_size=1, max_size=3),
    )
    def grant(self, fate: Fate, n: int, who: set[int]) -> None:
        id_ = self.some_batch(n)
        people = [*self.reference.users, "00000000-0000-4000-8000-000000000000"]
        holders = [people[each] for each in who]
        said = self.reference.may_grant(id_, set(holders))
        asked = {"batch_id": id_, "holders": holders}
        self.agree(said, fate, "grant_vouchers", **asked)
        if said == DONE:
            for holder in holders:
                self.reference.grant(voucher_id(id_, holder), id_, holder)

    @action(2, when=lambda it: it.reference.batches, fate=FATES, n=SMALL, listed=st.booleans())
    def run_of_grants(self, fate: Fate, n: int, listed: bool) -> None:
        id_ = self.some_batch(n)
        holders = sorted(self.reference.users) if listed else None
        closed = self.reference.batches[id_].state != "open"
        said = "voucher-ledger.batch-closed" if closed else DONE
        outcome = self.agree(said, fate, "start_grant_run", batch_id=id_, holders=holders)
        if said == DONE:
            self.runs[outcome["result"]["id"]] = id_
        self.carry_out(fate)

    @action(1, fate=FATES)
    def carry_out(self, fate: Fate) -> None:
        """Runs go on, which a frozen budget had stopped; each replica may die in a chunk."""
        self.tick(fate, lambda world: carry_out_runs(world.ledger, world.commands, 2))
        database, reference = self.replicas.world.ledger.database, self.reference
        for row in database.rows("SELECT id, batch_id, holder FROM vouchers ORDER BY batch_id, id"):
            id_, holder = row["batch_id"], row["holder"]
            if row["id"] not in reference.vouchers:
                assert reference.standing(id_, holder) == DONE
                assert reference.budgets[reference.batches[id_].of].state == "open"
                reference.grant(row["id"], id_, holder)
                assert reference.batches[id_].left >= 0
        for row in database.rows("SELECT id, source, state FROM grant_runs"):
            if row["id"] in self.runs:
                self._ended(row["id"], row["source"], row["state"])

    def _ended(self, run: str, source: str, state: str) -> None:
        id_ = self.runs[run]
        batch = self.reference.batches[id_]
        waiting = [u for u in self.reference.users if self.reference.standing(id_, u) == DONE]
        if state == "running":
            assert self.reference.budgets[batch.of].state == "frozen"
            return
        del self.runs[run]
        if state == "exhausted":
            assert batch.left < batch.terms["face_fen"], "a run ends where the money does"
        elif state == "batch-closed":
            assert batch.state == "closed"
        elif source == "rule":
            assert not waiting, "a run by rule has asked everybody"

    @action(1, n=SMALL)
    def verify(self, n: int) -> None:
        id_ = pick(self.reference.users, n)
        user = self.reference.users[id_]
        user.verified = True
        world = self.replicas.world
        world.verify(id_, user.region, user.kind)

    @action(2, n=SMALL, provider=st.booleans(), frozen=st.sampled_from([True, False, False]))
    def freeze_account(self, n: int, provider: bool, frozen: bool) -> None:
        people = [o.provider for o in self.reference.offers.values()] if provider else []
        id_ = pick(people or list(self.reference.users), n)
        name = "identity.AccountFrozen" if frozen else "identity.AccountUnfrozen"
        account = str(uuid.uuid5(uuid.NAMESPACE_URL, id_))
        self.replicas.world.hear(name, account, case_id=account, subject_id=id_)
        (self.reference.frozen.add if frozen else self.reference.frozen.discard)(id_)

    @action(2, n=SMALL, withdrawn=st.sampled_from([True, False, False]))
    def withdraw_or_whitelist(self, n: int, withdrawn: bool) -> None:
        id_ = pick(self.reference.offers, n)
        offer, world = self.reference.offers[id_], self.replicas.world
        if withdrawn:
            offer.valid_from = offer.valid_until = None
            offer.rate_bp = offer.cap = 0
            world.hear("catalog.ListingWithdrawn", id_, reason="x")
            return
        offer.valid_from, offer.valid_until = "2026-01-01", ("2026-12-31", "2027-12-31")[n % 2]
        offer.rate_bp, offer.cap = 4000 + n, 50_000
        terms = {"rate_bp": offer.rate_bp, "cap_fen": offer.cap}
        days = {"valid_from": offer.valid_from, "valid_until": offer.valid_until}
        world.hear("catalog.ListingWhitelisted", id_, **terms, **days)

    @action(5, when=lambda it: it.reference.vouchers, fate=FATES, n=SMALL, who=SMALL)
    def claim(self, fate: Fate, n: int, who: int) -> None:
        id_ = pick(self.reference.vouchers, n)
        person = self.reference.vouchers[id_].holder
        if who == 9:
            person = pick(self.reference.users, n)
        said = self.reference.claim(id_, person)
        self.agree(said, fate, "claim_voucher", person, person, voucher_id=id_)
