"""The kurtosis fit for any number of b-values, S0 free or measured, log-linear or non-linear."""

import numpy as np

from HER2LowMRILib.core.closed_form import decay_design

NLLS_STEPS = 20
"""Upper limit of the steps of a voxel; nearly all need three or four."""

_CONVERGED = 1e-10


class NormalEquations:
    """Weighted least squares by normal equations in an orthonormal basis, in float64.

    The design is replaced by the Q factor of its QR decomposition, which keeps the normal equations as well
    conditioned as the weights allow; they are solved by LDL^T, voxel by voxel in parallel.

    Non-linear least squares starts from the log-linear fit and takes damped Newton steps on
    sum_i n_i (S_i - exp(yhat_i))^2, each voxel with its own damping (Levenberg-Marquardt) until its sum stops
    falling.

    Source: as in ``closed_form``; non-linear form as in Langkilde et al., MRM 2018;79:2346-2358,
    doi:10.1002/mrm.26831.

    Parameters
    ----------
    b : ndarray, (n_b,)
        Ascending b-values [ms/um2].
    averages : ndarray, (n_b,)
        Number of averaged signals per b-value.
    block : int
        Largest number of voxels per call.
    s0_measured : bool
        The first signal is S0 itself (b = 0) and is not an observation.
    nlls : bool
        Refine to non-linear least squares.
    """

    def __init__(self, b: np.ndarray, averages: np.ndarray, block: int, s0_measured: bool, nlls: bool):
        design = decay_design(b)[1:, 1:] if s0_measured else decay_design(b)
        basis, upper = np.linalg.qr(design)
        self._basis, self._inverse = basis.tolist(), np.linalg.inv(upper)[-2:].tolist()
        self._first = 1 if s0_measured else 0
        self._averages = averages[self._first :].tolist()
        self._nlls = nlls
        p = basis.shape[1]
        self._unknowns = p
        self._moments = np.empty((p, p, block))
        self._right = np.empty((p, block))
        self._scratch = np.empty((2, block))

    def fit(self, logs: np.ndarray, ratios: np.ndarray, d: np.ndarray, q: np.ndarray) -> None:
        """Fit one block of voxels.

        Parameters
        ----------
        logs, ratios : ndarray of float64, (n_b - 1, n)
            L_i = ln(S_0 / S_i) and p_i = S_0 / S_i of all but the first b-value; overwritten.
        d, q : ndarray of float64, (n,)
            Receive D [um2/ms] and Q = D^2 K [um4/ms2].
        """
        n = d.size
        signals = np.reciprocal(ratios, out=ratios)  # in units of S_0
        observed: list[tuple[np.ndarray | float, np.ndarray | float]] = [
            (-y, s) for y, s in zip(logs, signals, strict=True)
        ]
        if self._first == 0:
            observed.insert(0, (0.0, 1.0))
        solution = self._solve(n, [(y, s * s) for y, s in observed])
        if self._nlls:
            solution = self._newton(solution, [s for _, s in observed])
        self._combine(self._inverse[0], solution, d)
        self._combine(self._inverse[1], solution, q)

    def _combine(self, coefficients: list[float], terms: np.ndarray, out: np.ndarray) -> np.ndarray:
        np.multiply(terms[0], coefficients[0], out=out)
        for coefficient, term in zip(coefficients[1:], terms[1:], strict=True):
            out += coefficient * term
        return out

    def _solve(
        self,
        n: int,
        observed: list[tuple[np.ndarray | float, np.ndarray | float]],
        damping: np.ndarray | None = None,
    ) -> np.ndarray:
        """Minimise sum_i n_i w_i (y_i - basis_i z)^2 over z, for pairs (y_i, w_i)."""
        unknowns = range(self._unknowns)
        moments, right = self._moments[:, :, :n], self._right[:, :n]
        weight, term = self._scratch[:, :n]
        moments[:], right[:] = 0, 0
        for row, averages, (y, w) in zip(self._basis, self._averages, observed, strict=True):
            np.multiply(w, averages, out=weight)
            for j in unknowns:
                for k in range(j + 1):
                    np.multiply(weight, row[j] * row[k], out=term)
                    moments[j, k] += term
            np.multiply(weight, y, out=weight)
            for j in unknowns:
                np.multiply(weight, row[j], out=term)
                right[j] += term
        if damping is not None:
            for j in unknowns:
                moments[j, j] *= 1 + damping
        # LDL^T in place: the lower triangle becomes L, the diagonal D.
        for j in unknowns:
            for k in range(j):
                np.divide(moments[j, k], moments[k, k], out=weight)
                for i in range(j, self._unknowns):
                    np.multiply(weight, moments[i, k], out=term)
                    moments[i, j] -= term
        for j in unknowns:
            for k in range(j):
                np.divide(moments[j, k], moments[k, k], out=moments[j, k])
                np.multiply(moments[j, k], right[k], out=term)
                right[j] -= term
        for j in reversed(unknowns):
            right[j] /= moments[j, j]
            for i in range(j + 1, self._unknowns):
                np.multiply(moments[i, j], right[i], out=term)
                right[j] -= term
        return right

    def _newton(self, start: np.ndarray, signals: list[np.ndarray | float]) -> np.ndarray:
        """Refine the coefficients to the least sum_i n_i (s_i - exp(basis_i z))^2."""
        solution = start.copy()
        active = np.flatnonzero(np.isfinite(solution).all(axis=0))
        z = solution[:, active]
        s = [x[active] if isinstance(x, np.ndarray) else x for x in signals]
        f, total = self._predict(z, s)
        damping = np.zeros(active.size)
        for _ in range(NLLS_STEPS):
            if active.size == 0:
                break
            trial = z + self._solve(
                active.size, [self._newton_terms(x, y) for x, y in zip(s, f, strict=True)], damping
            )
            trial_f, trial_total = self._predict(trial, s)
            better = trial_total < total
            # At the minimum rounding decides whether the sum falls; 1e-26 is rounding of the signals themselves.
            done = (np.abs(total - trial_total) <= _CONVERGED * total + 1e-26) | (damping > 1e6)
            np.copyto(z, trial, where=better)
            np.copyto(total, trial_total, where=better)
            for y, trial_y in zip(f, trial_f, strict=True):
                np.copyto(y, trial_y, where=better)
            damping = np.where(
                better, np.where(damping > 1e-4, damping / 10, 0), np.maximum(10 * damping, 1e-3)
            )
            if done.any():
                solution[:, active[done]] = z[:, done]
                keep = ~done
                active, z, total, damping = active[keep], z[:, keep], total[keep], damping[keep]
                s = [x[keep] if isinstance(x, np.ndarray) else x for x in s]
                f = [y[keep] for y in f]
        solution[:, active] = z
        return solution

    @staticmethod
    def _newton_terms(s: np.ndarray | float, f: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One observation of the quadratic that touches the sum of squares at the prediction f."""
        # f (2 f - s) is the true curvature; kept positive, so that the step goes down for every voxel.
        weight = np.maximum(2 * f - s, 0.1 * f) * f
        return (s - f) * f / weight, weight

    def _predict(
        self, solution: np.ndarray, signals: list[np.ndarray | float]
    ) -> tuple[list[np.ndarray], np.ndarray]:
        """Return the predicted signals of every observation, and the weighted sum of squared residuals."""
        predicted = []
        total = np.zeros_like(solution[0])
        for row, averages, s in zip(self._basis, self._averages, signals, strict=True):
            f = self._combine(row, solution, np.empty_like(total))
            np.exp(f, out=f)
            predicted.append(f)
            total += averages * (s - f) ** 2
        return predicted, total
