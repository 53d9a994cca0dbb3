"""Names of facts for people."""

from __future__ import annotations

from collections.abc import Mapping

from qyzmet.acts.driving.titles import TITLES, title

_GATES = ("access", "licence", "restrictions", "medical", "dispensary", "school", "attempts")

FACT_TITLES: Mapping[str, Mapping[str, str]] = {
    "channel": title("Ақпараттандыру объектісі", "Объект информатизации", "Channel"),
    "authorised": title("Авторизация", "Авторизация", "Authorisation"),
    "category": title("Санат", "Категория", "Category"),
    "centre": title("Емтихан орталығы", "Экзаменационный центр", "Exam centre"),
    "region": title("Өңір", "Регион", "Region"),
    "exam_language": title("Емтихан тілі", "Язык экзамена", "Language of the examination"),
    "age_warning": title("Жасы туралы ескерту", "Предупреждение о возрасте", "Warning about the age"),
    "application.number": title("Өтінім нөмірі", "Номер заявки", "Application number"),
    "school.category": title("Автомектептегі санат", "Категория автошколы", "Category of the school"),
    "duty": TITLES["duty"],
    "duty.receipt": title("Төлем нөмірі", "Номер платежа", "Payment number"),
    "refunds": title("Қайтарылған төлемдер", "Возвраты", "Refunds"),
    "photo": TITLES["photo"],
    "photo.order": title("Суретке түсуге тапсырма", "Заказ фотографии", "Order of the photograph"),
    "formalised": title("Рәсімдеу", "Оформление", "Formalisation"),
    "expired": title("Мерзімі өткен анықтамалар", "Истёкшие справки", "Certificates expired since"),
    "reason": title("Бас тарту себебі", "Причина отказа", "Reason of the refusal"),
    "print.receipt": title("Басып шығару тапсырысы", "Заказ печати", "Printing order"),
    "licence": title("Жүргізуші куәлігі", "Водительское удостоверение", "Driving licence"),
    "printed_at": title("Басып шығарылды", "Напечатано", "Printed"),
    "issued": title("Берілді", "Выдано", "Handed over"),
    "issue.receipt": title("Беру белгісі", "Отметка о выдаче", "Note of handing over"),
    "present.number": TITLES["present"],
    "check.0": TITLES["present"],
    "theory.booking": TITLES["theory_booking"],
    "practice.booking": TITLES["practice_booking"],
    "theory.result": TITLES["theory_exam"],
    "practice.result": TITLES["practice_exam"],
    "theory.withdrawn": title("Алып тасталған емтихан", "Отменённый экзамен", "Examination withdrawn"),
    "practice.withdrawn": title("Алып тасталған емтихан", "Отменённый экзамен", "Examination withdrawn"),
    **{f"check.{number}": TITLES[name] for number, name in enumerate(_GATES, start=4)},
}
