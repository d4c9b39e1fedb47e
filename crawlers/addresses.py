"""Only the public net is fetched: an address of this machine or of the network that it stands in is refused, on every hop.

A page or a redirect can name ``http://169.254.169.254/`` or a host that resolves to 10.0.0.1; what stands there is nobody's news (SSRF).
The check is made on what the name was resolved to when the connection is made, so that a name that changes in between is no way around.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.resolver import CachingHostnameResolver

_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


class PrivateAddress(IgnoreRequest):
    """The host is none of the public net."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public net; an IPv4 address inside an IPv6 one counts as itself."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        inner = inner or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def names_private(host: str) -> bool:
    """Whether a host is private by its name alone: a private IP address, or a name that only the local network knows."""
    try:
        return not is_public(host)
    except ValueError:
        name = "." + host.rstrip(".").lower()
        return name.endswith(_LOCAL_NAMES) or name.count(".") == 1


class _PublicOnly:
    """Passes on the public ones of a host's addresses."""

    def __init__(self, receiver: Any, host: str) -> None:
        self.receiver, self.host = receiver, host

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 - Twisted's name
        """A resolution began."""
        self.receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        """The host has this address."""
        if is_public(address.host):
            self.receiver.addressResolved(address)
        else:
            PublicResolver.refused[self.host] = address.host

    def resolutionComplete(self) -> None:  # noqa: N802
        """There are no more addresses."""
        self.receiver.resolutionComplete()


class PublicResolver(CachingHostnameResolver):
    """Resolves names, and IP addresses written as such, to public addresses only; every connection asks it."""

    refused: ClassVar[dict[str, str]] = {}
    """Host → the private address that it was refused for."""

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Twisted's way to ask for a host's addresses."""
        receiver: Any = _PublicOnly(resolutionReceiver, hostName)
        return super().resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


class AddressMiddleware:
    """Refuses hosts that are private by name, which a proxy would reach, and says why no connection was made to the others."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:  # noqa: ARG003 - Scrapy's way to make a middleware
        """Scrapy's way to make a middleware."""
        return cls()

    def process_request(self, request: Request) -> None:
        """Let the request pass, or raise :class:`PrivateAddress`."""
        host = urlsplit(request.url).hostname or ""
        if names_private(host):
            raise PrivateAddress(f"{host} is not on the public net")

    def process_exception(self, request: Request, exception: Exception) -> None:
        """A host without a public address: said as such, and not tried again at once."""
        host = urlsplit(request.url).hostname or ""
        if isinstance(exception, CannotResolveHostError) and host in PublicResolver.refused:
            raise PrivateAddress(f"{host} leads to {PublicResolver.refused[host]}, which is not on the public net") from exception
