"""Which addresses are the public internet's: whatever fetches for somebody goes there and nowhere else."""

from __future__ import annotations

import ipaddress
from typing import Final

# Networks `is_global` of older Python versions calls global, or that translate to inner ones.
_ALSO_INNER: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "198.18.0.0/15",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
        "fec0::/10",
    )
)


def is_public(address: str) -> bool:
    """Whether it is a unicast address of the public internet; mapped IPv4 is judged as IPv4."""
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0].strip("[]"))
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    inner = any(ip.version == network.version and ip in network for network in _ALSO_INNER)
    return ip.is_global and not ip.is_multicast and not inner
