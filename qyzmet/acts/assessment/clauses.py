"""The act and its clauses: the order's own, the paragraphs it amends, the rows of its five tables.

The order amends a methodology and does not restate it: what is not listed here is outside (G-1).
"""

from __future__ import annotations

from datetime import date

from qyzmet.law.act import Clause, LegalAct, Period

#: Paragraphs 2(4), 2(10), 72 and 74 and all tables take effect on this day (order clause 4).
TABLES_FROM = date(2023, 6, 1)
#: The first official publication is not in the act; it cannot be earlier than the registration.
REGISTERED = date(2023, 3, 30)

ACT = LegalAct(
    code="assessment",
    titles={
        "kk": "«Мемлекеттік органның жеке және заңды тұлғалармен өзара іс-қимылын операциялық бағалау "
        "әдістемесін бекіту туралы» бірлескен бұйрыққа өзгерістер енгізу туралы",
        "ru": "О внесении изменений в совместный приказ «Об утверждении Методики операционной оценки "
        "взаимодействия государственного органа с физическими и юридическими лицами»",
        "en": "On amendments to the Methodology of operational assessment of the interaction of a state body "
        "with natural persons and legal entities",
    },
    source="Joint order of 29 and 30 March 2023 No 62 (Agency for Civil Service Affairs), No 116/НҚ "
    "(Minister of Digital Development), No 55 о/д (Committee on Legal Statistics), "
    "No 115 (Minister of Information)",
    in_force=Period(REGISTERED),
    about="Openness of state bodies: reports checked, scored, published",
)


def _enter(place: str, title: str, no_code_because: str | None = None) -> Clause:
    return ACT.clause(place, title, no_code_because=no_code_because)


_enter("order.1", "The methodology is amended", "brings in the paragraphs and tables below")
_enter("order.2", "What the Agency's department shall do", "its two parts are below")
_enter("order.2.1", "Registration with the Ministry of Justice", "addressed to a department of the Agency")
_enter("order.2.2", "Placing on the bodies' internet resources", "addressed to a department of the Agency")
_enter("order.3", "Control of execution", "addressed to four deputies")
_enter("order.4", "Entry into force: from publication, the tables from 1 June 2023")

_enter("para2.4", "Open Dialogue internet portal: enquiries, conferences, surveys")
_enter("para2.10", "Blog platform of first heads of the quasi-public sector, without fully state-owned ones")
_enter("para5", "Who carries out the assessment")
_enter("para5.1", "Administration of the President: General Prosecutor's Office, the whole block")
_enter("para5.2", "Administration of the President: the Agency, quality of state services")
_enter("para5.3", "Government Apparatus: Ministry of Digital Development, services in electronic format")
_enter("para5.4", "Government Apparatus: Ministry of Information, openness")
_enter("para5.5", "The Agency: central and local bodies, quality of state services")
_enter("para5.6", "Ministry of Information: central and local bodies, openness")
_enter("para5.7", "The Committee: central and local bodies, complaints and applications")
_enter("para6", "The service integrator supports the assessment of electronic services")
_enter("para9", "Sources of information on complaints and applications")
_enter("para9.a", "The unified record of persons' applications")
_enter("para9.b", "Statistical report No 1-ОЛ")
_enter("para9.c", "Electronic applications")
_enter("para9.d", "Results of inspections")
_enter("para26", "Information flows, on paper and electronic carriers, according to the Schedule")
_enter(
    "para26.1", "The Agency, the General Prosecutor's Office, the Court Administration to the Administration"
)
_enter("para26.2", "The Ministry of Digital Development to the Government Apparatus, automation")
_enter("para72", "What the criterion of open dialogue is directed at", "its aims, below")
_enter("para72.a", "Effective interaction", "an aim; the rows of Annex 10 Table 6 measure it")
_enter("para72.b", "Analysis of public opinion", "an aim; the rows of Annex 10 Table 6 measure it")
_enter("para72.c", "Motivation to solve problems quickly", "an aim; the rows of Annex 10 Table 6 measure it")
_enter("para74", "The score on open dialogue is the sum of the points of Annex 10 Table 6")
_enter("para118", "After the appeals a conclusion is submitted to the Agency")
_enter("annexes", "Annex 9 Tables 1, 5, 6 and Annex 10 Tables 6, 11 in a new edition")

_enter("annex9.table1", "Reporting data on open data, central and local bodies")
_enter("annex9.table1.row1", "Open data sets of the unified list")
_enter("annex9.table1.row2", "Data sets published on request")
_enter("annex9.table1.row3", "Measures to find out the need for open data")
_enter("annex9.table1.row3.1", "Surveys or internet conferences, at least once in half a year")
_enter("annex9.table1.row3.2", "Meetings with IT companies or data labs, at least once in half a year")
_enter("annex9.table1.row4", "Automation of placing data sets; supplied by the Ministry, not by the body")
_enter("annex9.table5", "Reporting data on open dialogue, central and local bodies")
_enter("annex9.table5.row1", "Internet conferences and surveys")
_enter("annex9.table5.row2", "Open sessions in online broadcast")
_enter("annex9.table5.row3", "Blog of the first head")
_enter("annex9.table5.row4", "Meetings with the population")
_enter("annex9.table5.row4.1", "Keeping to the annual schedule of meetings")
_enter("annex9.table5.row4.2", "Action plans and progress on the site")
_enter("annex9.table5.row4.3", "Personal reception of citizens")
_enter("annex9.table5.row4.4", "Meeting with NGOs")
_enter("annex9.table5.note1", "*: except the Ministry of Defence")
_enter("annex9.table5.note2", "**: except the Ministries of Defence and of Foreign Affairs: average points")
_enter("annex9.table6", "Reporting data on the openness of subordinate organisations")
_enter("annex9.table6.row1", "Internet resource of each organisation")
_enter("annex9.table6.row2", "Open data of the organisations")
_enter("annex9.table6.row3", "Questions on the blog platform of first heads")
_enter("annex10.table6", "Points on open dialogue")
_enter("annex10.table6.kk", "Column: in the state language")
_enter("annex10.table6.ru", "Column: in Russian")
_enter("annex10.table6.row1", "Internet conferences and surveys: 2.5 a language")
_enter("annex10.table6.row2", "Blog of the first head: exactly one of 2.1 to 2.4")
_enter("annex10.table6.row2.1", "More than 50 posts, at least one a week: 1.5")
_enter("annex10.table6.row2.2", "More than 25 posts, at least two a month: 1")
_enter("annex10.table6.row2.3", "More than 10 posts, at least one a month: 0.5")
_enter("annex10.table6.row2.4", "In other cases: 0.3")
_enter("annex10.table6.row3", "Open sessions in online broadcast: 2")
_enter("annex10.table6.row4", "Meetings with the population: the sum of 4.1 to 4.4")
_enter("annex10.table6.row4.1", "Keeping to the schedule: 1")
_enter("annex10.table6.row4.2", "Action plans and progress: 1")
_enter("annex10.table6.row4.3", "Personal reception: 0.5 for central, 1 for local bodies")
_enter("annex10.table6.row4.4", "Meeting with NGOs: 0.5")
_enter("annex10.table6.total", "Total: 18")
_enter("annex10.table6.note1", "*: except the Ministry of Defence")
_enter("annex10.table6.note2", "**: Ministries of Defence and of Foreign Affairs get the average")
_enter("annex10.table6.note3", "***: local bodies are not assessed on this parameter")
_enter("annex10.table11", "Penalty points for subordinate organisations")
_enter("annex10.table11.row1", "No blog of the first head: 0.5")
_enter("annex10.table11.row2", "Less than 90 % of questions answered: 1")
_enter("annex10.table11.total", "Sum of penalty points: 3")
