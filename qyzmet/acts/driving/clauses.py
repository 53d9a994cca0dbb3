"""The act and its clauses: the order (`order.N`) and the Algorithm in its annex (`§N`), with its 18 steps."""

from __future__ import annotations

from datetime import date

from qyzmet.law.act import LegalAct, Period

#: The order was signed on this day; the day of its publication is not in its text (see P-FIRST).
SIGNED = date(2025, 10, 7)
#: "Until 1 September 2026" taken in its widest reading; G-9 says which day is the last.
WIDEST_END = date(2026, 9, 1)

ACT = LegalAct(
    code="driving",
    titles={
        "kk": "«Жүргізуші куәліктерін беру» мемлекеттік қызметін алғаш рет жүргізуші куәлігін алу үшін онлайн "
        "форматта өтінім беру және «электрондық үкімет» порталы және басқа да ақпараттандыру объектілері "
        "арқылы жүргізуші куәлігін ауыстыруды тек онлайн форматқа көшіру бөлігінде көрсету бойынша "
        "пилоттық жобаны өткізу туралы",
        "ru": "О проведении пилотного проекта по оказанию государственной услуги «Выдача водительских "
        "удостоверений» в части подачи заявления на первичное получение онлайн и замены только онлайн",
        "en": "On a pilot project on rendering the state service “Issue of driving licences” in the part of "
        "applying online for a first licence and of replacement online only",
    },
    source="Joint order of the Minister of Internal Affairs of 6 October 2025 No 751 and of the Deputy Prime "
    "Minister – Minister of Artificial Intelligence and Digital Development of 7 October 2025 No 504",
    in_force=Period(SIGNED, WIDEST_END),
    about="Driving licence online: gates, exams, printing",
)

_COMMITTEE = "addressed to the Administrative Police Committee"
for _place, _title, _reason in (
    ("order.1", "A pilot project: a first licence applied for online, replacement online only", None),
    ("order.2", "The Algorithm is approved", "its clauses are below"),
    ("order.3", "What the Committee and the State Corporation shall do", "its two parts are below"),
    ("order.3.1", "The five channels; protection of personal data", None),
    ("order.3.2", "Branches take no applications, except for the exchange of a foreign licence", None),
    ("order.4", "Passport of the service with a link to the “PSC” application", None),
    ("order.5", "The copy for publication within five working days", _COMMITTEE),
    ("order.6", "In force until 1 September 2026", None),
    ("§1", "Order of accepting applications through the five channels", None),
    ("§2", "Abbreviations", "names of systems; the contracts in qyzmet/exchange/driving.py bear them"),
    ("§3", "The process has 18 stages", None),
    *(
        (f"§3.{number}", title, None)
        for number, title in enumerate(
            (
                "The service is chosen",
                "Passing by the link",
                "Authorisation",
                "Question to the control of access to personal data",
                "Is there a driving licence",
                "Are there restrictions on sitting the examination",
                "Medical certificate of form 073/у",
                "Narcological and psychiatric records",
                "Certificate of a driving school",
                "Attempts at the examination",
                "The lines of the application are filled in",
                "The application gets a number",
                "Theory examination: booking and result",
                "Practical examination: booking and result",
                "State duty, photograph, formalisation",
                "The authorised police employee considers the application",
                "The licence is printed",
                "The State Corporation hands the licence over",
            ),
            start=1,
        )
    ),
    ("§4", "Control that services are rendered in time", None),
    ("§5", "Measures to print licences in time", None),
    ("§6", "Applicant and State Corporation act by the Rules of 2 December 2014 No 862", None),
    ("§7", "No applications through branches of the State Corporation", None),
):
    ACT.clause(_place, _title, no_code_because=_reason)

#: The clause of each of the 18 steps.
STEP = {number: ACT[f"§3.{number}"] for number in range(1, 19)}
