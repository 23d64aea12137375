"""UIDs that take the place of others: the same for one text and study, not to be turned back without its key."""

from collections.abc import Callable

STANDARD_ROOT = "1.2.840.10008."


def derived_uid(token: Callable[[str], str], text: str) -> str:
    """A UID made of a text.

    Parameters
    ----------
    token : callable
        Text -> a word that cannot be turned back without the study's key (`CohortView.pseudonym`, an HMAC-SHA-256).
    text : str
        The UID that it stands for, or what it is the UID of.

    Returns
    -------
    str
        Below 2.25, of a number (DICOM PS3.5 B.2).
    """
    return f"2.25.{number_of(token(text) + token(text + ' '))}"


def derived_from_uid(token: Callable[[str], str], uid: str) -> str:
    """The UID that stands for another; those that DICOM defines itself stay."""
    return uid if not uid or uid.startswith(STANDARD_ROOT) else derived_uid(token, uid)


def number_of(text: str) -> int:
    """A number made of the last 15 characters of a word."""
    return int.from_bytes(text.encode()[-15:], "big")
