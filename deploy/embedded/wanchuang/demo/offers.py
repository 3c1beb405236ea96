"""What is offered, and what public money pays for."""

from datetime import date

from wanchuang.demo.job import Job
from wanchuang.demo.plan import Service


def publish_services(job: Job) -> None:
    """Providers publish; 省人社厅 whitelists most of it for vouchers."""
    owner = job.tokens["owner"]
    terms = {
        "valid_from": job.day.isoformat(),
        "valid_until": date(job.day.year, 12, 31).isoformat(),
        "rate_bp": 5000,
        "cap_fen": 80_000,
    }

    def publish(service: Service) -> None:
        body = {
            "category": service.category,
            "title": service.title,
            "description": f"{service.title},含一次现场服务与书面成果",
            "price_fen": service.price_fen,
            "confirmed": True,
        }
        token = job.tokens[service.provider]
        answer = job.until_heard(
            f"publish/{service.key}",
            {"catalog.provider-not-admitted"},
            lambda key: job.api.command(key, "/listings", body, token),
        )
        job.expect(service.key, answer, "")
        job.listings[service.key] = answer.body["id"]
        job.counts["services"] += 1
        if service.whitelisted:
            path = f"/listings/{answer.body['id']}/whitelisting"
            job.api.do(f"whitelist/{service.key}", path, terms, owner)

    job.each("发布服务", "publishing services", job.plan.services, publish)
