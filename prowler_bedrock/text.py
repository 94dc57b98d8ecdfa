"""Texts that hold names and messages from AWS or from users, safe for terminals, logs and tables.

HTML is escaped by the page's own templates, JSON by `json`.
"""

from __future__ import annotations


def plain(text: str) -> str:
    """Return a text with its control characters made visible, line breaks aside.

    Args:
        text: anything, such as a name from AWS.
    """
    return "".join(
        letter if letter.isprintable() or letter == "\n" else f"\\x{ord(letter):02x}"
        for letter in text
    )


def one_line(text: str) -> str:
    """Return a text as one line, so that nothing in it passes for another line.

    Args:
        text: anything, such as a message from AWS.
    """
    return plain(text).replace("\n", "\\n")


def shortened(text: str, longest: int) -> str:
    """Return a text, cut where it is too long; the cut shows.

    Args:
        text: the text.
        longest: how many letters it may have in the end.
    """
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
