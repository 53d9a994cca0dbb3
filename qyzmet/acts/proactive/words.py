"""What each step is called: Kazakh, Russian, English."""

from __future__ import annotations

from collections.abc import Mapping


def _in(kk: str, ru: str, en: str) -> Mapping[str, str]:
    return {"kk": kk, "ru": ru, "en": en}


TITLES: Mapping[str, Mapping[str, str]] = {
    "identify_birth": _in("Алушыны туыстық арқылы анықтау", "Определить получателя через родство", "Find the recipient through kinship"),
    "identify_award": _in("Марапатталған ананы анықтау", "Установить награждённую мать", "Identify the awarded mother"),
    "composition": _in("Отбасы құрамын жинау", "Собрать состав семьи", "Assemble the family composition"),
    "existing": _in("Өтініш немесе макет бар ма?", "Есть ли заявление или макет дела?", "Is there an application or a case file?"),
    "confirm": _in("Мемлекеттік органдар деректерді растайды", "Госорганы подтверждают данные", "State bodies confirm the data"),
    "list": _in("Тізімді Е-макетке беру", "Передать список в Е-макет", "Hand the list to E-Maket"),
    "mlsp_data": _in("Еңбекмині деректерін алу", "Получить данные Минтруда", "Get the ministry's data"),
    "flc": _in("Форматты-логикалық бақылау", "Форматно-логический контроль", "Format-logical control"),
    "eligible": _in("«Тиісті» мәртебесі", "Статус «Соответствует»", "Status ELIGIBLE"),
    "number": _in("МАБ-та нөмір бар ма?", "Есть ли номер в БМГ?", "Is there a number?"),
    "consent_request": _in("Келісім сұрауын тіркеу", "Зарегистрировать запрос согласия", "Register the consent request"),
    "consent": _in("Келісім сұрау (1-қосымша)", "Запросить согласие (приложение 1)", "Ask for consent (Annex 1)"),
    "consent_silence": _in("Келісімге жауап жоқ", "Нет ответа о согласии", "No answer on consent"),
    "over_without_consent": _in("Мерзім аяқталды (5-қосымша)", "Срок истёк (приложение 5)", "Period over (Annex 5)"),
    "refusal": _in("Бас тартуды тіркеу", "Зафиксировать отказ", "Record the refusal"),
    "consent_record": _in("Келісімді тіркеу", "Зафиксировать согласие", "Record the consent"),
    "consented": _in("Келісім бергендер тізімі Е-макетке", "Список согласившихся в Е-макет", "Those who consented to E-Maket"),
    "accounts": _in("Банктерден шот сұрау", "Запросить счета в банках", "Ask the banks for accounts"),
    "ask_bank": _in("Бір банк: 2-қосымша", "Один банк: приложение 2", "One bank: Annex 2"),
    "ask_banks": _in("Бірнеше банк: 3-қосымша", "Несколько банков: приложение 3", "Several banks: Annex 3"),
    "other_bank": _in("Басқа банк таңдалды", "Выбран другой банк", "Another bank is wanted"),
    "ask_to_open": _in("Шот ашуды ұсыну: 4-қосымша", "Предложить открыть счёт: приложение 4", "Offer to open an account: Annex 4"),
    "monitor": _in("Банктерді бақылау", "Мониторинг банков", "Watch the banks"),
    "none_opened": _in("Шот ашылмады", "Счёт не открыт", "No account was opened"),
    "service_over": _in("Мерзім аяқталды: 5-қосымша", "Срок истёк: приложение 5", "Period over: Annex 5"),
    "ask_new_account": _in("Жаңа шот: 2-қосымша", "Новый счёт: приложение 2", "New account: Annex 2"),
    "new_account_silence": _in("Жаңа шотқа жауап жоқ", "Нет ответа о новом счёте", "No answer on the new account"),
    "over_new_account": _in("Мерзім аяқталды (5-қосымша)", "Срок истёк (приложение 5)", "Period over (Annex 5)"),
    "application": _in("Электрондық өтініш қалыптастыру", "Сформировать заявление", "Form the application"),
    "register": _in("Өтінішті тіркеу", "Зарегистрировать заявление", "Register the application"),
    "draft": _in("ЭШЖ мен ЭІМ қалыптастыру", "Сформировать ЭПР и ЭМД", "Draft decision and case file"),
    "decide": _in("Уәкілетті органның шешімі", "Решение уполномоченного органа", "The authorised body decides"),
    "return_file": _in("ЭІМ-ді толықтыруға қайтару", "Вернуть макет на дооформление", "Return for completion"),
    "tell_return": _in("Құжаттар туралы хабарлау", "Сообщить о документах", "Tell that documents are needed"),
    "documents": _in("Құжаттарды күту", "Ожидать документы", "Wait for documents"),
    "supplement": _in("ЭІМ-ді толықтыру", "Дополнить макет", "Supplement the case file"),
    "supplement_late": _in("Толықтыру кешікті", "Дополнение просрочено", "Supplementing is late"),
    "refuse_without_documents": _in("Құжатсыз бас тарту", "Отказ без документов", "Refuse for want of documents"),
    "sign": _in("Басшының ЭЦҚ-сы", "ЭЦП руководителя", "The head's signature"),
    "sign_refusal": _in("Бас тартуға қол қою", "Подписать отказ", "Sign the refusal"),
    "place": _in("ОДҚ-да төлеуге қою", "Поставить на выплату в ЦБД", "Place in ODK for payment"),
    "tell_appointed": _in("Тағайындалғанын хабарлау", "Сообщить о назначении", "Tell of the appointment"),
    "tell_refused": _in("Бас тартылғанын хабарлау", "Сообщить об отказе", "Tell of the refusal"),
    "inform_appointed": _in("SDU-ға мәлімет беру", "Сообщить в SDU", "Inform SDU"),
    "inform_refused": _in("SDU-ға мәлімет беру", "Сообщить в SDU", "Inform SDU"),
    "left_out": _in("Тізімге енгізілмеді", "Не включён в список", "Left out of the list"),
    "not_eligible": _in("«Тиісті емес»", "«Не соответствует»", "NOT ELIGIBLE"),
    "no_number": _in("Нөмір жоқ", "Нет номера", "No number"),
    "no_consent": _in("Келісім берілмеді", "Согласие не дано", "No consent given"),
    "refused": _in("Алушы бас тартты", "Получатель отказался", "The recipient refused"),
    "no_account_answer": _in("Шот бойынша жауап жоқ", "Нет ответа о счёте", "No answer on the account"),
    "no_new_account_answer": _in("Жаңа шот бойынша жауап жоқ", "Нет ответа о новом счёте", "No answer on the new account"),
    "appointed": _in("Тағайындалды", "Назначено", "Appointed"),
    "decision_refused": _in("Тағайындаудан бас тартылды", "В назначении отказано", "Refused by decision"),
    "refused_without_documents": _in("Құжаттар берілмегендіктен бас тартылды", "Отказано: документы не представлены", "Refused: no documents given"),
}  # fmt: skip
