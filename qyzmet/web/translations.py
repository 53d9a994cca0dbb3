"""Kazakh, Russian and English by gettext: English is what stands in code and templates, the others in `*.po`.

`python -m qyzmet.web.translations` writes new texts into all catalogues, to be translated there.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import NullTranslations, Translations

LANGUAGES = ("kk", "ru", "en")
SOURCE = "en"
NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
OWN = Path(str(files("qyzmet.web"))) / "locale"
#: Of what acts and the API say.
LAW = OWN.parent / "law" / "locale"

_METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
_OPTIONS = {
    "**/templates/**.html": {"extensions": "jinja2.ext.do,jinja2.ext.i18n", "newstyle_gettext": "true"}
}
#: Files whose errors people meet on pages, and the method that finds what these say.
_ERRORS = (
    "web/casepage.py", "web/documents.py", "web/entering.py", "web/forms.py", "web/openid.py",
    "web/operating.py", "web/permissions.py", "web/problem.py", "web/repeating.py", "web/signin.py",
    "web/own.py", "web/phones.py", "web/lawviews.py",
    "web/tokens.py", "web/work.py", "web/worklist.py", "cases/tasks.py", "cases/pauses.py", "cases/aside.py",
)  # fmt: skip
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "said": None}


def _(text: str) -> str:
    """Marks an English text for the catalogues; the page translates it."""
    return text


def translations(language: str, catalogues: Sequence[Path]) -> NullTranslations:
    """All catalogues as one; of a text in two of them the first one's is taken."""
    if language == SOURCE:
        return NullTranslations()
    merged = Catalog(locale=language)
    for directory in catalogues:
        with (directory / f"{language}.po").open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string and message.id not in merged:
                    merged[message.id] = message
    packed = io.BytesIO()
    write_mo(packed, merged)
    packed.seek(0)
    return Translations(packed)


def extracted(sources: Path) -> Catalog:
    """Every text of a package's templates and code, but for what has a catalogue of its own."""
    catalog = Catalog()
    if sources == LAW.parent:
        from qyzmet.web.law.texts import texts

        for text in texts():
            catalog.add(text, None)
        return catalog
    for _, _, message, comments, context in extract_from_dir(
        str(sources), _METHODS, _OPTIONS, keywords=_KEYWORDS,
        directory_filter=lambda path: Path(path) == sources or not (Path(path) / "locale").is_dir(),
    ):  # fmt: skip
        catalog.add(message, None, auto_comments=comments, context=context)
    if sources == OWN.parent:
        for name in _ERRORS:
            found = extract_from_file("qyzmet.web.error_texts:extract", sources.parent / name)
            for _, message, _, _ in found:
                catalog.add(message, None)
    return catalog


def packages() -> Iterator[tuple[Path, Path]]:
    """(sources, catalogue) of the pages and of each in-house act's pages."""
    web = OWN.parent
    yield web, OWN
    for directory in sorted(web.iterdir()):
        if (directory / "locale").is_dir():
            yield directory, directory / "locale"


def untranslated(sources: Path, catalogue: Path, language: str) -> list[str]:
    """Texts of the sources that the catalogue does not have in this language."""
    with (catalogue / f"{language}.po").open("rb") as file:
        known = read_po(file, locale=language)
    missing = []
    for message in extracted(sources):
        found = known.get(message.id) if message.id else None
        strings = found.string if found else ""
        whole = all(strings) if isinstance(strings, tuple) else bool(strings)
        if message.id and (found is None or found.fuzzy or not whole):
            missing.append(str(message.id))
    return missing


def update(sources: Path, catalogue: Path, language: str) -> int:
    """Enters new texts, takes away those that are gone; returns how many wait for a translation."""
    path = catalogue / f"{language}.po"
    known = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=language)
    known.update(extracted(sources), no_fuzzy_matching=True, update_creation_date=False)
    known.obsolete.clear()
    catalogue.mkdir(exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file,
            known,
            width=110,
            omit_header=False,
            sort_output=True,
            no_location=True,
            ignore_obsolete=True,
        )
    return len(untranslated(sources, catalogue, language))


if __name__ == "__main__":
    for sources, catalogue in packages():
        for language in LANGUAGES:
            if language != SOURCE:
                missing = update(sources, catalogue, language)
                print(f"{catalogue / language}.po: {missing} to translate", file=sys.stderr)
