"""Primary keys grow with time; short ids are stable, readable and spread evenly."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from rongshu.foundation.identifiers import created_at, is_short_id, new_id, read_short_id, short_id


def test_new_ids_are_standard_uuid7_in_growing_order() -> None:
    ids = [new_id() for _ in range(2000)]
    assert all(
        type(each) is uuid.UUID and each.version == 7 and each.variant == uuid.RFC_4122 for each in ids
    )
    assert ids == sorted(set(ids))


def test_created_at_reads_the_instant_back() -> None:
    assert abs(created_at(new_id()) - datetime.now(UTC)) < timedelta(minutes=1)
    assert created_at(uuid.UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")) == datetime(
        2022, 2, 22, 19, 22, 22, tzinfo=UTC
    )  # RFC 9562, appendix A.6
    with pytest.raises(ValueError, match="not a UUIDv7"):
        created_at(uuid.uuid4())


def test_short_id_is_a_function_of_uuid_attempt_and_length() -> None:
    identifier = uuid.UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    assert short_id(identifier) == short_id(identifier)
    assert short_id(identifier, length=8) == short_id(identifier)[:8]
    assert short_id(identifier, attempt=1) != short_id(identifier)
    with pytest.raises(ValueError, match="8 to 12"):
        short_id(identifier, length=4)


def test_short_ids_of_consecutive_uuids_do_not_collide_and_use_the_whole_alphabet() -> None:
    shorts = [short_id(new_id()) for _ in range(20_000)]
    assert len(set(shorts)) == len(shorts)
    assert all(map(is_short_id, shorts))
    for place in range(10):
        assert {short[place] for short in shorts} == set("0123456789abcdefghjkmnpqrstvwxyz")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" 0ABCDEFGHJ ", "0abcdefghj"),
        ("oil0oil0oi", "0110011001"),
        ("uuuuuuuuuu", None),
        ("../etc/pas", None),
        ("", None),
    ],
)
def test_a_typed_short_id_is_read_generously(typed: str, meant: str | None) -> None:
    assert read_short_id(typed) == meant
