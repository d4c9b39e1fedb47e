"""All hosts of a world as one site."""

from collections.abc import Mapping
from typing import Protocol

from crawlers.samples.comment_service import CommentSite, host_of
from crawlers.samples.forum import ForumSite
from crawlers.samples.newspaper import NewspaperSite
from crawlers.samples.rendering import render
from crawlers.samples.site import Response, conditional, text_response
from crawlers.samples.world import World


class _Host(Protocol):
    def answer(self, path: str, query: Mapping[str, str]) -> Response:
        """The answer to a GET."""
        ...


class WorldSite:
    """The newspapers, their comment services and the forum; pages are rendered once and kept.

    ``walled``: hosts that answer every crawler with a cookie wall, status 200.
    """

    def __init__(self, world: World, walled: frozenset[str] = frozenset()) -> None:
        self._walled = walled
        self._sites: dict[str, _Host] = {world.outlets.forum.host: ForumSite(world)}
        for paper in world.outlets.newspapers:
            self._sites[paper.host] = NewspaperSite(world, paper)
            self._sites[host_of(paper)] = CommentSite(world, paper)
        self._kept: dict[tuple[str, str, tuple[tuple[str, str], ...]], Response] = {}

    @property
    def hosts(self) -> frozenset[str]:
        """All hosts, without ``www.``."""
        return frozenset(self._sites)

    def answer(self, host: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """The page, or 304 where the client has it."""
        if host in self._walled and path != "/robots.txt":
            return text_response(render("wall.html"))
        key = (host, path, tuple(sorted(query.items())))
        response = self._kept.get(key)
        if response is None:
            response = self._sites[host].answer(path, query)
            if response.status == 200:
                self._kept[key] = response
        return conditional(response, headers)
