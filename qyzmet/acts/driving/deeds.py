"""Who acts, and what comes of steps, in words."""

from __future__ import annotations

from collections.abc import Mapping

from qyzmet.acts.driving.titles import title

ACTORS: Mapping[str, Mapping[str, str]] = {
    "Administrative police": title("Әкімшілік полиция", "Административная полиция", "Administrative police"),
    "Applicant": title("Өтініш беруші", "Заявитель", "Applicant"),
    "Applicant, PSC operator": title(
        "Өтініш беруші, ХҚКО операторы", "Заявитель, оператор ЦОН", "Applicant, PSC operator"
    ),
    "AvtoMektep AIS": title("«АвтоМектеп» ААЖ", "АИС «АвтоМектеп»", "AvtoMektep AIS"),
    "Channel": title("Ақпараттандыру объектісі", "Объект информатизации", "Channel"),
    "Control of access to personal data": title(
        "Дербес деректерге қол жеткізуді бақылау", "Контроль доступа к персональным данным",
        "Control of access to personal data",
    ),
    "Dispensary register": title("Диспансерлік есеп", "Диспансерный учёт", "Dispensary register"),
    "Exam centre": title("Емтихан орталығы", "Экзаменационный центр", "Exam centre"),
    "Exam software": title("Емтихан бағдарламасы", "Экзаменационная программа", "Exam software"),
    "Health Ministry IS": title("Денсаулық сақтау министрлігінің АЖ", "ИС Минздрава", "Health Ministry IS"),
    "Health Ministry IS, AvtoMektep AIS": title(
        "Денсаулық сақтау министрлігінің АЖ, «АвтоМектеп» ААЖ", "ИС Минздрава, АИС «АвтоМектеп»",
        "Health Ministry IS, AvtoMektep AIS",
    ),
    "Issue desk": title("Беру терезесі", "Окно выдачи", "Issue desk"),
    "PSC operator": title("ХҚКО операторы", "Оператор ЦОН", "PSC operator"),
    "Photo station": title("Суретке түсіру орны", "Место фотографирования", "Photo station"),
    "Printing centre": title("Басып шығару орталығы", "Центр печати", "Printing centre"),
    "Service Centre AIS": title("«Қызмет көрсету орталығы» ААЖ", "АИС «Центр обслуживания»", "Service Centre AIS"),
    "State Corporation": title("Мемлекеттік корпорация", "Государственная корпорация", "State Corporation"),
    "State duty": title("Мемлекеттік баж", "Государственная пошлина", "State duty"),
    "recipient": title("өтініш беруші", "заявитель", "applicant"),
    "official": title("лауазымды адам", "должностное лицо", "official"),
}  # fmt: skip

DEEDS: Mapping[str, Mapping[str, str]] = {
    "all": title("бәрі", "все", "all"),
    "approve": title("Мақұлдау", "Одобрить", "Approve"),
    "authorised": title("авторизация өтті", "авторизован", "authorised"),
    "booked": title("орын алынды", "место забронировано", "booked"),
    "by_link": title("сілтеме бойынша", "по ссылке", "by the link"),
    "cancelled": title("бас тартылды", "отменено", "cancelled"),
    "direct": title("тікелей", "напрямую", "directly"),
    "exist": title("бар", "есть", "there are"),
    "exists": title("бар", "есть", "there is one"),
    "failed": title("өтпеді", "не сдан", "failed"),
    "filled": title("толтырылды", "заполнено", "filled in"),
    "followed": title("сілтемемен өтті", "переход по ссылке", "followed the link"),
    "formalise": title("Рәсімдеу", "Оформить", "Formalise"),
    "granted": title("рұқсат берілді", "разрешено", "granted"),
    "hand_over": title("Беру", "Выдать", "Hand over"),
    "issued": title("берілді", "выдано", "issued"),
    "known": title("белгілі", "известно", "known"),
    "missed": title("келмеді", "не явился", "missed"),
    "none": title("жоқ", "нет", "none"),
    "not_granted": title("рұқсат берілмеді", "не разрешено", "not granted"),
    "not_paid": title("төленбеді", "не оплачено", "not paid"),
    "not_taken": title("алынбады", "не получено", "not taken"),
    "not_yet": title("әлі жоқ", "ещё нет", "not yet"),
    "numbered": title("нөмір берілді", "присвоен номер", "numbered"),
    "ordered": title("тапсырыс берілді", "заказано", "ordered"),
    "paid": title("төленді", "оплачено", "paid"),
    "passed": title("өтті", "пройдено", "passed"),
    "pay": title("Төлеу", "Оплатить", "Pay"),
    "photograph": title("Суретке түсіру", "Сфотографировать", "Take the photograph"),
    "printed": title("басып шығарылды", "напечатано", "printed"),
    "refunded": title("қайтарылды", "возвращено", "refunded"),
    "refuse": title("Бас тарту", "Отказать", "Refuse"),
    "taken": title("алынды", "получено", "taken"),
    "withdrawn": title("кері алынды", "отозвано", "withdrawn"),
}
