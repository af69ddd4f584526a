"""What the operator of a node does with its neighbours: join, ask, report up, hand down, change keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.queries import person_named
from rongshu.federation.actions.add_partner import PartnerSetting, add_partner
from rongshu.federation.actions.keys import pin_key, rotate_key
from rongshu.federation.actions.keys.make import ensure_own_key
from rongshu.federation.actions.route_partner import add_route
from rongshu.federation.actions.set_up_node import set_up_node
from rongshu.federation.actions.settle_errands import accept_errand, offer_down, report_up
from rongshu.federation.actions.steer_partner import ask_at_once
from rongshu.federation.models import Offer, Partner, Report
from rongshu.foundation import clock
from rongshu.foundation.installation import node_id
from rongshu.library.actions.mandates import give_mandate
from rongshu.library.models import Resource
from rongshu.organizations.models import Organization
from rongshu.project.drilling.declaring import REVIEWER
from rongshu.search.actions.manage_api_keys import make_api_key
from rongshu.sites.models import Column, Site
from rongshu.sites.queries.columns import column_at

Answer = Any
_Errand = TypeVar("_Errand", Report, Offer)


def introduce(_: Person) -> Answer:
    """Answer what a neighbour has to know of this node: its id, and the key that its messages bear."""
    key = ensure_own_key()
    return {"node": str(node_id()), "jwk": dict(key.signer.public_jwk()), "fingerprint": key.key_id}


def join(operator: Person, *, role: str, base_url: str, partners: list[dict[str, Any]]) -> Answer:
    """Take in neighbours: keys, what passes, the column it goes to, and the mandate it is approved under."""
    set_up_node(actor=operator, role=role, base_url=base_url)
    portal = Site.objects.order_by("created_at")[0]
    known = {str(pk) for pk in Partner.objects.values_list("pk", flat=True)}
    for each in partners:
        # A drill that was cut off while its nodes became neighbours begins this again.
        if each["node"] not in known:
            _take_in(operator, portal, each)
    return len(partners)


def _take_in(operator: Person, portal: Site, each: dict[str, Any]) -> None:
    with transaction.atomic():
        partner = add_partner(
            actor=operator,
            node=UUID(each["node"]),
            name=each["name"],
            base_url=each["base_url"],
            organization=Organization.objects.get(credit_code=each["credit_code"]),
            setting=PartnerSetting(
                role=each["role"], relation=each["relation"], target_site=portal, poll_seconds=5
            ),
        )
        pin_key(actor=operator, node=partner.pk, jwk=each["jwk"], fingerprint=each["fingerprint"])
        give_mandate(
            actor=operator,
            source=partner.source,
            target_site_id=portal.pk,
            signers=[person_named(REVIEWER)],
            starts_on=clock.today(),
            ends_on=clock.today() + timedelta(days=30),
            reason="演练：上下级节点资源汇聚的授权",
        )
        column = column_at(portal, each["column"])
        add_route(actor=operator, partner=partner, category=each["category"], column=column)


def ask(operator: Person) -> Answer:
    """Ask every neighbour for what is new, at once."""
    return [str(ask_at_once(actor=operator, partner=each).pk) for each in Partner.objects.all()]


def search_key(operator: Person) -> Answer:
    """Make a key of the search interface that looks as often as it likes; answer its secret."""
    owner = Site.objects.order_by("created_at")[0].sponsor
    made = make_api_key(
        actor=operator, name="演练", organization_id=owner.pk, per_minute=1_000_000, per_day=10_000_000
    )
    return made.secret


def rotate(operator: Person) -> Answer:
    """Give this node a new key."""
    return rotate_key(actor=operator).key_id


def report(operator: Person, *, ids: list[str], wish: str) -> Answer:
    """Report resources up."""
    above = Partner.objects.get(relation=Partner.Relation.ABOVE)
    resources = list(Resource.objects.filter(pk__in=ids))
    return [str(each.pk) for each in report_up(actor=operator, partner=above, resources=resources, wish=wish)]


def offer(operator: Person, *, ids: list[str], is_mandatory: bool) -> Answer:
    """Send resources down to every neighbour below."""
    resources = list(Resource.objects.filter(pk__in=ids))
    return [
        str(each.pk)
        for partner in Partner.objects.filter(relation=Partner.Relation.BELOW)
        for each in offer_down(
            actor=operator, partner=partner, resources=resources, is_mandatory=is_mandatory
        )
    ]


def settle(operator: Person, *, column: str) -> Answer:
    """Accept what neighbours propose and has arrived; answer how much was accepted."""
    target = column_at(Site.objects.order_by("created_at")[0], column)
    return _accept(operator, Report, target) + _accept(operator, Offer, target)


def _accept(operator: Person, model: type[_Errand], column: Column) -> int:
    accepted = 0
    for errand in model.objects.filter(direction=model.Direction.IN, state=model.State.RECEIVED):
        if Resource.objects.filter(pk=errand.resource_id, effective_version__isnull=False).exists():
            accept_errand(actor=operator, errand=errand, column=column)
            accepted += 1
    return accepted
