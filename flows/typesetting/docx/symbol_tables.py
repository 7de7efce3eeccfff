"""The characters of Symbol, Wingdings and Webdings as Unicode has them, in the order of their codes from 0x20 to 0xFF.

Unicode 7.0 added a character for each of theirs that it lacked (Unicode Technical Committee, L2/12-368). Where an older
character shows the same sign, such as a ticked box or an arrow to the right, that one stands here, since more fonts
have it. U+FFFD marks codes that the font leaves free.
"""

SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?"  # 20
    "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"  # 40
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼\ufffd"  # 60
    "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
    "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"  # 80
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵"  # A0
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"  # C0
    "◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭\ufffd"  # E0
)
WINGDINGS = (
    " ✏✂✁👓🕭🕮🕯☎✆✉🖃📪📫📬📭🗀🗁🗎🗏🗐🗄⌛🖮🖰🖲🖳🖴🖫🖬✇✍"  # 20
    "✍✌🖏👍👎☜☞☝☟🖐☺😐☹💣☠🏳🏱✈☼🌢❄✝✞🕈✠✡☪☯🕉☸♈♉"  # 40
    "♊♋♌♍♎♏♐♑♒♓🙰🙵●❍■□□❑❒⧫⧫◆❖◆⌧⮹⌘❀🏶❝❞▯"  # 60
    "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿🙢🙠🙡🙣🙞🙜🙝🙟·•"  # 80
    "▪○○○◉◎❍▪□🟁✦★✶✴✹🟑⯐⌖⯎⯏⯑✪☆🕐🕑🕒🕓🕔🕕🕖🕗🕘"  # A0
    "🕙🕚🕛⮰⮱⮲⮳⮴⮵⮶⮷🙪🙫🙕🙔🙗🙖🙐🙑🙒🙓⌫⌦◀➢▲▼⮈➲⮉⮋←"  # C0
    "→↑↓↖↗↙↘⬅➔⬆⬇⬉⬈⬋⬊⇦⇨⇧⇩⬄⇳⬁⬀⬃⬂🢬🢭✗✓☒☑\ufffd"  # E0
)
WINGDINGS_2 = (
    " 🖊🖋🖌🖍✄✂🕾🕽🗅🗆🗇🗈🗉🗊🗋🗌🗍📋🗑🗔🖵🖶🖷🖸🖭🖯🖱🖒🖓🖘🖙"  # 20
    "🖚🖛👈👉🖜🖝🖞🖟🖠🖡👆👇🖢🖣🖑✗✓☒☑☒☒⮾⮿🛇⦸🙱🙴🙲🙳‽🙹🙺"  # 40
    "🙻🙦🙤🙥🙧🙚🙘🙙🙛⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿\ufffd"  # 60
    "☉🌕☽☾⸿✝✝🕜🕝🕞🕟🕠🕡🕢🕣🕤🕥🕦🕧🙨🙩⋅••●○○○○⊙◉▪"  # 80
    "▪◾■□□□□▣▣▣▣◆◆◆◆◇◈◈◈◈⧫⧫⧫⧫◊🞠◖◗⯊⯋■◆"  # A0
    "⬟⯂⬣⬢⯃⯄✚✚✚✚✚✚✚✕✕✕✕✕✕✕🞯🞰🞱🞲🞳🞴🞵🞶🞷🞸🞹🞺"  # C0
    "🞻🞼🞽🞾🞿🟀🟂✦✦★★✶✶✴✴✹✹🟃🟇✯🟍🟔✦⯍※⁂\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"  # E0
)
WINGDINGS_3 = (
    " ←→↑↓↖↗↙↘⇤⇥⭱⭳⭶⭸⭻⭽↔↕⭪⭬⭫⭭↯⮠⮡⮢⮣⮤⮥⮦⮧"  # 20
    "↲↳⮒⮓⇆⮃⭾⭿⇇⇉⇈⇊⮏⮍⮎⮌↻↺⎋⌤⌃⌥␣⍽⇪⮸🢠🢡🢢🢣🢤🢥"  # 40
    "🢦🢧🢨🢩🢪🢫←→↑↓↖↗↙↘↔↕▲▼△▽◀▶◁▷◣◢◤◥◀▶🞁\ufffd"  # 60
    "🞃▲▼◀▶◀▶▲▼←→↑↓←→↑↓←→↑↓←→↑↓←→↑↓←→↑"  # 80
    "↓←→↑↓←→←→←→←🢜🢝🢞🢟→←→🠴🠶🠸🠺🠹🠻🢘🢚🢙🢛🠼🠾🠽"  # A0
    "🠿🡀🡂🡁🡃🡄🡆🡅🡇⮨⮩⮪⮫⮬⮭⮮⮯🡠🡢🡡🡣🡤🡥🡧🡦🡰🡲🡱🡳🡴🡵🡷"  # C0
    "🡶🢀🢂🢁🢃🢄🢅🢇🢆🢐🢒🢑🢓🢔🢖🢕🢗\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"  # E0
)
WEBDINGS = (
    " 🕷🕸🕲🕶🏆🎖🖇🗨🗩🗰🗱🌶🎗🙾🙼🗕🗖🗗◀▶▲▼⏪⏩⏮⏭⏸⏹⏺🗚🗳"  # 20
    "🛠🏗🏘🏙🏚🏜🏭🏛🏠🏖🏝🛣🔍🏔👁👂🏞🏕🛤🏟🛳🕬🕫🕨🔈🎔🎕🗬🙽🗭🗪🗫"  # 40
    "⮔✔🚲□🛡📦🛱■🚑🛈🛩🛰🟈🕴⬤🛥🚔🗘✕?🛲🚇🚍⛳⦸⊖🚭🗮⏐🗯🗲\ufffd"  # 60
    "🚹🚺🛉🛊🚼👽🏋⛷🏂🏌🏊🏄🏍🏎🚘🗠🛢💰🏷💳👪🗡🗢🗣✯🖄🖅🖃🖆🖹🖺🖻"  # 80
    "🕵🕰🖽🖾📋🗒🗓🕮📚🗞🗟🗃🗂🖼🎭🎜🎘🎙🎧💿🎞📷🎟🎬📽📹📾📻🎚🎛📺💻"  # A0
    "🖥🖦🖧🕹🎮🕻🕼📟🖁🖀🖨🖩🖿🖪🗜🔒🔓🗝📥📤🕳🌣🌤🌥🌦☁🌨🌧🌩🌪🌬🌫"  # C0
    "🌜🌡🛋🛏🍽🍸🛎🛍Ⓟ♿🛆🖈🎓🗤🗥🗦🗧🛪🐿🐦🐟🐕🐈🙬🙮🙭🙯🗺🌍🌏🌎🕊"  # E0
)
