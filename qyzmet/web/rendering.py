"""Pages from templates: language, navigation, security headers, formats of days, moments and sums."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from jinja2 import BytecodeCache, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from jinja2.bccache import Bucket
from litestar import Request, Response
from litestar.exceptions import NotFoundException
from markupsafe import Markup

from qyzmet.law.money import format_tiyn
from qyzmet.people.regions import REGIONS
from qyzmet.runtime.clock import KZ
from qyzmet.web import csrf, repeating
from qyzmet.web.assets import Assets
from qyzmet.web.permissions import Permissions
from qyzmet.web.translations import LANGUAGES, LAW, NAMES, OWN, SOURCE, translations
from qyzmet.web.users import user_of

if TYPE_CHECKING:
    from qyzmet.web.site import Entry

TEMPLATES = Path(__file__).parent / "templates"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PACK_FROM_BYTES = 1000


class _Compiled(BytecodeCache):
    """Templates compiled once for all languages: their code is the same."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._code[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


@dataclass
class Renderer:
    """Filled while the application is put together; then one environment per language."""

    assets: Assets
    permissions: Permissions = field(default_factory=Permissions)
    templates: dict[str, Path] = field(default_factory=dict)
    catalogues: list[Path] = field(default_factory=lambda: [OWN, LAW])
    navigation: list[Entry] = field(default_factory=list)
    names: dict[str, Mapping[str, str]] = field(default_factory=dict)  #: of actors and systems, by language

    def __post_init__(self) -> None:
        self._environment = cache(self._make)

    def text(self, language: str) -> Callable[[str], str]:
        """Translates one text, for what is made outside of a template."""
        found: Any = self._environment(language).globals["_translations"]
        gettext: Callable[[str], str] = found.gettext
        return gettext

    def answer(
        self, request: Request[Any, Any, Any], template: str, status: int, values: Mapping[str, Any]
    ) -> Response[bytes]:
        language = language_of(request)
        text = (
            self._environment(language)
            .get_template(template)
            .render(
                {
                    **values,
                    "request": request,
                    "language": language,
                    "user": user_of(request),
                    "csrf_field": lambda: csrf.field(request),
                    "once_field": repeating.field,
                    "may": lambda permission: self.permissions.may(user_of(request), permission),
                    "navigation": self._seen(request),
                    "languages": [(code, NAMES[code], in_language(request, code)) for code in LANGUAGES],
                    "here": request.url.path,
                }
            )
        )
        return html(request, text, status)

    def _seen(self, request: Request[Any, Any, Any]) -> Sequence[Entry]:
        user = user_of(request)
        return [entry for entry in self.navigation if self.permissions.may(user, entry.permission)]

    def _make(self, language: str) -> Environment:
        loader = ChoiceLoader(
            [
                FileSystemLoader(TEMPLATES),
                PrefixLoader({name: FileSystemLoader(path) for name, path in self.templates.items()}),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        )
        environment = Environment(
            loader=loader, autoescape=True, extensions=["jinja2.ext.do", "jinja2.ext.i18n"],
            trim_blocks=True, lstrip_blocks=True, auto_reload=False, bytecode_cache=_COMPILED,
            optimized=False,  # else a constant would be put down as one language formats it
        )  # fmt: skip
        texts = translations(language, self.catalogues)
        environment.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]
        environment.globals |= {
            "asset": self.assets.path_of, "_translations": texts, "told": Told(language, texts).told,
            "actor": lambda name: self.names.get(name, {}).get(language, name),
        }  # fmt: skip
        environment.filters |= filters(language)
        return environment


class Told:
    """What errors say, in the language of the page, also where a sentence is filled with something."""

    def __init__(self, language: str, texts: Any) -> None:
        self._language, self._texts = language, texts
        patterns = (key for key in getattr(texts, "_catalog", {}) if isinstance(key, str) and "{}" in key)
        self._patterns = [(_pattern(each), each) for each in sorted(patterns, key=len, reverse=True)]

    def told(self, text: str) -> str:
        """The sentence; marked as English where there is no other."""
        if self._language == SOURCE or not text:
            return text
        for message in (text, f"{text}."):  # remedies of problems stand without their full stop
            if (found := str(self._texts.gettext(message))) != message:
                return found
        for pattern, message in self._patterns:
            if match := pattern.fullmatch(text):
                return str(self._texts.gettext(message)).format(*match.groups())
        return Markup('<span lang="en">{}</span>').format(text)


def _pattern(message: str) -> re.Pattern[str]:
    return re.compile("(.*)".join(map(re.escape, message.split("{}"))), re.DOTALL)


def filters(language: str) -> dict[str, Callable[..., Any]]:
    """Formats in the language of the page; moments in Kazakhstan's time."""
    locale = {"kk": "kk_KZ", "ru": "ru_KZ", "en": "en_GB"}[language]

    def day(value: date) -> str:
        return format_date(value, "d MMMM y" if language != "kk" else "y 'ж'. d MMMM", locale=locale)

    def moment(value: datetime) -> str:
        at = value.astimezone(KZ)
        return f"{day(at.date())}, {format_datetime(at, 'HH:mm', locale=locale)}"

    return {
        "day": day,
        "moment": moment,
        "region": lambda code: REGIONS[code][language] if code in REGIONS else code,
        "money": lambda tiyn: format_tiyn(tiyn, language),
        "number": lambda value: format_decimal(value, locale=locale),
        "reading": reading,
        "in_words": lambda names: names.get(language) or names.get("en") or next(iter(names.values()), ""),
    }


def reading(value: object) -> str:
    """A policy's value as a text to translate; what is no word stands as it is."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def html(request: Request[Any, Any, Any], text: str, status: int = 200) -> Response[bytes]:
    """A page as it is sent: packed where the browser takes that; the token of its forms differs each time."""
    content, headers = text.encode(), {"Content-Security-Policy": POLICY, "Vary": "Accept-Encoding, Cookie"}
    if len(content) >= _PACK_FROM_BYTES and "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["Content-Encoding"] = gzip.compress(content, 5, mtime=0), "gzip"
    return Response(content, status_code=status, media_type="text/html; charset=utf-8", headers=headers)


def language_of(request: Request[Any, Any, Any]) -> str:
    """The language of the address; Kazakh where it has none."""
    first = request.url.path.split("/")[1]
    return first if first in LANGUAGES else LANGUAGES[0]


def in_language(request: Request[Any, Any, Any], language: str) -> str:
    """The same address in another language."""
    _, _, rest = request.url.path.lstrip("/").partition("/")
    query = f"?{request.url.query}" if request.url.query and request.method == "GET" else ""
    return f"/{language}/{rest}{query}"


def must_be_language(request: Request[Any, Any, Any]) -> None:
    """Raises NotFoundException where the first part of the address is no language."""
    if request.path_params.get("lang") not in LANGUAGES:
        raise NotFoundException
