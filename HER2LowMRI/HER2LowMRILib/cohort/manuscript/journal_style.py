"""P values, decimals and dashes as journals print them."""

import math
import re
from dataclasses import dataclass

from HER2LowMRILib.core.wording import rounded


@dataclass(frozen=True)
class JournalStyle:
    """How a journal prints numbers.

    Attributes
    ----------
    name : str
    decimal : str
        Sign before the decimals.
    p_symbol : str
        Set in italics.
    leading_zero : bool
        Of p values.
    smallest_p : float
        Below it "<" and this value.
    largest_p : float
        Above it ">" and this value; infinite for none.
    significant : int or None
        Significant digits of p; None for AMA's rule of two decimals, three below .01 and where two would hide which
        side of .05 a value lies on.
    """

    name: str
    decimal: str
    p_symbol: str
    leading_zero: bool
    smallest_p: float
    largest_p: float
    significant: int | None

    def p(self, value: float) -> str:
        """A p value without its symbol; an en dash where there is none."""
        if math.isnan(value):
            return "–"
        if value < self.smallest_p:
            return f"<{self._p_number(f'{self.smallest_p:f}'.rstrip('0'))}"
        if value > self.largest_p:
            return f">{self._p_number(f'{self.largest_p:g}')}"
        return self._p_number(rounded(value, self._p_decimals(value)))

    def _p_decimals(self, value: float) -> int:
        if self.significant is not None:
            return max(self.significant - 1 - math.floor(math.log10(value)), 2)
        two = float(rounded(value, 2))
        return 2 if value >= 0.01 and (two < 0.05) == (value < 0.05) and two != 0.05 else 3

    def _p_number(self, text: str) -> str:
        return self.text(text if self.leading_zero else text.removeprefix("0"))

    def number(self, value: float, digits: int) -> str:
        """A number; an en dash where there is none."""
        return self.text(rounded(value, digits)) if math.isfinite(value) else "–"

    def interval(self, estimate: float, low: float, high: float, digits: int) -> str:
        """Estimate with its limits."""
        if math.isnan(estimate):
            return "–"
        shown = [self._bounded(value, digits) for value in (estimate, low, high)]
        if math.isnan(low) or math.isnan(high):
            return shown[0]
        between = "–" if low >= 0 else " to "
        return f"{shown[0]} ({shown[1]}{between}{shown[2]})"

    def _bounded(self, value: float, digits: int) -> str:
        if value > 1000:
            return ">1000"
        return "<" + self.text("0.01") if 0 < value < 0.005 and digits == 2 else self.number(value, digits)

    def text(self, text: str) -> str:
        """A text with numbers in it: sign of the decimals, minus, percent sign, dashes of ranges."""
        text = text.replace(" %", "%")
        text = re.sub(r"(?<![\w.)])-(?=[\d.])", "\N{MINUS SIGN}", text)
        # A dash would look like a sign beside a negative number.
        text = re.sub(r"\(([\d.]+) to ([\d.]+)\)", r"(\1–\2)", text)
        return re.sub(r"(?<=\d)\.(?=\d)|(?<!\d)\.(?=\d)", self.decimal, text)


STYLES = {
    "ama": JournalStyle("AMA", ".", "P", False, 0.001, 0.99, None),
    "lancet": JournalStyle("The Lancet", "·", "p", True, 0.0001, math.inf, 2),
}
