"""What strangers put into fields: text that would run, lead elsewhere or break something, as bytes that are sent."""

TAG, PRODUCT = "xqtag", "9801547"
"""What shows that mark-up was taken for mark-up, and that `1337*7331` was worked out."""
INJECTED_HEADER = "x-injected"
ELSEWHERE = "evil.example"

_MARK_UP = (
    "<xqtag>",
    "</title><script>window.xq=1</script>",
    "</textarea></select></form><xqtag onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "'\"><svg/onload=alert(1)><xqtag>",
    '" onfocus=alert(1) autofocus xqtag="',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "JaVaScRiPt&#58;alert(1)",
    "data:text/html,<script>alert(1)</script>",
    '<a href="javascript:alert(1)" hx-get="/konto" hx-trigger="load">x</a>',
    "<!--><xqtag>-->",
    "<![CDATA[<xqtag>]]>",
    "&lt;xqtag&gt;",
    "<xqtag\x0cx>",
    '"><meta http-equiv=refresh content="0;url=https://evil.example">',
    "+ADw-xqtag+AD4-",
    "<\u0130mg src=x onerror=alert(1)>",
    "\uff1cxqtag\uff1e",
)
_TEMPLATES = (
    "{{1337*7331}}",
    "{% print 1337*7331 %}",
    "${1337*7331}",
    "#{1337*7331}",
    "<%= 1337*7331 %>",
    "{0.__class__}",
    "{number.__class__}{name.__class__}",
    "{name!r:>999999999}",
    "{",
    "}{",
    "%s%n%x%(name)s%",
    "{{ settings.desk_token }}{{ config }}{{ ''.__class__ }}",
)
_LINES = (
    "x\r\nX-Injected: 1",
    "x\nSet-Cookie: xqcookie=1",
    "x\r\n\r\n<xqtag>",
    'a"; filename="xq.html',
    "x\u2028y\u2029z",
    "\u560d\u560aX-Injected: 1",
)
_PATHS = (
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "....//....//etc/passwd",
    "/etc/passwd",
    "file:///etc/passwd",
    "..\\..\\windows\\win.ini",
    "CON",
    ".htaccess",
    "~root",
)
_ADDRESSES = (
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "/%09/evil.example",
    "https:evil.example",
    "/logg-inn?til=//evil.example",
    "\t//evil.example",
    "http://[::1",
)
_CELLS = ("=1+1", "=cmd|'/C calc'!A0", "+1-1", "-2+3", "@SUM(1)", "\t=1+1", '=HYPERLINK("https://evil.example")', ";=1")
_QUERIES = (
    "' OR '1'='1",
    "'; DROP TABLE agreement; --",
    "1) UNION SELECT 1 --",
    "%",
    "_",
    "\\",
    "*",
    "[a-z]*",
    "^(a+)+$",
)
_NUMBERS = (
    *("0", "-1", "1.5", "1e309", "NaN", "inf", "0x10", "1_000", "²", "٣", "१२३", "⑴", "١٨٠٤"),
    *("9" * 19, "9" * 30, "9" * 5000, "-" + "9" * 30, "18446744073709551616", "00000000000000000001804"),
)
_DAYS = ("31.02.2028", "00.00.0000", "99.99.9999", "2028-02-30", "1.1.1", "01.01.10000", "٠١.٠١.٢٠٢٧")
_ODD = (
    "",
    " ",
    "\u00a0",
    "null",
    "undefined",
    "None",
    "true",
    "[]",
    '{"$gt": ""}',
    "\u202egnp.exe",
    "a\u0300" * 300,
    "\u200b\ufeff",
    "\U0001f4a9" * 50,
    "Áilu Máhtte Čáhppe-Đorđi",
    "x" * 600,
    "x" * 20_000,
    "\x01\x02\x1b[31m\x7f",
    "a\x00b",
    "\x00",
    "1804\x00",
    "hr\x00",
)
_BYTES = (
    b"\xff\xfe<\x00x\x00q\x00t\x00a\x00g\x00>\x00",
    b"\xc0\xbcxqtag\xc0\xbe",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xe6\xf8\xe5",
    b"\xc3",
    b"\x80" * 100,
)
HUGE = b"x" * (2 * 1024 * 1024)
"""More than a form may have."""

VALUES: tuple[bytes, ...] = (
    tuple(
        one.encode("utf-8", "surrogatepass")
        for group in (_MARK_UP, _TEMPLATES, _LINES, _PATHS, _ADDRESSES, _CELLS, _QUERIES, _NUMBERS, _DAYS, _ODD)
        for one in group
    )
    + _BYTES
)
"""Each is put into every field."""

FILES: tuple[tuple[bytes, bytes], ...] = (
    (b"<xqtag>.xlsx", b"PK\x03\x04"),
    (b"../../etc/passwd", b'[{"type": "alis"}]'),
    (b"a.json", b'[{"type": "<xqtag>", "lege_navn": "{{1337*7331}}"}]'),
    (b"a.json", b"[" * 5000),
    (b"a.json", b'[{"type": "alis", "lege_navn": "\\ud800", "kommunenr": "1804\\u0000"}]'),
    (b"a.json", b'{"a": 1e400}'),
    (b"a.csv", b"=1+1;@SUM(1)\r\n<xqtag>;\x00\r\n"),
    (b"a.csv", "hpr;navn\n<xqtag>;{0.__class__}".encode("utf-16")),
    (b"a\r\nX-Injected: 1.xlsx", b"\x00" * 100),
    (b"a.html", b"<script>alert(1)</script>"),
    (b"a.svg", b"<svg onload=alert(1)>"),
    (b"x" * 5000 + b".ods", b"PK\x05\x06" + b"\x00" * 18),
    (b"a.docx", b"PK\x03\x04" + b"\xff" * 200),
    (b"", b"x"),
    (b"\xff\xfe.json", b"\xff\xfe"),
)
"""Names and contents of files that are uploaded."""
