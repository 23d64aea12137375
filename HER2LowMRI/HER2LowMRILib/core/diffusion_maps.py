"""From the signals of a multi-b series to ADC, D_app and K_app maps with the class of every voxel."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from HER2LowMRILib.core.b_values import b_values_of_fit, check_averages, find_b_value
from HER2LowMRILib.core.closed_form import ClosedForm
from HER2LowMRILib.core.errors import Cancelled, HER2LowMRIError, ImageError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.fit_quality import FitQuality
from HER2LowMRILib.core.general_fit import NormalEquations
from HER2LowMRILib.core.map_set import MapSet
from HER2LowMRILib.core.map_spec import ADC, D_APP, K_APP

_BLOCK = 32768
_SCRATCH_BYTES = 5_000_000


def fit_maps(
    signals: Sequence[np.ndarray],
    b_values: Sequence[float],
    averages: Sequence[float] | None = None,
    options: FitOptions | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> MapSet:
    """Fit ADC, D_app and K_app in every voxel; of two b-values the ADC alone.

    ln S(b) = ln S0 - b D + b^2 D^2 K / 6 (Jensen et al., MRM 2005;53:1432-1440, doi:10.1002/mrm.20508) by
    least squares with weights n S^2 (Veraart et al., NeuroImage 2013;81:335-346,
    doi:10.1016/j.neuroimage.2013.05.028); ADC = ln(S(b_0) / S(b_1)) / (b_1 - b_0).

    Parameters
    ----------
    signals : sequence of ndarray
        One array per b-value, all of one shape, any real type [signal units].
    b_values : sequence of float
        Ascending [s/mm2].
    averages : sequence of float, optional
        Number of averaged signals (directions x repetitions) per b-value; 1 each when left out.
    options : FitOptions, optional
        Model, ranges, precision.
    progress : callable, optional
        Called with the done fraction, 0 to 1.
    cancelled : callable, optional
        Asked between blocks; the fit stops when it returns True.

    Returns
    -------
    MapSet
        With fit quality. ADC and D_app in 1e-3 mm2/s, K_app without unit, float32 (float64 on request).

    Raises
    ------
    HER2LowMRIError
        Fewer than two b-values, b-values in another unit, no image at a b-value of the ADC, unequal shapes.
    Cancelled
        When ``cancelled`` said so.
    """
    options = options or FitOptions()
    b = b_values_of_fit(b_values, len(signals), 2, "ADC")
    n = check_averages(averages, b.size)
    arrays = check_signals(signals)
    adc_pair = tuple(find_b_value(b, wanted, "ADC") for wanted in options.adc_b)
    names = (ADC.name, D_APP.name, K_APP.name) if b.size > 2 else (ADC.name,)
    if options.s0 == "measured" and b[0] > 0 and len(names) > 1:
        raise HER2LowMRIError(
            "D_app and K_app with a measured S0 cannot be fitted",
            needed="an image at b = 0 s/mm2",
            found=f"a lowest b-value of {b[0]:g} s/mm2",
            todo="Fit S0.",
            option="--s0 free",
        )
    options = _with_used_b(options, b[list(adc_pair)])

    closed_form = b.size == 4 and options.model == "wlls" and options.s0 == "free"
    dtype = np.dtype(options.precision if closed_form else np.float64)
    rows = 12 * b.size + 40 if options.model == "nlls" else 3 * b.size + 20
    block = min(_BLOCK, _SCRATCH_BYTES // (dtype.itemsize * rows))
    kernel: ClosedForm | NormalEquations | None = None
    if closed_form:
        kernel = ClosedForm(b / 1000, n, dtype, block)
    elif len(names) > 1:
        kernel = NormalEquations(b / 1000, n, block, options.s0 == "measured", options.model == "nlls")

    shape, out = arrays[0].shape, np.dtype(options.precision)
    values = {name: np.empty(shape, out) for name in names}
    quality = np.empty(shape, np.uint8)
    fitter = _BlockFit(kernel, b, (adc_pair[0], adc_pair[1]), options, dtype, block)
    done, total = 0, max(quality.size, 1)
    with np.errstate(all="ignore"):
        for parts in _blocks(arrays, (*values.values(), quality), dtype, block):
            if cancelled is not None and cancelled():
                raise Cancelled
            fitter(list(parts[: b.size]), *parts[b.size :])
            done += parts[-1].size
            if progress is not None:
                progress(done / total)
    return MapSet(values, quality, tuple(float(x) for x in b), tuple(float(x) for x in n), options)


def check_signals(signals: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Check that the images of a series are real and of one shape.

    Returns
    -------
    list of ndarray
    """
    arrays = [np.asarray(s) for s in signals]
    if len({a.shape for a in arrays}) != 1:
        raise ImageError(
            "The images of the series do not fit together",
            needed="one shape for all b-values",
            found=", ".join("x".join(str(x) for x in a.shape) for a in arrays),
        )
    for a in arrays:
        if a.dtype.kind not in "biuf":
            raise ImageError(
                "The images of the series are not usable",
                needed="real numbers",
                found=f"values of type {a.dtype}",
            )
    return arrays


def _with_used_b(options: FitOptions, adc_b: np.ndarray) -> FitOptions:
    return dataclasses.replace(options, adc_b=(float(adc_b[0]), float(adc_b[1])))


def _blocks(
    inputs: Sequence[np.ndarray], outputs: Sequence[np.ndarray], dtype: np.dtype, block: int
) -> Iterator[tuple[np.ndarray, ...]]:
    """Walk through all arrays together in contiguous blocks of ``dtype``; never copies a whole array."""
    operands = [*inputs, *outputs]
    flags = [["readonly", "contig", "aligned"]] * len(inputs) + [["writeonly", "contig", "aligned"]] * len(
        outputs
    )
    dtypes = [dtype] * (len(operands) - 1) + [np.dtype(np.uint8)]
    if inputs[0].size == 0:
        return
    with np.nditer(  # type: ignore[call-overload]  # flags as numpy documents them, not as its types do
        operands,
        flags=("external_loop", "buffered"),
        op_flags=flags,
        op_dtypes=dtypes,
        order="C",
        casting="same_kind",
        buffersize=block,
    ) as walk:
        yield from walk


class _BlockFit:
    """ADC, D_app, K_app and class of one block of voxels, in arrays that stay in the processor's cache."""

    def __init__(
        self,
        kernel: ClosedForm | NormalEquations | None,
        b: np.ndarray,
        adc_pair: tuple[int, int],
        options: FitOptions,
        dtype: np.dtype,
        block: int,
    ):
        self.kernel, self.options, self.adc_pair = kernel, options, adc_pair
        self.adc_factor = float(1000 / (b[adc_pair[1]] - b[adc_pair[0]]))
        self.turning = float(3000 / b[-1])
        self.ratios = np.empty((b.size - 1, block), dtype)
        self.logs = np.empty((b.size - 1, block), dtype)
        self.q = np.empty(block, dtype)
        self.flag = np.empty((2, block), bool)

    def __call__(self, voxels: list[np.ndarray], adc: np.ndarray, *rest: np.ndarray) -> None:
        """Fill ADC, D_app, K_app and quality of a block; without a kernel, ADC and quality."""
        *kurtosis, quality = rest
        n = adc.size
        first = voxels[0]
        ratios, logs, q = self.ratios[:, :n], self.logs[:, :n], self.q[:n]
        # 0, infinite and NaN turn into NaN by themselves; two negative signals have a good-looking ratio.
        negative = np.less(first, 0, out=self.flag[0, :n])
        if negative.any():
            first = np.where(negative, np.nan, first)
        for signal, ratio in zip(voxels[1:], ratios, strict=True):
            np.divide(first, signal, out=ratio)
        np.log(ratios, out=logs)
        low, high = self.adc_pair
        if low == 0:
            np.multiply(logs[high - 1], self.adc_factor, out=adc)
        else:
            np.subtract(logs[high - 1], logs[low - 1], out=adc)
            np.multiply(adc, self.adc_factor, out=adc)
        quality[:] = 0
        if self.kernel is not None:
            d, k = kurtosis
            self.kernel.fit(logs, ratios, d, q)
            np.divide(q, d, out=q)  # D K
            np.divide(q, d, out=k)
            self._classify_kurtosis(d, k, q, quality)
        self._classify_signals(voxels, adc, quality)
        self._blank(adc, kurtosis, q, quality)

    def _mark(self, where: np.ndarray, flag: FitQuality, quality: np.ndarray) -> None:
        bits = where.view(np.uint8)
        np.multiply(bits, np.uint8(flag.value), out=bits)
        np.bitwise_or(quality, bits, out=quality)

    def _outside(self, values: np.ndarray, low: float, high: float, above: np.ufunc) -> np.ndarray:
        a, c = (f[: values.size] for f in self.flag)
        above(values, low, out=a)
        np.less_equal(values, high, out=c)
        np.logical_and(a, c, out=a)
        return np.logical_not(a, out=a)

    def _classify_kurtosis(self, d: np.ndarray, k: np.ndarray, dk: np.ndarray, quality: np.ndarray) -> None:
        a, c = (f[: d.size] for f in self.flag)
        self._mark(self._outside(d, 0.0, self.options.d_max, np.greater), FitQuality.D_OUT_OF_RANGE, quality)
        # The model turns up before b_max where b_max D K > 3; with D <= 0 it rises from the start.
        np.greater(dk, self.turning, out=a)
        np.greater(d, 0.0, out=c)
        self._mark(np.logical_and(a, c, out=a), FitQuality.TURNING_POINT, quality)
        outside = self._outside(k, *self.options.k_range, np.greater_equal)
        self._mark(outside, FitQuality.K_OUT_OF_RANGE, quality)

    def _classify_signals(self, voxels: list[np.ndarray], adc: np.ndarray, quality: np.ndarray) -> None:
        options = self.options
        a, c = (f[: adc.size] for f in self.flag)
        outside = self._outside(adc, 0.0, options.adc_max, np.greater)
        self._mark(outside, FitQuality.ADC_OUT_OF_RANGE, quality)
        if options.saturation is not None:
            a[:] = False
            for signal in voxels:
                np.logical_or(a, np.greater_equal(signal, options.saturation, out=c), out=a)
            self._mark(a, FitQuality.SATURATED, quality)
        if options.noise_floor is not None:
            low, of_adc = voxels[-1], voxels[self.adc_pair[1]]
            self._mark(np.less(low, options.noise_floor, out=a), FitQuality.NOISE_FLOOR, quality)
            self._mark(np.less(of_adc, options.noise_floor, out=a), FitQuality.ADC_NOISE_FLOOR, quality)

    def _blank(
        self, adc: np.ndarray, kurtosis: list[np.ndarray], scratch: np.ndarray, quality: np.ndarray
    ) -> None:
        """Take values that are not finite out: of K_app where D_app is 0, of all maps without a signal."""
        a, c = (f[: quality.size] for f in self.flag)
        base, last = kurtosis or (adc, adc)
        if np.isfinite(last, out=a).all():
            return
        # x - x is 0, or NaN where x is not finite: adding it is four times faster than a masked copy.
        np.add(last, np.subtract(last, last, out=scratch), out=last)
        np.subtract(base, base, out=scratch)
        for values in (adc, *kurtosis):
            np.add(values, scratch, out=values)
        bits = np.isnan(base, out=a).view(np.uint8)
        mask = np.subtract(bits, np.uint8(1), out=c.view(np.uint8))  # 0 where not finite, 255 elsewhere
        np.bitwise_and(quality, mask, out=quality)
        np.bitwise_or(quality, np.multiply(bits, np.uint8(FitQuality.NOT_FINITE), out=bits), out=quality)
