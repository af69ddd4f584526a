"""`rongshu federation profile|add|status|pull|push|reconcile`: the node, its partners, and what passes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.federation.actions.add_partner import add_partner, checked_address
from rongshu.federation.actions.ask_uses import ask_uses
from rongshu.federation.actions.keys import pin_key
from rongshu.federation.actions.pull_partner import compare_now, pull_partner
from rongshu.federation.actions.send_messages import hint, send_to
from rongshu.federation.actions.set_up_node import set_up_node
from rongshu.federation.calling import describe
from rongshu.federation.errors import FingerprintDiffers, PartnerMalformed, PartnerStopped
from rongshu.federation.management.deeds import Deed
from rongshu.federation.models import Partner
from rongshu.federation.profiles import profile, profile_codes, setting_for
from rongshu.federation.queries.feed import feed_position
from rongshu.federation.queries.local import local_node
from rongshu.federation.queries.partners import get_partner_for, partners_for
from rongshu.federation.signing.keys import VerifyingKey, spoken_fingerprint, written_fingerprint
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.installation import this_installation
from rongshu.organizations.models import Organization
from rongshu.sites.queries.sites import get_site_for

FAILED: Final = 3


def _add_profile_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help=f"方案：{'、'.join(profile_codes())}")
    parser.add_argument("--role", choices=Partner.Role.values, required=True, help="本节点的角色")
    parser.add_argument("--url", required=True, help="其他节点访问本节点的网址")
    parser.add_argument("--region", default="", help="本节点的区划代码")


def _set_up(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    chosen = profile(options["name"])
    set_up_node(
        actor=actor, role=options["role"], base_url=options["url"], region_code=options["region"],
        profile=chosen.code,
    )  # fmt: skip
    command.stdout.write(
        f"本节点按“{chosen.name}”（{chosen.source}）设置为 {Partner.Role(options['role']).label}"
    )
    for each in chosen.roles.get(options["role"], ()):
        command.stdout.write(f"  可登记：{Partner.Role(each['role']).label}（{each['relation']}）")
    return 0


def _add_add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", help="对方节点的网址")
    parser.add_argument(
        "--organization", required=True, metavar="CODE", help="代表对方的机构的统一社会信用代码"
    )
    parser.add_argument("--fingerprint", help="经电话或公文核对过的对方密钥指纹；不给则只显示对方说明")
    parser.add_argument("--site", metavar="CODE", help="对方资源的目标站点代号（委托审批按它给出）")
    parser.add_argument("--role", choices=Partner.Role.values, help="对方的角色，默认按其说明")
    parser.add_argument("--name", help="对方的名称，默认按其说明")


def _add(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    described = describe(checked_address(options["url"]))
    node = UUID(described["node"])
    keys = [VerifyingKey.of_jwk(node, jwk) for jwk in described["keys"]["keys"]]
    if not options["fingerprint"]:
        _tell_node(command, described, keys)
        return FAILED
    fingerprint = written_fingerprint(options["fingerprint"])
    key = next((each for each in keys if each.key_id == fingerprint), None)
    if key is None:
        raise FingerprintDiffers(fields={"fingerprint": options["fingerprint"]})
    role, local = options["role"] or described.get("role", ""), local_node()
    if role not in Partner.Role.values:
        raise PartnerMalformed(fields={"role": "、".join(Partner.Role.values)})
    site = get_site_for(viewer_for(actor), options["site"]) if options["site"] else None
    partner = add_partner(
        actor=actor, node=node, name=options["name"] or described["name"], base_url=options["url"],
        organization=_organization(options["organization"]),
        setting=replace(setting_for(local.role, role, local.profile), target_site=site),
    )  # fmt: skip
    pin_key(actor=actor, node=node, jwk=dict(key.jwk), fingerprint=key.key_id)
    command.stdout.write(f"已登记 {partner.name}（{node}）；委托审批的来源写作 {partner.source}")
    return 0


def _tell_node(command: BaseCommand, described: dict[str, Any], keys: Iterable[VerifyingKey]) -> None:
    command.stdout.write(f"{described['name']}（{described['node']}），角色 {described.get('role', '')}")
    for key in keys:
        command.stdout.write(f"  密钥指纹 {spoken_fingerprint(key.key_id)}")
    command.stdout.write("请经电话或公文与对方核对指纹，然后加上 --fingerprint 再次运行。")


def _organization(code: str) -> Organization:
    found = Organization.objects.filter(credit_code=code.strip().upper()).select_related("region").first()
    if found is None:
        raise PartnerMalformed(fields={"organization": "没有这个统一社会信用代码的机构，请先建立"})
    return found


def _add_partner_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("node", nargs="?", type=UUID, help="节点标识，默认全部")


def _add_status_arguments(parser: argparse.ArgumentParser) -> None:
    _add_partner_argument(parser)
    parser.add_argument("--json", action="store_true", help="以 JSON 打印")


def _status(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    position, local = feed_position(), local_node()
    partners = [_state_of(partner, position.last) for partner in _chosen(actor, options)]
    if options["json"]:
        told = {
            "node": str(this_installation().node_id), "role": local.role, "profile": local.profile,
            "epoch": str(position.epoch), "last": position.last, "partners": partners,
        }  # fmt: skip
        command.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    role = Partner.Role(local.role).label
    command.stdout.write(
        f"本节点 {this_installation().node_id}（{role}），变更 {position.last}，纪元 {position.epoch}"
    )
    for each in partners:
        command.stdout.write(
            f"{each['name']}（{each['state']}）：待收 {each['lag']}，对方未取 {each['behind']}，"
            f"隔离 {each['quarantined']}，待发 {each['waiting']}，最近联系 {each['last_contact'] or '从未'}"
            + (f"，失败 {each['failures']} 次：{each['error']}" if each["failures"] else "")
        )
    return 0


def _state_of(partner: Partner, last: int) -> dict[str, Any]:
    contact = partner.last_contact_at
    return {
        "node": str(partner.pk),
        "name": partner.name,
        "state": partner.get_state_display(),
        "cursor": partner.cursor,
        "lag": partner.lag,
        "behind": max(last - partner.given_number, 0) if partner.gives else 0,
        "held": partner.foreign_resources.filter(kind="upsert").count(),
        "quarantined": partner.quarantined.filter(state="waiting").count(),
        "waiting": partner.messages.filter(direction="out", status__in=["waiting", "failed"]).count(),
        "last_contact": f"{timezone.localtime(contact):%Y-%m-%d %H:%M:%S}" if contact else "",
        "failures": partner.failures,
        "error": partner.error,
    }


def _pull(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    def pull(partner: Partner) -> str:
        _require_exchange(partner, is_asked=True)
        pulled = pull_partner(partner)
        told = "，".join(
            f"{_OUTCOMES.get(name, name)} {count}" for name, count in sorted(pulled.counts.items()) if count
        )
        return f"{told or '没有新的变更'}，生效 {pulled.effective}，{pulled.bytes} 字节"

    return _at_each(command, _chosen(actor, options), pull)


_OUTCOMES: Final = {
    "stored": "新收", "updated": "更新", "withdrawn": "撤回", "purged": "清除", "ignored": "无变化",
    "quarantined": "隔离", "unreadable": "无法读取",
}  # fmt: skip


def _push(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    def push(partner: Partner) -> str:
        _require_exchange(partner)
        sent, heard = send_to(partner), hint(partner)
        return f"发出 {sent} 条消息，{'已' if heard else '未能'}提示对方获取"

    return _at_each(command, _chosen(actor, options), push)


def _reconcile(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    def reconcile(partner: Partner) -> str:
        _require_exchange(partner, is_asked=True)
        found = compare_now(partner)
        if found.equal:
            return f"一致，共 {found.count} 条"
        return f"共 {found.count} 条，补收 {found.missing} 条，撤下 {found.departed} 条"

    return _at_each(command, _chosen(actor, options), reconcile)


def _require_exchange(partner: Partner, *, is_asked: bool = False) -> None:
    """What somebody paused is not gone round by a command; a window of hours an operator may go round."""
    is_stopped = partner.state in (Partner.State.PAUSED, Partner.State.REFUSED)
    if is_stopped or (is_asked and not partner.pulls):
        raise PartnerStopped


def _at_each(command: BaseCommand, partners: Iterable[Partner], deed: Any) -> int:
    failed = 0
    for partner in partners:
        try:
            command.stdout.write(f"{partner.name}：{deed(partner)}")
        except RongshuError as error:
            failed = FAILED
            reason = error.fields.get("code") or error.code
            command.stderr.write(f"{partner.name}：{error.message}（{reason}）")
    return failed


def _chosen(actor: Person, options: dict[str, Any]) -> list[Partner]:
    viewer = viewer_for(actor)
    if options["node"]:
        return [get_partner_for(viewer, options["node"])]
    return list(partners_for(viewer).order_by("name", "id"))


def _uses(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    def ask(partner: Partner) -> str:
        _require_exchange(partner)
        return f"使用本节点的资源 {ask_uses(partner)} 处"

    return _at_each(command, _chosen(actor, options), ask)


DEEDS: Final = (
    Deed("profile", "按区域方案设置本节点的角色和网址", _set_up, _add_profile_arguments),
    Deed("add", "登记一个联通节点", _add, _add_add_arguments),
    Deed("status", "各节点的状态、进度、错误", _status, _add_status_arguments),
    Deed("pull", "立即从各节点获取变更", _pull, _add_partner_argument),
    Deed("push", "立即发出等待的消息，并提示各节点获取", _push, _add_partner_argument),
    Deed("reconcile", "按清单核对并补齐", _reconcile, _add_partner_argument),
    Deed("uses", "询问各节点在哪些栏目使用本节点的资源", _uses, _add_partner_argument),
)
