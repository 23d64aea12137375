"""Text of a file whose encoding nobody states: UTF-8, UTF-16, Windows-1252 or GB18030.

What table programs write: Excel "CSV UTF-8" (with byte order mark), "Unicode text" (UTF-16), "CSV" (the system's own
code page: Windows-1252 in western Europe, GB18030 in China), everything else UTF-8.
"""

import codecs

from HER2LowMRILib.core.errors import StudyError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


def decoded(content: bytes, name: str) -> tuple[str, str]:
    """Decode the content of a text file.

    Parameters
    ----------
    content : bytes
        All of it.
    name : str
        What errors call the file.

    Returns
    -------
    text : str
    encoding : str
        Which one it was, in words.

    Raises
    ------
    StudyError
        If it is text of none of these encodings.
    """
    for mark, codec, words in _MARKS:
        if content.startswith(mark):
            return _strict(content, codec, words, name), words
    if content[:4000].count(0) * 5 > len(content[:4000]):
        # UTF-16 without its mark: the zero bytes of plain letters stand on one side.
        odd = content[1:4000:2].count(0) >= content[0:4000:2].count(0)
        return _strict(content, "utf-16-le" if odd else "utf-16-be", "UTF-16", name), "UTF-16"
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    if _is_chinese(content):
        return _strict(content, "gb18030", "GB18030", name), "GB18030"
    return _strict(content, "cp1252", "Windows-1252", name), "Windows-1252"


def _strict(content: bytes, codec: str, words: str, name: str) -> str:
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        raise StudyError(
            f"{name} cannot be read",
            needed="text in UTF-8, UTF-16, Windows-1252 or GB18030",
            found=f"bytes that are not {words}",
            todo='Save it as "CSV UTF-8" or .xlsx',
        ) from error
    if "\x00" in text and codec == "cp1252":
        raise StudyError(f"{name} cannot be read", needed="a table of text", found="a binary file")
    return text


def _is_chinese(content: bytes) -> bool:
    """Whether bytes above 127 come in pairs of GB 2312, most of them its common characters (rows 16 to 55).

    In western text they stand alone between letters, which is a rare character in GB18030, if any.
    """
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    common, other = 0, 0
    for character in {*text}:
        if character.isascii():
            continue
        pair = character.encode("gb18030")
        sign = len(pair) == 2 and 0xA1 <= pair[0] <= 0xA3 and pair[1] >= 0xA1
        if sign or (len(pair) == 2 and 0xB0 <= pair[0] <= 0xD7 and pair[1] >= 0xA1):
            common += not sign
        else:
            other += 1
    return common > 0 and common >= 3 * other
