"""The ways of the pilot jurisdictions: a node of each role boots and gives each partner what is its."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command

from rongshu.federation.actions.add_partner import PartnerSetting, add_partner
from rongshu.federation.actions.keep_feed import number_changes
from rongshu.federation.actions.keys import pin_key
from rongshu.federation.conformance.session import Session
from rongshu.federation.envelope import record_of, statement_of
from rongshu.federation.models import ForeignResource, LocalNode, Partner
from rongshu.federation.profiles import profile, profile_codes, setting_for
from rongshu.federation.queries.keys import may_endorse
from rongshu.federation.queries.states import states_of
from rongshu.federation.signing.keys import SigningKey
from rongshu.federation.signing.proofs import prove
from rongshu.federation.tests.neighbourhood import (
    Neighbour,
    follow_events,
    neighbour_of,
    this_node,
)
from rongshu.foundation import clock
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.installation import node_id
from rongshu.library.models import SourceApp
from rongshu.publishing.tests.world import World

JURISDICTIONS = {
    "anhui", "beijing", "chongqing", "guangdong", "guangxi", "guizhou", "hubei", "hunan", "jilin", "lhasa",
    "shandong",
}  # fmt: skip

_AS_OPERATOR = ("--url", "https://node.example", "--as", "operator")


def test_there_is_a_profile_for_each_pilot_jurisdiction() -> None:
    assert set(profile_codes()) == JURISDICTIONS


@pytest.mark.parametrize("code", sorted(JURISDICTIONS))
def test_a_node_of_every_role_boots_and_serves_its_partners(world: World, code: str) -> None:
    ours, foreign = _records(world)
    for role, partners in profile(code).roles.items():
        call_command("federation", "profile", code, "--role", role, *_AS_OPERATOR)
        described = this_node("GET", "http://node.localhost/-/federation/v1/node", {}, b"").json()
        assert (described["role"], described["url"]) == (role, "https://node.example")
        for each in partners:
            given = _given_to(_joined(world, setting_for(role, each["role"], code)))
            # Its own records every partner has; those of others whom it passes them on to.
            assert (str(ours) in given, str(foreign) in given) == (True, each["relays"]), (role, each)


def _records(world: World) -> tuple[UUID, UUID]:
    """A record of ours and one of another node's, in the feed."""
    SourceApp.objects.get_or_create(code="federation", defaults={"name": "资源联通", "adapter": "federation"})
    sender, ours = neighbour_of(world), world.effective()
    foreign = world.effective(id=new_id(), origin_node=sender.node, origin_version=1, source_app="federation")
    follow_events()
    [state] = states_of([ours.pk], node_id())
    assert state.facts is not None
    record = record_of({**state.facts, "id": str(foreign.pk)}, node=sender.node, version=1, at=clock.now())
    assert foreign.effective_version is not None
    ForeignResource.objects.create(
        resource=foreign, origin_node=sender.node, origin_version=1, kind="upsert", header=record,
        partner=sender.partner, digest=foreign.effective_version.digest,
        proof=prove(statement_of(record), sender.key).as_json(),
    )  # fmt: skip
    number_changes([foreign.pk])
    return ours.pk, foreign.pk


def _joined(world: World, setting: PartnerSetting) -> Neighbour:
    node = uuid4()
    key = SigningKey.generate(node)
    partner = add_partner(
        actor=world.operator, node=node, name="示范节点", base_url=f"https://{node}.example",
        organization=world.library.government, setting=setting,
    )  # fmt: skip
    pin_key(actor=world.operator, node=node, jwk=key.signer.public_jwk(), fingerprint=key.key_id)
    assert may_endorse(node) == setting.endorses
    return Neighbour(node, key, partner)


def _given_to(neighbour: Neighbour) -> set[str]:
    """Everything the node gives a partner that asks."""
    session = Session(neighbour.asker())
    return {str(envelope["record"]["id"]) for envelope in session.envelopes()}


def test_who_has_nodes_behind_it_passes_on_their_records_and_their_keys() -> None:
    """Three levels: what a district publishes reaches the province, and is proven there."""
    for code in ("guangdong", "jilin"):
        assert setting_for("city", "hub", code).relays
        assert setting_for("hub", "city", code).endorses
        assert setting_for("district", "city", code).endorses
    assert not setting_for("city", "hub", "anhui").relays
    assert not setting_for("hub", "city", "anhui").endorses
    assert profile("guizhou").roles == {"hub": []}


def test_an_unknown_profile_is_refused_and_nothing_changes(world: World) -> None:
    with pytest.raises(CommandError, match="没有这个区域方案"):
        call_command("federation", "profile", "atlantis", "--role", "hub", *_AS_OPERATOR)
    assert not LocalNode.objects.exists()
    assert not Partner.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("profile", "anhui", "--role", "hub", "--url", "node.example"), "partner-malformed"),
        (("profile", "anhui", "--role", "hub", "--url", "http://[::1"), "partner-malformed"),
        (
            ("profile", "anhui", "--role", "hub", "--url", "https://n.example", "--region", "皖"),
            "partner-malformed",
        ),
        (("add", "ftp://node.example", "--organization", "0"), "partner-malformed"),
        (("add", "http://127.0.0.1:1", "--organization", "0"), "partner-unreachable"),
        (("status", "00000000-0000-0000-0000-000000000000"), "not-found"),
        (("keys", "revoke", "zzzz", "--reason", "测试"), "not-found"),
    ],
)
def test_what_a_command_can_not_do_it_says_in_one_line(
    world: World, arguments: tuple[str, ...], code: str
) -> None:
    with pytest.raises(CommandError, match=code):
        call_command("federation", *arguments, "--as", "operator")
    assert not LocalNode.objects.exists()
    assert not Partner.objects.exists()


@pytest.mark.parametrize("deed", ["pull", "push", "reconcile"])
def test_a_command_does_not_go_round_a_pause(
    world: World, deed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    partner = neighbour_of(world, state="paused").partner
    with pytest.raises(SystemExit):
        call_command("federation", deed, str(partner.pk), "--as", "operator")
    assert "partner-stopped" in capsys.readouterr().err
    partner.refresh_from_db()
    assert (partner.failures, partner.last_contact_at) == (0, None)
