"""What is public and what lies inside, however the address is written."""

from __future__ import annotations

import pytest

from rongshu.foundation.networks import is_public


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "[2606:4700::1111]", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1",
        "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",
        "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1",
        "2002:7f00:1::", "2001::7f00:1", "2001:db8::1", "x", "",
    ],
)  # fmt: skip
def test_inner_addresses_and_those_that_translate_to_them(address: str) -> None:
    assert not is_public(address)
