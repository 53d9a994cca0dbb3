"""The words that may stand around a code in a reply, and which way each of them points.

Words are compared folded: small letters, Kazakh letters as their Russian neighbours, look-alike Latin
letters as Cyrillic (`fold`). Parts of the text of our own SMS ("үшін", "жіберіңіз", "отправьте") are
left out on purpose: with them a quoted or forwarded half of a question would look like an answer.
"""

from __future__ import annotations

import re
from enum import Enum


class Way(Enum):
    """Which way a word or phrase points."""

    POLITE = "polite"
    AGREES = "agrees"
    DENIES = "denies"


_LETTERS = str.maketrans("қғүұәөңіһё", "кгууаониxе".replace("x", "х"))
_LOOK_ALIKE = str.maketrans("aceopxykmthbi", "асеорхукмтнви")
_CYRILLIC = re.compile(r"[а-яәғқңөұүһіё]")

_POLITE = """
сәлем | сәлеметсіз бе | сәлеметсіздер ме | саламатсыз ба | саламатсызба | сәлеметсізбе | ассалаумағалейкум
ассалаумағалайкум | ассаламу алейкум | қайырлы күн | қайырлы таң | қайырлы кеш | рахмет | рақмет | көп рахмет
көп рақмет | үлкен рахмет | рахмет сізге | рақмет сізге | сізге рахмет | өтінемін | құрметпен | жауабым
менің жауабым | жауап | міне | алла разы болсын | аман болыңыз | сау болыңыз | денсаулық тілеймін
здравствуйте | здраствуйте | здрасте | добрый день | добрый вечер | доброе утро | добрый | привет | салам
спасибо | большое спасибо | спасибо большое | спс | благодарю | благодарю вас | спасибо вам | пожалуйста
пожалуста | пожайлуста | пж | прошу | с уважением | мой ответ | ответ | вот | всего доброго | всего хорошего
salem | salemetsiz be | salemetsizbe | assalaumagaleikum | rahmet | raqmet | rakhmet | kop rahmet | spasibo
zdravstvuite | zdravstvuyte | dobryi den | dobryy den | pozhaluista | pozhaluysta | jauap | otvet | zhauap
hello | hi | thanks | thank you | please
""".replace("\n", "|")
_AGREES = """
иә | ия | йә | иа | ие | әрине | келісемін | келісем | келісім | келісім беремін | келістім | қосыламын
жарайды | мақұл | болады | қабылдаймын | мен келісемін | біз келісеміз | растаймын | толық келісемін
да | согласен | согласна | согласны | я согласен | я согласна | мы согласны | согласие | даю согласие
подтверждаю | конечно | хорошо | ок | окей | полностью согласна | полностью согласен | ага | принимаю
ia | iya | iyә | kelisemin | kelisem | kelisim | kelisim beremin | arine | jaraidy | zharaidy | da | soglasen
soglasna | ya soglasna | ya soglasen | yes | ok | okay | i agree | agree
""".replace("\n", "|")
_DENIES = """
жоқ | бас тартамын | бас тартам | бас тарту | бас тарттым | мен бас тартамын | келіспеймін | мен келіспеймін
қажет емес | керек емес | маған керек емес | маған қажет емес | қажеті жоқ | керегі жоқ | қаламаймын
нет | отказ | отказываюсь | я отказываюсь | отказываемся | не согласен | не согласна | я не согласен
я не согласна | не нужно | не надо | мне не нужно | мне не надо | не хочу | отклоняю | не требуется
joq | zhoq | jok | zhok | bas tartamyn | bas tartamin | bas tartam | kelispeimin | kerek emes | net | otkaz
otkazyvaius | otkazyvayus | ne nado | ne soglasna | ne soglasen | ne nuzhno | no | no thanks | i refuse
""".replace("\n", "|")


def fold(text: str) -> str:
    """Small letters of one alphabet: `Келiсемін` with a Latin i is the same word as without."""
    small = text.translate(_LETTERS)
    return small.translate(_LOOK_ALIKE) if _CYRILLIC.search(small) else small


def _phrases(way: Way, listed: str) -> dict[tuple[str, ...], Way]:
    return {
        tuple(fold(word) for word in phrase.split()): way for phrase in listed.split("|") if phrase.strip()
    }


PHRASES = _phrases(Way.POLITE, _POLITE) | _phrases(Way.AGREES, _AGREES) | _phrases(Way.DENIES, _DENIES)
_LONGEST = max(map(len, PHRASES))


def ways_of(words: list[str]) -> set[Way] | None:
    """Which ways these words point, phrase by phrase, the longest first; None where one is not known.

    "не согласна" denies, though "согласна" alone agrees; "не" alone is no phrase and so not known.
    """
    folded, found, place = [fold(word) for word in words], set[Way](), 0
    while place < len(folded):
        for length in range(min(_LONGEST, len(folded) - place), 0, -1):
            way = PHRASES.get(tuple(folded[place : place + length]))
            if way is not None:
                found.add(way)
                place += length
                break
        else:
            return None
    return found
