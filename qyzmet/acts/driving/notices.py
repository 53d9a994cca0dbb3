"""The act's three notices in its own Kazakh words, with our Russian and English; and what stands behind them.

The channel's operator gets the notice alone. The applicant is also told what was found, which system said
so, under which number of the question, and what to do (R-5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from qyzmet.acts.driving.clauses import STEP
from qyzmet.acts.driving.titles import title
from qyzmet.cases.case import Case
from qyzmet.law.act import carries_out

Words = Mapping[str, str]

IMPOSSIBLE, NEW_APPLICATION, REFUSAL = "N-IMPOSSIBLE", "N-NEWAPP", "N-REFUSAL"
NOTICES: Mapping[str, Words] = {
    IMPOSSIBLE: title(
        "Қызметті көрсету мүмкін еместігі туралы хабарлама",
        "Уведомление о невозможности оказания услуги",
        "Notice that the service cannot be rendered",
    ),
    NEW_APPLICATION: title(
        "Қызметті аяқтау және жаңа өтінім беру қажеттігі туралы хабарлама",
        "Уведомление о завершении услуги и необходимости подачи новой заявки",
        "Notice that the service is ended and a new application is needed",
    ),
    REFUSAL: title("Бас тарту туралы хабарлама", "Уведомление об отказе", "Notice of refusal"),
}


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind an ending: the notice, what was found, who said so, what to do."""

    notice: str
    step: int
    found: Words
    source: Words
    remedy: Words


_PDAC = title("Дербес деректерге қол жеткізуді бақылау сервисі", "Сервис контроля доступа к персональным данным",
              "Service of control of access to personal data")  # fmt: skip
_AIS = title("«Сервис орталығы» ААЖ", "АИС «Сервисный центр»", "“Service Centre” AIS")
_POLICE = title(
    "Әкімшілік полиция басқармасы", "Управление административной полиции", "Administrative police directorate"
)
_HEALTH = title("Денсаулық сақтау министрлігінің ақпараттық жүйесі", "Информационная система Министерства здравоохранения",
                "Information system of the Ministry of Health")  # fmt: skip
_DNET = title("«Диспансерлік науқастардың электрондық тіркелімі» АЖ", "ИС «Электронный регистр диспансерных больных»",
              "Electronic register of dispensary patients")  # fmt: skip
_SCHOOL = title("«Автомектеп» ААЖ", "АИС «Автошкола»", "“Avtomektep” AIS")
_EXAMS = title("Емтихан тапсыру әрекеттерін есепке алатын бағдарламалық қамтамасыз ету",
               "Программное обеспечение учёта попыток сдачи экзамена", "Software that counts attempts")  # fmt: skip
_CENTRE = title("Емтихан орталығы", "Экзаменационный центр", "Exam centre")
_ANEW = title("Дайындалып, жаңа өтінім беріңіз: барлық қадам басынан өтеді.",
              "Подготовьтесь и подайте новую заявку: все шаги проходятся сначала.",
              "Prepare and bring a new application: all steps begin anew.")  # fmt: skip

BEHIND: Mapping[str, Behind] = {
    "ended_access_not_granted": Behind(
        IMPOSSIBLE, 4,
        title("Дербес деректеріңізге қол жеткізуге рұқсат берілмеді; басқа жүйелерге сұрау салынған жоқ.",
              "Доступ к вашим персональным данным не разрешён; другие системы не запрашивались.",
              "Access to your personal data was not granted; no other system was asked."),
        _PDAC,
        title("Рұқсат беріп, өтінімді қайта беріңіз.", "Разрешите доступ и подайте заявку снова.",
              "Grant the access and apply again."),
    ),
    "ended_licence_exists": Behind(
        IMPOSSIBLE, 5,
        title("Сізде жүргізуші куәлігі бар.", "У вас уже есть водительское удостоверение.", "You have a driving licence already."),
        _AIS,
        title("Куәлікті ауыстыру қажет болса, ауыстыру қызметін таңдаңыз. Дерек қате болса, әкімшілік полицияға хабарласыңыз.",
              "Для замены выберите услугу замены. Если сведения неверны, обратитесь в административную полицию.",
              "To replace it choose the replacement. If this is wrong, turn to the administrative police."),
    ),
    "ended_exam_restriction": Behind(
        IMPOSSIBLE, 6,
        title("Емтихан тапсыруға шектеу бар (ӘҚБтК 608-баптың 6, 7 немесе 613-баптың 9, 10-бөліктері).",
              "Есть ограничение на сдачу экзамена (КоАП, статья 608 части 6, 7 или статья 613 части 9, 10).",
              "There is a restriction on sitting the examination (Code on Administrative Offences, article 608 parts 6, 7 or article 613 parts 9, 10)."),
        _POLICE,
        title("Шектеудің мерзімін әкімшілік полициядан біліп, ол аяқталған соң қайта өтінім беріңіз.",
              "Узнайте срок ограничения в административной полиции и подайте заявку после его окончания.",
              "Ask the administrative police when the restriction ends and apply again after that."),
    ),
    "ended_no_medical_certificate": Behind(
        IMPOSSIBLE, 7,
        title("073/у нысаны бойынша жарамды медициналық анықтама табылмады.",
              "Действующая медицинская справка по форме 073/у не найдена.",
              "No valid medical certificate of form 073/у was found."),
        _HEALTH,
        title("Медициналық тексеруден өтіңіз; анықтама жүйеде пайда болған соң қайта өтінім беріңіз.",
              "Пройдите медосмотр; когда справка появится в системе, подайте заявку снова.",
              "Pass the medical examination; apply again when the certificate is in the system."),
    ),
    "ended_dispensary_record": Behind(
        IMPOSSIBLE, 8,
        title("Нарко- немесе психоесеп бойынша мәліметтер бар.", "Есть сведения о нарко- или психоучёте.",
              "There is information on a narcological or psychiatric record."),
        _DNET,
        title("Есепке алған ұйымға хабарласыңыз; дерек қате болса, түзетуді сұраңыз.",
              "Обратитесь в организацию, которая ведёт учёт; если сведения неверны, попросите исправить.",
              "Turn to the organisation that keeps the record; if this is wrong, ask for a correction."),
    ),
    "ended_no_school_certificate": Behind(
        IMPOSSIBLE, 9,
        title("Автомектепті аяқтағаны туралы жарамды куәлік табылмады.",
              "Действующее свидетельство об окончании автошколы не найдено.",
              "No valid certificate of completing a driving school was found."),
        _SCHOOL,
        title("Автомектебіңізге хабарласыңыз: ол куәлікті «Автомектеп» жүйесіне енгізуі тиіс.",
              "Обратитесь в автошколу: она должна внести свидетельство в систему «Автошкола».",
              "Turn to your driving school: it enters the certificate into “Avtomektep”."),
    ),
    "ended_no_attempts": Behind(
        IMPOSSIBLE, 10,
        title("Емтихан тапсыруға әрекеттер қалмады немесе келесі әрекет мерзімі келген жоқ.",
              "Попыток сдачи экзамена не осталось, или срок следующей попытки не наступил.",
              "No attempt is left, or the time of the next one has not come."),
        _EXAMS,
        title("Келесі әрекеттің күнін емтихан орталығынан біліңіз.", "Узнайте дату следующей попытки в экзаменационном центре.",
              "Ask the exam centre for the day of the next attempt."),
    ),
    "ended_theory_failed": Behind(
        NEW_APPLICATION, 13,
        title("Теориялық емтихан тапсырылмады.", "Теоретический экзамен не сдан.", "The theory examination was not passed."),
        _CENTRE, _ANEW,
    ),
    "ended_practice_failed": Behind(
        NEW_APPLICATION, 14,
        title("Практикалық емтихан тапсырылмады.", "Практический экзамен не сдан.", "The practical examination was not passed."),
        _CENTRE, _ANEW,
    ),
    "refused": Behind(
        REFUSAL, 16,
        title("Уәкілетті қызметкер өтінімнен бас тартты.", "Уполномоченный сотрудник отказал по заявке.",
              "The authorised employee refused the application."),
        _POLICE,
        title("Себебін жойып, жаңа өтінім беріңіз немесе шешімге шағымданыңыз.",
              "Устраните причину и подайте новую заявку или обжалуйте решение.",
              "Remove the reason and apply anew, or appeal against the decision."),
    ),
    "ended_no_licence": Behind(
        IMPOSSIBLE, 0,
        title("Ауыстыратын жүргізуші куәлігі табылмады.", "Удостоверение для замены не найдено.",
              "No driving licence was found to replace."),
        _AIS,
        title("Бірінші куәлікке өтінім беріңіз.", "Подайте заявку на первое удостоверение.", "Apply for a first licence."),
    ),
}  # fmt: skip


class Notice(msgspec.Struct, frozen=True):
    """What the operator of a channel is given: the act's notice and nothing more."""

    code: str
    text: str


class Told(msgspec.Struct, frozen=True):
    """What the applicant is told."""

    notice: str
    step: int
    found: str
    source: str
    query: str
    remedy: str
    reason: str = ""


@carries_out(*(STEP[number] for number in (5, 6, 7, 8, 9, 10, 13, 14, 16)))
def notice_of(step: str, language: str) -> Notice | None:
    """The act's notice at an ending; None where the service was not ended by one."""
    behind = BEHIND.get(step)
    return None if behind is None else Notice(behind.notice, NOTICES[behind.notice][language])


def told(case: Case, language: str) -> Told | None:
    """The notice with what stands behind it, for the applicant alone."""
    behind = BEHIND.get(case.step)
    if behind is None:
        return None
    check = case.value(f"check.{behind.step}") or {}
    return Told(
        NOTICES[behind.notice][language], behind.step, behind.found[language], behind.source[language],
        str(check.get("query", "")), behind.remedy[language], str(case.value("reason") or ""),
    )  # fmt: skip
