"""What officials do in tasks and what findings come to, in words; what may be done in many cases at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def _in(kk: str, ru: str, en: str) -> Mapping[str, str]:
    return {"kk": kk, "ru": ru, "en": en}


DEEDS: Mapping[str, Mapping[str, str]] = {
    "appoint": _in("Тағайындау", "Назначить", "Appoint"),
    "refuse": _in("Бас тарту", "Отказать", "Refuse"),
    "return": _in("Толықтыруға қайтару", "Вернуть на дооформление", "Return for completion"),
    "entered": _in("Мөлшерді енгізу", "Внести размер", "Enter the amount"),
    "formed": _in("Іс макеті жасалды", "Макет дела сформирован", "The case file is formed"),
    "brought": _in("Құжаттар әкелінді", "Документы принесены", "The documents were brought"),
    "supplemented": _in("Іс макеті толықтырылды", "Макет дела дополнен", "The case file is supplemented"),
    "stands": _in("Шешімді күшінде қалдыру", "Оставить решение в силе", "Let the decision stand"),
    "order_again": _in("Қайта тапсыру", "Заказать снова", "Order again"),
    "claimed": _in("Қайтаруды талап ету", "Взыскать", "Claim back"),
    "waived": _in("Талап етпеу", "Не взыскивать", "Waive"),
    "explained": _in("Түсіндірілді", "Объяснено", "Explained"),
    # findings
    "identified": _in("анықталды", "установлено", "identified"),
    "nobody": _in("ешкім табылмады", "никто не найден", "nobody"),
    "large": _in("көпбалалы", "многодетная", "large"),
    "not_large": _in("көпбалалы емес", "не многодетная", "not large"),
    "nothing": _in("ештеңе жоқ", "ничего нет", "nothing"),
    "found": _in("табылды", "найдено", "found"),
    "confirmed": _in("расталды", "подтверждено", "confirmed"),
    "not_confirmed": _in("расталмады", "не подтверждено", "not confirmed"),
    "passed": _in("өтті", "пройдено", "passed"),
    "negative": _in("теріс", "отрицательно", "negative"),
    "drafted": _in("жоба жасалды", "проект составлен", "drafted"),
    "no_amount": _in("мөлшер есептелмеді", "размер не рассчитан", "no amount"),
    "no_pension": _in("зейнетақы жоқ", "пенсии нет", "no pension"),
    "too_late": _in("тым кеш", "слишком поздно", "too late"),
    "given": _in("берілген", "дано", "given"),
    "kin": _in("туыс", "родственник", "kin"),
    "not_kin": _in("туыс емес", "не родственник", "not kin"),
    "still_positive": _in("әлі де оң", "по-прежнему положительно", "still positive"),
    "changed": _in("өзгерді", "изменилось", "changed"),
    "automatic": _in("автоматты", "автоматически", "automatic"),
    "considered": _in("қаралады", "рассматривается", "considered"),
    "met": _in("шарт орындалды", "условие выполнено", "met"),
    "not_met": _in("шарт орындалмады", "условие не выполнено", "not met"),
    "at_home": _in("үйде", "дома", "at home"),
    "in_orphanage": _in("балалар үйінде", "в детском доме", "in orphanage"),
    # ways out of steps
    "absent": _in("келмеді", "отсутствует", "absent"),
    "agree": _in("келіседі", "согласие", "agrees"),
    "alone": _in("жалғыз", "один диалог", "alone"),
    "annex5": _in("5-қосымша жіберіледі", "направляется приложение 5", "Annex 5 follows"),
    "ask_to_open": _in("шот ашу ұсынылады", "предложить открыть счёт", "asks to open one"),
    "both": _in("екеуі де", "оба", "both"),
    "chosen": _in("таңдалды", "выбрано", "chosen"),
    "consent.refuse": _in("келісім кері алынды", "согласие отозвано", "consent taken back"),
    "end": _in("аяқталды", "завершить", "ends"),
    "handed_over": _in("берілді", "передано", "handed over"),
    "informed": _in("хабарланды", "проинформировано", "informed"),
    "known": _in("белгілі", "известно", "known"),
    "late": _in("кешікті", "просрочено", "late"),
    "left_to_the_rules": _in("ережелерге қалдырылды", "оставлено правилам", "left to the rules"),
    "no_account": _in("шот жоқ", "счёта нет", "no account"),
    "no_account_answer": _in("шот туралы жауап жоқ", "нет ответа о счёте", "no answer on the account"),
    "no_consent": _in("келісім жоқ", "нет согласия", "no consent"),
    "no_information": _in("мәлімет жоқ", "нет сведений", "no information"),
    "no_more_rounds": _in("қайта сұралмайды", "больше не спрашивается", "no more rounds"),
    "no_new_account_answer": _in(
        "жаңа шот туралы жауап жоқ", "нет ответа о новом счёте", "no answer on the new account"
    ),
    "no_number": _in("нөмір жоқ", "номера нет", "no number"),
    "none": _in("жоқ", "нет", "none"),
    "one_bank": _in("бір банк", "один банк", "one bank"),
    "other_bank": _in("басқа банк", "другой банк", "another bank"),
    "period_over": _in("мерзім аяқталды", "срок истёк", "the period is over"),
    "placed": _in("төлеуге қойылды", "поставлено на выплату", "placed"),
    "received": _in("алынды", "получено", "received"),
    "recorded": _in("жазылды", "зафиксировано", "recorded"),
    "refused": _in("бас тартылды", "отказано", "refused"),
    "registered": _in("тіркелді", "зарегистрировано", "registered"),
    "returned": _in("қайтарылды", "возвращено", "returned"),
    "sent": _in("жіберілді", "отправлено", "sent"),
    "several_banks": _in("бірнеше банк", "несколько банков", "several banks"),
    "signed": _in("қол қойылды", "подписано", "signed"),
    "silence": _in("жауап жоқ", "нет ответа", "no answer"),
    "told": _in("хабарланды", "сообщено", "told"),
    "withdrawn": _in("кері алынды", "отозвано", "withdrawn"),
    "without_documents": _in("құжаттарсыз", "без документов", "without documents"),
}

#: Forming the case file (§89, §133, §154) is the same for every case. Decisions are not here: each case is
#: considered by itself (§24, §90, §111, §134, §155, §180).
TOGETHER: Mapping[str, Collection[str]] = {"form_file": ("formed",)}
