"""The results as others take them: a spreadsheet, a table for programs, and its DCAT description."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import xlsxwriter

from qyzmet.acts.assessment.bodies import Body
from qyzmet.acts.assessment.clauses import ACT
from qyzmet.acts.assessment.report import LANGUAGES
from qyzmet.acts.assessment.scoring import ROWS, Place
from qyzmet.acts.assessment.words import line_said, penalty_said
from qyzmet.acts.assessment.workbook import EPOCH
from qyzmet.law.act import Period

HEADINGS = {
    "kk": ("Орын", "Мемлекеттік орган", "Түрі", "Нәтиже", "Ең көбі", "Айыппұл балдары"),
    "ru": ("Место", "Государственный орган", "Вид", "Результат", "Максимум", "Штрафные баллы"),
    "en": ("Place", "State body", "Kind", "Result", "Most", "Penalty points"),
}
KINDS = {
    "CENTRAL": {"kk": "орталық", "ru": "центральный", "en": "central"},
    "LOCAL": {"kk": "жергілікті", "ru": "местный", "en": "local"},
}


def write_results(
    directory: Path, places: Sequence[Place], bodies: Mapping[str, Body], period: Period, on: date
) -> list[Path]:
    """Writes results.xlsx, results.csv, results.json and dataset.jsonld; returns their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    made = {
        "results.csv": as_csv(places, bodies),
        "results.json": msgspec.json.format(msgspec.json.encode(plain(places, bodies)), indent=2),
        "results.xlsx": as_xlsx(places, bodies),
    }
    made["dataset.jsonld"] = msgspec.json.format(msgspec.json.encode(dcat(made, period, on)), indent=2)
    paths = []
    for name, content in made.items():
        path = directory / name
        path.write_bytes(content)
        paths.append(path)
    return paths


def as_csv(places: Sequence[Place], bodies: Mapping[str, Body]) -> bytes:
    """One row a body: place, result, and the points of every row and column (UTF-8)."""
    out = io.StringIO(newline="")
    columns = [(row, language) for row in (*ROWS, "row4") for language in LANGUAGES]
    writer = csv.writer(out)
    writer.writerow(["rank", "body", "name_kk", "kind", "result", "total", "most", "penalty",
                     *(f"{row}.{language}" for row, language in columns)])  # fmt: skip
    for place in places:
        score, body = place.score, bodies[place.score.body]
        points = [score.points(row, language) for row, language in columns]
        writer.writerow(
            [place.rank, body.id, body.name("kk"), body.kind.value, score.result, score.total, score.most,
             score.penalty, *points]
        )  # fmt: skip
    return out.getvalue().encode()


def as_xlsx(places: Sequence[Place], bodies: Mapping[str, Body]) -> bytes:
    """A sheet a language with the ranking, and one with every line explained."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": EPOCH})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    for language in ("kk", "ru", "en"):
        sheet = book.add_worksheet(language)
        sheet.write_row(0, 0, HEADINGS[language], bold)
        sheet.set_column(1, 1, 60)
        for number, place in enumerate(places, 1):
            score, body = place.score, bodies[place.score.body]
            sheet.write_row(number, 0, [place.rank, body.name(language), KINDS[body.kind.value][language]])
            sheet.write_row(number, 3, [float(n) for n in (score.result, score.most, score.penalty)])
        sheet.freeze_panes(1, 0)
        lines = book.add_worksheet(f"{language} +")
        lines.set_column(0, 0, 60)
        lines.set_column(1, 1, 120)
        at = 0
        for place in places:
            said = [line_said(line, language) for line in place.score.lines]
            said += [penalty_said(penalty, language) for penalty in place.score.penalties]
            for text in said:
                lines.write_string(at, 0, bodies[place.score.body].name(language))
                lines.write_string(at, 1, text, wrap)
                at += 1
    book.close()
    return out.getvalue()


#: Media types of the files, as DCAT names them.
MEDIA = {
    "results.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "results.csv": "text/csv",
    "results.json": "application/json",
}


def dcat(files: Mapping[str, bytes], period: Period, on: date, base: str = "") -> dict[str, Any]:
    """The open data set's description in the DCAT vocabulary, as JSON-LD. `base` is where the files lie."""
    assert period.last is not None
    return {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/",
                     "spdx": "http://spdx.org/rdf/terms#"},
        "@type": "dcat:Dataset",
        "dct:title": [
            {"@language": "kk", "@value": "«Ашық диалог» өлшемі бойынша операциялық бағалау нәтижелері"},
            {"@language": "ru", "@value": "Результаты операционной оценки по критерию «Открытый диалог»"},
            {"@language": "en", "@value": "Results of the operational assessment on open dialogue"},
        ],
        "dct:issued": {"@value": on.isoformat(), "@type": "http://www.w3.org/2001/XMLSchema#date"},
        "dcat:keyword": [
            {"@language": "kk", "@value": "ашық диалог"},
            {"@language": "ru", "@value": "открытый диалог"},
            {"@language": "en", "@value": "open dialogue"},
        ],
        "dct:temporal": {"dcat:startDate": period.first.isoformat(), "dcat:endDate": period.last.isoformat()},
        "dct:conformsTo": ACT.source,
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": name,
                "dcat:accessURL": {"@id": base or name},
                "dcat:downloadURL": {"@id": f"{base}{name}"},
                "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{MEDIA[name]}"},
                "dcat:byteSize": len(content),
                "spdx:checksum": {
                    "spdx:algorithm": "SHA-256",
                    "spdx:checksumValue": sha256(content).hexdigest(),
                },
            }
            for name, content in files.items()
        ],
    }  # fmt: skip


def plain(places: Sequence[Place], bodies: Mapping[str, Body]) -> list[dict[str, Any]]:
    """The ranking with every line, as plain data; points are decimals."""
    return [
        {
            "rank": place.rank,
            "body": place.score.body,
            "names": dict(bodies[place.score.body].names),
            "result": place.score.result,
            "total": place.score.total,
            "most": place.score.most,
            "penalty": place.score.penalty,
            "lines": [
                {
                    "row": line.row, "language": line.language, "points": line.points, "most": line.most,
                    "state": line.state, "clause": line.clause.id, "variant": line.variant,
                    "found": dict(line.found), "missing": line.missing, "items": list(line.items),
                }
                for line in place.score.lines
            ],
            "penalties": [
                {
                    "row": each.row, "language": each.language, "points": each.points,
                    "clause": each.clause.id, "found": dict(each.found), "items": list(each.items),
                }
                for each in place.score.penalties
            ],
        }
        for place in places
    ]  # fmt: skip
