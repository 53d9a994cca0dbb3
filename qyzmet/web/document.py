"""The API's OpenAPI document without a server: `python -m qyzmet.web.document > openapi.json`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec

from qyzmet.cases.package import Feed, packages
from qyzmet.web import deskapi, figuresapi, lawapi, ownapi, phoneapi, workapi
from qyzmet.web.openapi import document
from qyzmet.web.operations import Operation, described
from qyzmet.web.site import ActSite, Context, installed_sites


def operations() -> Sequence[Operation]:
    """The kernel's own operations for people's programs."""
    parts = (workapi, deskapi, ownapi, figuresapi, lawapi, phoneapi)
    return [each for part in parts for each in part.operations()]


def whole(feeds: Iterable[Feed], sites: Iterable[ActSite]) -> dict[str, Any]:
    """The document of the kernel with what the acts add."""
    return document(feeds, [described(operations()), *(site.openapi for site in sites)])


def installed() -> Mapping[str, Any]:
    """The document of everything that is installed here; what handlers work with is not needed for it."""
    acts = packages()
    context = cast(Context, None)
    feeds = [feed for act in acts.values() for feed in act.feeds if feed.event and feed.arrival]
    return whole(feeds, [make(context) for make in installed_sites(acts).values()])


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(installed()), indent=1) + b"\n")
