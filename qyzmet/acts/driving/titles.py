"""Names of the steps in three languages; the Kazakh ones are the act's own labels where it has one."""

from __future__ import annotations

from collections.abc import Mapping


def title(kk: str, ru: str, en: str) -> Mapping[str, str]:
    return {"kk": kk, "ru": ru, "en": en}


TITLES: Mapping[str, Mapping[str, str]] = {
    "choose": title("Қызметті таңдау", "Выбор услуги", "Choose the service"),
    "link": title("Сілтеме бойынша өту", "Переход по ссылке", "Pass by the link"),
    "authorise": title("Авторизациядан өту", "Авторизация", "Authorisation"),
    "sign_in": title("Авторизациядан өту", "Авторизация", "Sign in"),
    "access": title(
        "Дербес деректерге қол жеткізуді бақылау сервисіне сұрау салу",
        "Запрос в сервис контроля доступа к персональным данным",
        "Access to personal data",
    ),
    "licence": title(
        "Жүргізуші куәлігінің бар-жоғы туралы сұрау салу",
        "Запрос о наличии водительского удостоверения",
        "No driving licence yet",
    ),
    "restrictions": title(
        "Емтихан тапсыруға шектеулердің бар-жоғы туралы сұрау салу",
        "Запрос об ограничениях на сдачу экзамена",
        "No restriction on sitting the examination",
    ),
    "medical": title(
        "073/у нысаны бойынша медициналық анықтамаға сұрау салу",
        "Запрос медицинской справки по форме 073/у",
        "Medical certificate of form 073/у",
    ),
    "dispensary": title(
        "Нарко-, психоесептер бойынша мәліметтерге сұрау салу",
        "Запрос сведений о нарко- и психоучёте",
        "No narcological or psychiatric record",
    ),
    "school": title(
        "Автомектепті аяқтағаны туралы куәліктің бар-жоғы туралы сұрау салу",
        "Запрос о свидетельстве об окончании автошколы",
        "Certificate of a driving school",
    ),
    "attempts": title(
        "Емтихан тапсыруға әрекеттер саны туралы сұрау салу",
        "Запрос о количестве попыток сдачи экзамена",
        "Attempts at the examination",
    ),
    "fill_in": title("Өтініш жолдарын толтыру", "Заполнение строк заявления", "Fill in the application"),
    "number": title("Өтінімге нөмір беру", "Присвоение номера заявке", "The application gets a number"),
    "theory_booking": title(
        "Теориялық емтиханға күн мен уақытты броньдау",
        "Бронирование теоретического экзамена",
        "Book the theory examination",
    ),
    "theory_exam": title("Теориялық емтихан", "Теоретический экзамен", "Theory examination"),
    "practice_booking": title(
        "Практикалық емтиханға күн мен уақытты броньдау",
        "Бронирование практического экзамена",
        "Book the practical examination",
    ),
    "practice_exam": title("Практикалық емтихан", "Практический экзамен", "Practical examination"),
    "formalities": title(
        "Мемлекеттік баж, суретке түсу, өтінімді рәсімдеу",
        "Госпошлина, фотографирование, оформление заявки",
        "State duty, photograph, formalisation",
    ),
    "duty": title("Мемлекеттік баж төлеу", "Оплата государственной пошлины", "State duty"),
    "photo": title("Суретке түсу", "Фотографирование", "Photograph"),
    "complete": title("Үшеуі де орындалды ма", "Выполнено ли всё", "All three done"),
    "certificates_again": title(
        "Анықтамалардың мерзімі", "Сроки справок", "Have certificates expired meanwhile"
    ),
    "review": title(
        "Өтінімді уәкілетті ӘПБ қызметкерінің қарауы",
        "Рассмотрение заявки уполномоченным сотрудником УАП",
        "Review by the administrative police",
    ),
    "print_order": title("Басып шығаруға тапсыру", "Заказ печати", "Order the printing"),
    "printing": title(
        "Жүргізуші куәлігін басып шығару", "Печать водительского удостоверения", "Printing of the licence"
    ),
    "issue": title(
        "Жүргізуші куәлігін беру", "Выдача водительского удостоверения", "Handing over at the PSC"
    ),
    "handed_over": title("Берілгенін белгілеу", "Отметка о выдаче", "Note of handing over"),
    "present": title("Қолданыстағы куәлік", "Действующее удостоверение", "The present licence"),
    "replacement_number": title(
        "Өтінімге нөмір беру", "Присвоение номера заявке", "The request gets a number"
    ),
    "issued": title("Куәлік берілді", "Удостоверение выдано", "Licence issued"),
    "refused": title("Бас тартылды", "Отказано", "Refused"),
    "ended_access_not_granted": title(
        "Деректерге қол жеткізуге рұқсат берілмеді", "Доступ к данным не разрешён", "Access was not granted"
    ),
    "ended_licence_exists": title("Жүргізуші куәлігі бар", "Удостоверение уже есть", "There is a licence"),
    "ended_exam_restriction": title("Шектеу бар", "Есть ограничение", "There is a restriction"),
    "ended_no_medical_certificate": title(
        "Медициналық анықтама жоқ", "Нет медицинской справки", "No medical certificate"
    ),
    "ended_dispensary_record": title("Есепте тұр", "Состоит на учёте", "There is a dispensary record"),
    "ended_no_school_certificate": title(
        "Автомектеп куәлігі жоқ", "Нет свидетельства автошколы", "No certificate of a driving school"
    ),
    "ended_no_attempts": title("Әрекеттер қалмады", "Попыток нет", "No attempts"),
    "ended_theory_failed": title(
        "Теориялық емтихан тапсырылмады", "Теоретический экзамен не сдан", "Theory examination failed"
    ),
    "ended_practice_failed": title(
        "Практикалық емтихан тапсырылмады", "Практический экзамен не сдан", "Practical examination failed"
    ),
    "ended_no_licence": title(
        "Ауыстыратын куәлік жоқ", "Нет удостоверения для замены", "No licence to replace"
    ),
}
