"""Canonical JSON is RFC 8785, on the fast path and on the library's."""

import hashlib
import math

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from rongshu.foundation.canonical_json import (
    DigestMalformed,
    JSONValue,
    NotCanonicalizable,
    canonical_json,
    digest,
    digest_of_bytes,
    digest_of_chunks,
    split_digest,
)

SAFE = 2**53 - 1
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-SAFE, SAFE)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30
)


@given(values)
def test_equals_the_reference_library(value: JSONValue) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


def test_the_example_of_rfc_8785_section_3_2_2() -> None:
    value: JSONValue = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert (
        canonical_json(value)
        == (
            '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        ).encode()
    )


def test_keys_sort_by_utf16_code_units_as_section_3_2_3_shows() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = canonical_json(dict.fromkeys(keys, 0)).decode()
    order = ["\\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert written == "{" + ",".join(f'"{key}":0' for key in order) + "}"


def test_chinese_is_not_escaped_and_order_of_keys_does_not_matter() -> None:
    assert canonical_json({"b": 1, "a": "榕树"}) == '{"a":"榕树","b":1}'.encode()
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})


CYCLE: list[object] = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, 2**53, -(2**53), "\ud800", {1: "a"}, {"a": {1}}, b"a", object(), CYCLE]
)
def test_what_has_no_canonical_form_is_refused(value: JSONValue) -> None:
    with pytest.raises(NotCanonicalizable) as refusal:
        canonical_json(value)
    assert refusal.value.code == "not-canonicalizable"


def test_digests_are_tagged_and_both_algorithms_are_the_standard_ones() -> None:
    assert digest_of_bytes(b"abc") == "sha256:" + hashlib.sha256(b"abc").hexdigest()
    # GB/T 32905-2016, annex A.1
    assert digest_of_bytes(b"abc", algorithm="sm3") == (
        "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
    assert digest_of_chunks([b"a", b"bc"]) == digest_of_bytes(b"abc")


def test_split_digest_accepts_only_what_we_write() -> None:
    assert split_digest(digest("x")) == ("sha256", digest("x")[7:])
    for wrong in ("", "sha256:", "md5:" + "0" * 64, "sha256:" + "A" * 64, "0" * 64, "sm3:" + "0" * 63):
        with pytest.raises(DigestMalformed):
            split_digest(wrong)


def test_unknown_algorithm_is_refused() -> None:
    with pytest.raises(DigestMalformed):
        digest("x", algorithm="md5")
