"""Pages as PDF/A by Typst, with one compiler kept for each template: it has read its fonts.

Fonts are those that come with the compiler, never the machine's, so that the same data give the same bytes
everywhere. Libertinus Serif has all letters of Kazakh.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

#: A compiler is not made for several threads at once.
_one_at_a_time = Lock()


def pdf_a(template: Path, data: Mapping[str, Any]) -> bytes:
    """The template's PDF/A-2b; it reads the data by `json(bytes(sys.inputs.data))`.

    Values go in as data, never as markup, so that no value is read as a command. The same data always give
    the same bytes where the template sets the document's date.
    """
    with _one_at_a_time:
        content = _compiler(template).compile(
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, format="pdf", pdf_standards="a-2b"
        )
    assert isinstance(content, bytes)
    return content


@lru_cache(maxsize=16)
def _compiler(template: Path) -> typst.Compiler:
    return typst.Compiler(str(template), ignore_system_fonts=True)
