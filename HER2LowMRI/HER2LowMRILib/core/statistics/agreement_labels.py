"""Words for the size of an agreement."""

from math import isnan

# Landis & Koch wrote 0.00-0.20, 0.21-0.40, ...: a kappa of 0.205 or below 0 would have no word. Closed here:
# every class reaches up to and includes its upper bound.
_LANDIS_KOCH = ((0.0, "poor"), (0.20, "slight"), (0.40, "fair"), (0.60, "moderate"), (0.80, "substantial"))
_KOO_LI = ((0.5, "poor"), (0.75, "moderate"), (0.9, "good"))


def landis_koch(kappa: float) -> str:
    """Word of Landis & Koch (1977, doi 10.2307/2529310) for a kappa; empty for NaN."""
    if isnan(kappa):
        return ""
    if kappa < 0:
        return "poor"
    return next((word for bound, word in _LANDIS_KOCH[1:] if kappa <= bound), "almost perfect")


def koo_li(ci_low: float, ci_high: float) -> str:
    """Words of Koo & Li (2016, doi 10.1016/j.jcm.2016.02.012) for an ICC, judged on its 95 % interval.

    Below 0.5 poor, 0.5-0.75 moderate, 0.75-0.9 good, above 0.9 excellent; "moderate to good" when the
    interval spans classes. Empty when the interval is not known.
    """
    if isnan(ci_low) or isnan(ci_high):
        return ""
    low, high = _koo_li_word(ci_low), _koo_li_word(ci_high)
    return low if low == high else f"{low} to {high}"


def _koo_li_word(value: float) -> str:
    # 0.9 itself is still "good": the authors call only values greater than 0.90 excellent.
    if value > _KOO_LI[-1][0]:
        return "excellent"
    return next((word for bound, word in _KOO_LI[:-1] if value < bound), "good")
