"""What has to add up at the end of a drill, and how its figures compare with those it is meant to reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from rongshu.project.drilling.day import ARRIVED, ARRIVED_BELOW, FOUND, GONE, LOST_FROM_SEARCH
from rongshu.project.drilling.percentiles import percentile
from rongshu.project.drilling.report import Check, Figure

Found = Mapping[str, Any]
_P95: Final = 0.95


def checks_of(found: Found) -> list[Check]:
    """Return what has to add up, of what the stages found."""
    return [check for account in _ACCOUNTS for check in account(found)]


def _rest(found: Found) -> Iterator[Check]:
    settled = found["settle"]
    yield Check("全部节点收敛", not settled["moving"], "；".join(settled["moving"]) or "没有未完成的交换")
    quarantined = sum(settled["quarantined"].values())
    yield Check("没有资源被隔离", not quarantined, f"隔离 {quarantined} 条")


def _manifests(found: Found) -> Iterator[Check]:
    for city, (there, here) in found["settle"]["manifests"].items():
        details = f"市级 {there['count']} 条，省级 {here['count']} 条"
        yield Check(f"清单一致：{city}", there == here, details)
    for city, (there, here) in found["settle"]["downward"].items():
        details = f"省级 {there['count']} 条，市级 {here['count']} 条"
        yield Check(f"下行清单一致：{city}", there == here, details)


def _recalls(found: Found) -> Iterator[Check]:
    recalls = found["settle"]["recalls"]
    missing = recalls["unconfirmed"]
    details = f"撤稿 {recalls['recalled']} 次，应有确认 {recalls['wanted']} 份，缺 {len(missing)} 份"
    yield Check("撤稿逐节点确认", not missing, _with(details, missing))
    still = recalls["still_shown"]
    yield Check("撤稿后没有节点仍在使用", not still, _with(f"仍在使用 {len(still)} 处", still))


def _proofs(found: Found) -> Iterator[Check]:
    proven = found["settle"]["proofs"].values()
    broken = [each for one in proven for each in one["broken"]]
    checked = sum(one["checked"] for one in proven)
    yield Check("来源签名逐条验证", not broken, _with(f"验证 {checked} 条，不符 {len(broken)} 条", broken))


def _day(found: Found) -> Iterator[Check]:
    lost = found["day"]["lost"]
    yield Check("变更与撤稿没有丢失", not lost, "；".join(lost) or "全部到达")
    sent = [kind for each in found["settle"]["errands"].values() for kind in each.values()]
    wanted, accepted = sum(sum(kind.values()) for kind in sent), sum(kind["accepted"] for kind in sent)
    yield Check("报送与下发均有回执", accepted == wanted, f"发出 {wanted} 件，已采用 {accepted} 件")


def _moves(found: Found) -> Iterator[Check]:
    """Every article of an old site is stored, a duplicate of something, or refused for a reason."""
    owners = found["settle"]["owners"]
    for key, name in (("move-1", "省级迁移第一批"), ("move-2", "省级迁移第二批")):
        batch = found[key]
        if "sites" in batch:
            # After the day, not after the move: what the kills of the day lost would show here.
            yield from _batch(batch, name, owners)
    for region, batch in found["move-cities"]["cities"].items():
        yield from _batch(batch, f"迁移：{region}", batch["held"])


def _batch(batch: Found, name: str, held: Mapping[str, int]) -> Iterator[Check]:
    sites, totals = batch["sites"], batch["totals"]
    left = [f"{one['site']}：{one['reason'] or one['state']}" for one in sites if one["state"] != "finished"]
    details = f"{len(sites)} 个旧网站，完成 {len(sites) - len(left)} 个"
    yield Check(f"{name}：全部完成", not left and batch["is_finished"], _with(details, left))
    source, stored = totals["source_count"], totals["stored"]
    listed = totals["duplicates"] + totals["refused"]
    details = f"来源 {source}，入库 {stored}，重复或列明原因 {listed}"
    yield Check(f"{name}：对账", source == stored + listed, details)
    yield _held(sites, name, held)


def _held(sites: list[Found], name: str, held: Mapping[str, int]) -> Check:
    """The report of every site, beside what the library has of the organisation whose site it is."""
    told = {one["site"]: one["counts"].get("stored", 0) for one in sites}
    differing = [
        f"{slug} 报告 {said} 条，资源库 {held[slug]} 条" for slug, said in told.items() if said != held[slug]
    ]
    total = sum(held[slug] for slug in told)
    details = f"报告入库 {sum(told.values())} 条，资源库现有 {total} 条"
    return Check(f"{name}：报告与资源库逐站相符", not differing, _with(details, differing))


def _with(said: str, which: list[str]) -> str:
    """Name the first few of what is wrong; the report as data has them all."""
    return f"{said}：{'；'.join(which[:5])}" if which else said


_ACCOUNTS: Final[tuple[Callable[[Found], Iterator[Check]], ...]] = (
    _rest, _manifests, _recalls, _proofs, _day, _moves,
)  # fmt: skip

TARGETS: Final = {ARRIVED: 5.0, FOUND: 8.0, ARRIVED_BELOW: 5.0, GONE: 10.0, LOST_FROM_SEARCH: 10.0}
"""Seconds that 95 of 100 times may reach at most."""
# 300,000 records in ten minutes, whatever the size of the drill.
_PER_SECOND: Final = 500
_MOST_MEMORY: Final = 6000.0
_AT_FULL_SIZE: Final = 17


def figures_of(found: Found) -> list[Figure]:
    """Return what was measured beside what is to be reached."""
    first, memory = found["first"], found["settle"]["memory"]
    total, allowed = sum(memory.values()), _MOST_MEMORY * len(memory) / _AT_FULL_SIZE
    return [
        Figure(
            "首次汇聚",
            f"≥ {_PER_SECOND} 条/秒（30 万条 10 分钟）",
            f"{first['total']:,} 条用 {first['took']} 秒，{first['per_second']:,} 条/秒",
            first["per_second"] >= _PER_SECOND,
        ),
        *(_figure(what, most, found["day"]["times"].get(what, [])) for what, most in TARGETS.items()),
        Figure(
            f"{len(memory)} 个节点空闲时的内存（PSS）",
            f"≤ {allowed:,.0f} MB（17 个节点 6 GB）",
            f"{total:,.0f} MB",
            total <= allowed,
        ),
    ]


def _figure(what: str, most: float, times: list[float]) -> Figure:
    reached = percentile(times, _P95)
    measured = f"{reached:.2f} 秒（{len(times)} 次，中位 {percentile(times, 0.5):.2f} 秒）"
    return Figure(what, f"95% ≤ {most:.0f} 秒", measured, bool(times) and reached <= most)
