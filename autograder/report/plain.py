"""Text of a student's, made harmless: no control sequence of a terminal, no reordering of letters.

File names, exception messages and tracebacks are whatever a student made them, and they end up in
terminals, in spreadsheets and on pages.
"""

from __future__ import annotations

REPLACEMENT = 0xFFFD
PICTURES = 0x2400
DELETE = 0x7F
BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
SEPARATORS = (0x2028, 0x2029)

HARMFUL: dict[int, int] = {
    **{code: PICTURES + code for code in range(0x20) if chr(code) not in "\t\n"},
    DELETE: 0x2421,
    **dict.fromkeys((*range(0x80, 0xA0), *BIDI, *SEPARATORS, *range(0xD800, 0xE000)), REPLACEMENT),
}


def plain(text: str) -> str:
    """The text with visible signs in the place of control characters; tabs and line ends stay."""
    if text.isascii() and text.isprintable():
        return text
    return text.replace("\r\n", "\n").translate(HARMFUL)


def one_line(text: str, limit: int | None = None) -> str:
    """The text on one line, cut to ``limit`` characters."""
    line = " ".join(plain(text).split())
    return line if limit is None or len(line) <= limit else line[: limit - 1] + "…"
