"""The ways of the pilot jurisdictions: each file is read, and a node set up by it takes its partners in."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from rongshu.federation.actions.add_partner import add_partner
from rongshu.federation.models import LocalNode, Partner
from rongshu.federation.profiles import profile, profile_codes, setting_for
from rongshu.foundation.identifiers import new_id
from rongshu.library.tests.conftest import Library, library

__all__ = ["library"]

JURISDICTIONS = {
    "anhui", "beijing", "chongqing", "guangdong", "guangxi", "guizhou", "hubei", "hunan", "jilin", "lhasa",
    "shandong",
}  # fmt: skip

_AS_OPERATOR = ("--url", "https://node.example", "--as", "operator")


def test_there_is_a_profile_for_each_pilot_jurisdiction() -> None:
    assert set(profile_codes()) == JURISDICTIONS


def test_a_node_of_every_role_is_set_up_with_its_partners(library: Library) -> None:
    roles = [(code, role) for code in sorted(JURISDICTIONS) for role in profile(code).roles]
    for code, role in roles:
        partners = profile(code).roles[role]
        call_command("federation", "profile", code, "--role", role, *_AS_OPERATOR)
        assert (LocalNode.objects.get().role, LocalNode.objects.get().profile) == (role, code)
        for each in partners:
            taken = add_partner(
                actor=library.operator, node=new_id(), name="示范节点", base_url=f"https://{new_id()}.example",
                organization=library.government, setting=setting_for(role, each["role"], code),
            )  # fmt: skip
            assert (taken.role, taken.relation) == (each["role"], each["relation"])


def test_an_unknown_profile_is_refused_and_nothing_changes(library: Library) -> None:
    with pytest.raises(CommandError, match="没有这个区域方案"):
        call_command("federation", "profile", "atlantis", "--role", "hub", *_AS_OPERATOR)
    assert not LocalNode.objects.exists()
    assert not Partner.objects.exists()
