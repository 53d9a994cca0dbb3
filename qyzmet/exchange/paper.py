"""A signed decision as a page to read: PDF/A-2b in Kazakh or Russian, its QR code leads to the check."""

from __future__ import annotations

import io
import json
from hashlib import sha256
from threading import Lock

import segno
import typst

from qyzmet.runtime.errors import BadValue

_WORDS = {
    "kk": {
        "title": "Шешім", "case": "Іс", "benefit": "Қызмет", "outcome": "Нәтиже", "appoint": "тағайындалды",
        "refuse": "тағайындаудан бас тартылды", "amount": "Сомасы, теңге", "law_on": "Құқық туындаған күн",
        "decided_at": "Шешім қабылданған уақыт (UTC)", "authority": "Уәкілетті орган",
        "clauses": "Бұйрықтың тармақтары", "basis": "Мәліметтер", "learnt": "алынған уақыты",
        "arithmetic": "Есептеу", "signer": "Қол қойған", "check": "Тексеру", "digest": "Шешімнің SHA-256",
    },
    "ru": {
        "title": "Решение", "case": "Дело", "benefit": "Услуга", "outcome": "Итог", "appoint": "назначено",
        "refuse": "отказано в назначении", "amount": "Сумма, тенге", "law_on": "День возникновения права",
        "decided_at": "Время решения (UTC)", "authority": "Уполномоченный орган",
        "clauses": "Пункты приказа", "basis": "Сведения", "learnt": "получены",
        "arithmetic": "Расчёт", "signer": "Подписал", "check": "Проверка", "digest": "SHA-256 решения",
    },
}  # fmt: skip

#: Values come in as data, never as markup, so that no value can be read as a command.
_PAGE = """
#let d = json(bytes(sys.inputs.at("data")))
#set document(title: d.title)
#set page(paper: "a4", margin: 2cm)
#set text(font: ("DejaVu Sans", "Liberation Sans", "Libertinus Serif"), size: 9.5pt, lang: d.lang)
#grid(columns: (1fr, 3cm), [#text(size: 18pt, weight: "bold")[#d.title]],
  image(bytes(d.qr), format: "svg", alt: d.link))
#for row in d.rows [#grid(columns: (5cm, 1fr), gutter: 4pt, strong(row.at(0)), row.at(1)) #v(2pt)]
#text(weight: "bold")[#d.basis]
#for row in d.facts [#grid(columns: (5cm, 1fr), gutter: 4pt, row.at(0), row.at(1)) #v(1pt)]
#v(1fr)
#text(size: 7pt)[#d.digest \\ #d.link]
"""

_lock = Lock()
_compiler: list[typst.Compiler] = []


def paper(document: bytes, signer: str, lang: str, site: str) -> bytes:
    """The PDF of a decision; `site` is the address of the verification page, without a slash at the end.

    The address holds the decision's digest and nothing personal. Raises BadValue for another language.
    """
    words = _WORDS.get(lang)
    if words is None:
        raise BadValue("language", f"{lang!r} is not one of kk, ru", "A decision is written in one of them.")
    said = json.loads(document)
    digest = sha256(document).hexdigest()
    link = f"{site}/verify/{digest}"
    tiyn = said["amount_tiyn"]
    rows = [
        (words["case"], str(said["case"])),
        (words["benefit"], said["benefit"]),
        (words["outcome"], words[said["outcome"]]),
        (words["amount"], f"{tiyn // 100},{tiyn % 100:02}"),
        (words["arithmetic"], "\n".join(str(line) for line in said["arithmetic"])),
        *((words[name], str(said[name])) for name in ("law_on", "decided_at", "authority")),
        (words["clauses"], ", ".join(said["clauses"])),
        (words["signer"], signer),
    ]
    facts = [
        (name, f"{fact['value']} · {fact['source']}, {words['learnt']} {fact['learnt']}")
        for name, fact in said["facts"].items()
    ]
    data = {
        "title": words["title"], "lang": lang, "qr": _qr(link), "link": link, "rows": rows, "facts": facts,
        "basis": words["basis"], "digest": f"{words['digest']}: {digest}",
    }  # fmt: skip
    return _compile(json.dumps(data, ensure_ascii=False))


def _qr(link: str) -> str:
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="svg", xmldecl=False, border=1)
    return out.getvalue().decode()


def _compile(data: str) -> bytes:
    """The compiler is kept: it knows the fonts and what it laid out before."""
    with _lock:
        if not _compiler:
            _compiler.append(typst.Compiler())
        pdf = _compiler[0].compile(
            _PAGE.encode(), format="pdf", pdf_standards="a-2b", sys_inputs={"data": data}
        )
    assert isinstance(pdf, bytes)
    return pdf
