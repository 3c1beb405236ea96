"""A report as people read it, in Chinese and English."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from oversight.domain.finding import Finding
from oversight.domain.report import BROKEN, CLEAN, FINDINGS, Report, Seal

Say = Callable[[str], None]

WORDS = {
    CLEAN: ("无异常", "CLEAN: nothing was found", "green"),
    FINDINGS: ("有监理发现", "FINDINGS", "yellow"),
    BROKEN: ("历史与签名不符", "BROKEN: history is not what was signed", "red"),
}
SHOWN = 20
"""Findings that are printed; the JSON report has more."""


def print_report(report: Report, seconds: float, say: Say = click.echo) -> None:
    """Print what was checked, what was found, and the verdict."""
    say("日志与封印 / logs and their seals")
    for log, seal in report.seals.items():
        for line in seal_lines(log, seal):
            say(line)
    if report.totals:
        say("重算余额(分)/ balances rebuilt (fen)")
        for row in report.totals:
            say(f"  {row['fund']} {row['region']} {row['year']}  {balances(row['balances'])}")
    if report.findings:
        say(f"监理发现 {report.found} 项 / {report.found} findings")
    for finding in report.findings[:SHOWN]:
        say(finding_line(finding))
    if report.found > SHOWN:
        say(f"  … 其余 {report.found - SHOWN} 项 / {report.found - SHOWN} more")
    zh, en, colour = WORDS[report.verdict]
    entries = sum(seal.entries for seal in report.seals.values())
    line = f"核验结论 / verdict: {zh} / {en}  ({entries:,} 条 / entries, {seconds:.1f} s)"
    say(click.style(line, fg=colour, bold=True))


def seal_lines(log: str, seal: Seal) -> list[str]:
    """What is known of one log's seal."""
    if not seal.entries:
        return [f"  {log:15} 空 / empty"]
    cosigners = ", ".join(seal.cosigned_by) or "-"
    known = f"检查点 / checkpoint {seal.size:,}, 副署至 / cosigned to {seal.cosigned:,}"
    lines = [
        f"  {log:15} {seal.entries:>10,} 条 / entries, {known}",
        f"  {'':15} 树根 / root {seal.root or '-'}",
        f"  {'':15} 签署 / signed by {seal.signed_by or '-'}, 副署 / cosigned by {cosigners}",
    ]
    if seal.unjudged:
        lines.append(
            f"  {'':15} 末尾 {seal.unjudged} 条所依据的条目尚未跟踪到,未按规则核验"
            f" / the last {seal.unjudged} rely on entries not followed yet: rules not asked"
        )
    return lines


def finding_line(finding: Finding) -> str:
    """A finding in one line."""
    place = finding.log if finding.position is None else f"{finding.log}/{finding.position}"
    return f"  ! {finding.rule}  {place}: {finding.zh} / {finding.en}"


def balances(found: Mapping[str, Any]) -> str:
    """Buckets with their amounts in fen."""
    return "  ".join(f"{bucket}={fen:,}" for bucket, fen in found.items())
