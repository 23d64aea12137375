"""Numbers in sentences."""


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: "0 cases", "1 case", "12 cases".

    Parameters
    ----------
    number : int
        How many.
    noun : str
        One of them, e.g. "case" or "question to decide".
    plural : str, optional
        Several of them, where an "s" at the end is not enough ("questions to decide").
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number} {plural or noun + 's'}"
