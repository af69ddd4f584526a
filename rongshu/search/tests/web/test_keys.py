"""Keys of the interface: known by their digest, limited by minute and day, refused when taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rongshu.foundation import clock
from rongshu.foundation.errors import InvalidInput, NotAllowed
from rongshu.foundation.models import AuditRecord
from rongshu.publishing.tests.world import World
from rongshu.search.actions.manage_api_keys import MadeKey, make_api_key, revoke_api_key
from rongshu.search.actions.use_api_key import use_api_key
from rongshu.search.errors import ApiKeyRefused, QuotaExceeded
from rongshu.search.models import ApiKey, ApiKeyUse


def given(world: World, **limits: int) -> MadeKey:
    return make_api_key(
        actor=world.operator, name="自助终端", organization_id=world.library.education.pk, **limits
    )


def test_a_key_is_kept_as_its_digest_only(world: World) -> None:
    made = given(world)
    assert made.secret not in str(list(ApiKey.objects.values()))
    assert made.secret not in str(list(AuditRecord.objects.values()))
    assert made.secret.startswith(made.key.hint)
    assert use_api_key(made.secret).remaining == 59


def test_keys_are_managed_on_the_platform_only(world: World) -> None:
    made = given(world)
    before = AuditRecord.objects.count()
    with pytest.raises(NotAllowed):
        make_api_key(actor=world.library.writer, name="自助终端", organization_id=world.library.education.pk)
    with pytest.raises(NotAllowed):
        revoke_api_key(actor=world.library.writer, key_id=made.key.pk)
    with pytest.raises(InvalidInput) as refused:
        given(world, per_minute=0, per_day=-1)
    assert set(refused.value.fields) == {"per_minute", "per_day"}
    assert ApiKey.objects.count() == 1
    assert AuditRecord.objects.count() == before
    assert use_api_key(made.secret)


@pytest.mark.parametrize("secret", ["", "rs_unknown", "x" * 5000])
def test_an_unknown_key_is_refused(world: World, secret: str) -> None:
    with pytest.raises(ApiKeyRefused):
        use_api_key(secret)
    assert not ApiKeyUse.objects.exists()


def test_a_key_taken_back_is_refused(world: World) -> None:
    made = given(world)
    revoke_api_key(actor=world.operator, key_id=made.key.pk)
    with pytest.raises(ApiKeyRefused):
        use_api_key(made.secret)


def test_a_minute_holds_so_many_requests(world: World, monkeypatch: Any) -> None:
    made = given(world, per_minute=2)
    now = clock.now().replace(second=10)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert [use_api_key(made.secret).remaining for _ in range(2)] == [1, 0]
    with pytest.raises(QuotaExceeded) as refused:
        use_api_key(made.secret)
    assert refused.value.retry_after == 50
    assert ApiKeyUse.objects.get().count == 2
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=1))
    assert use_api_key(made.secret).remaining == 1


def test_a_day_holds_so_many_requests(world: World) -> None:
    made = given(world, per_day=1)
    use_api_key(made.secret)
    with pytest.raises(QuotaExceeded, match="今天"):
        use_api_key(made.secret)
    assert ApiKeyUse.objects.get().count == 1
