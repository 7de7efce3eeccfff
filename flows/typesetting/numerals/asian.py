"""Write numbers in Chinese, Japanese and Korean characters."""

KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
KANA_NARROW = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ"
IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
IROHA_NARROW = "ｲﾛﾊﾆﾎﾍﾄﾁﾘﾇﾙｦﾜｶﾖﾀﾚｿﾂﾈﾅﾗﾑｳヰﾉｵｸﾔﾏｹﾌｺｴﾃｱｻｷﾕﾒﾐｼヱﾋﾓｾｽﾝ"
KOREAN_SYLLABLES = "가나다라마바사아자차카타파하"
KOREAN_LETTERS = "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"
STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
CHINESE_DIGITS = "零一二三四五六七八九"
LEGAL_JAPANESE = "零壱弐参四伍六七八九"
KOREAN_DIGITS = "영일이삼사오육칠팔구"
_NATIVE_ONES = ("", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")


def by_digits(count: int, digits: str) -> str:
    """Return a number digit by digit."""
    return "".join(digits[int(figure)] for figure in str(count))


def chinese(count: int) -> str:
    """Return a number in Chinese numerals: 十一 for 11, 一百零一 for 101."""
    text = _counted(count, CHINESE_DIGITS, "十百千", "万")
    return text[1:] if text.startswith("一十") else text


def legal_simplified(count: int) -> str:
    """Return a number in financial numerals, simplified Chinese."""
    return _counted(count, "零壹贰叁肆伍陆柒捌玖", "拾佰仟", "万")


def legal_traditional(count: int) -> str:
    """Return a number in financial numerals, traditional Chinese."""
    return _counted(count, "零壹貳參肆伍陸柒捌玖", "拾佰仟", "萬")


def korean(count: int) -> str:
    """Return a number in Sino-Korean numerals."""
    high, low = divmod(count, 10000)
    text = ""
    for part, unit in ((high, "만"), (low, "")):
        for size, name in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
            digit = part // size % 10
            if digit:
                text += ("" if digit == 1 and (name or (unit and part == 1)) else KOREAN_DIGITS[digit]) + name
        text += unit if part else ""
    return text


def native_korean(count: int) -> str:
    """Return a number in native Korean numerals, which end at 99."""
    return _NATIVE_TENS[count // 10] + _NATIVE_ONES[count % 10] if count < 100 else korean(count)


def _counted(count: int, digits: str, units: str, myriad: str) -> str:
    """Return a number with a unit after each digit, and one zero for each gap between digits."""
    high, low = divmod(count, 10000)
    text = _four(high, digits, units) + myriad if high else ""
    if low:
        text += (digits[0] if high and low < 1000 else "") + _four(low, digits, units)
    return text


def _four(count: int, digits: str, units: str) -> str:
    text, skipped = "", False
    for place in (3, 2, 1, 0):
        digit = count // 10**place % 10
        if digit:
            text += (digits[0] if skipped and text else "") + digits[digit] + (units[place - 1] if place else "")
        skipped = not digit
    return text
