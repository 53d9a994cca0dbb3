"""The API's operations for what leaves the system of a decided case, officials' and the person's alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qyzmet.web.documents import PAPERS, PDF
from qyzmet.web.operations import Call, File, Operation


def operations(
    base: str, whose: str, permission: str, work: Callable[[str], Callable[[Call], File]]
) -> Iterator[Operation]:
    """The receipt and every paper, under the address of a case; `whose` stands in the operations' names."""
    of = f"{whose}_" if whose else ""
    yield Operation(
        "GET", f"{base}/receipt.json", f"read_{of}receipt",
        "The receipt of the decision, to be verified offline", permission, work("receipt.json"),
        "application/json",
    )  # fmt: skip
    for name in PAPERS:
        plain = name.removesuffix(".pdf").replace("-", "_")
        yield Operation(
            "GET", f"{base}/{name}", f"read_{of}{plain}", _summary(name), permission, work(name), PDF
        )


def _summary(name: str) -> str:
    what, language, *signed = name.removesuffix(".pdf").split("-")
    said = f"The {what} as PDF/A in {'Kazakh' if language == 'kk' else 'Russian'}"
    return f"{said}, signed (PAdES)" if signed else said
