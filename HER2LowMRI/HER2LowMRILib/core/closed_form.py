"""The kurtosis fit for four b-values in closed form."""

import numpy as np


def decay_design(b: np.ndarray) -> np.ndarray:
    """Rows (1, -b, b^2/6) of ln S = ln S0 - b D + b^2 Q / 6, with Q = D^2 K.

    Parameters
    ----------
    b : ndarray, (n,)
        b-values [ms/um2].

    Returns
    -------
    ndarray, (n, 3)
    """
    return np.stack([np.ones_like(b), -b, b**2 / 6], axis=1)


class ClosedForm:
    """Signal-weighted log-linear least squares for four b-values and three unknowns.

    With one residual degree of freedom, the weighted fit is a correction of ln S along the null vector c of
    the design: yhat_i = y_i - (c_i / w_i) g with g = sum(c y) / sum(c^2 / w) and weights w = n S^2. D and
    Q = D^2 K are then read from three of the corrected points. Everything is written in L_i = ln(S_0 / S_i)
    and the ratio p_i = S_0 / S_i, which keeps float32 accurate and makes the result independent of the scale
    of the signal.

    Only element-wise operations are used (no matrix product), so that a voxel has the same value to the last
    bit whether it is fitted in the whole volume or in a box around the lesion.

    Source: weighted linear least squares for DKI, Veraart et al., NeuroImage 2013;81:335-346,
    doi:10.1016/j.neuroimage.2013.05.028; model Jensen et al., MRM 2005;53:1432-1440, doi:10.1002/mrm.20508.

    Parameters
    ----------
    b : ndarray, (4,)
        Ascending b-values [ms/um2].
    averages : ndarray, (4,)
        Number of averaged signals per b-value.
    dtype : numpy dtype
        float32 or float64.
    block : int
        Largest number of voxels per call.
    """

    def __init__(self, b: np.ndarray, averages: np.ndarray, dtype: np.dtype, block: int):
        c = np.array([1 / np.prod([b[i] - b[j] for j in range(4) if j != i]) for i in range(4)])
        c /= c[1]
        # v_i = c_i^2 / w_i in units of 1 / S_0^2: (scale_i p_i)^2.
        self._scale = [float(x) for x in np.abs(c[1:]) / np.sqrt(averages[1:])]
        self._v0 = float(c[0] ** 2 / averages[0])
        self._c = [float(x) for x in c]
        # The first, second and last point: the largest lever, hence the smallest rounding error in Q.
        inverse = np.linalg.inv((decay_design(b)[1:] - decay_design(b)[0])[[0, 2]][:, 1:])
        self._d = [float(x) for x in -inverse[0]]
        self._q = [float(x) for x in -inverse[1]]
        self._g, self._h, self._v = (np.empty(block, dtype) for _ in range(3))

    def fit(self, logs: np.ndarray, ratios: np.ndarray, d: np.ndarray, q: np.ndarray) -> None:
        """Fit one block of voxels.

        Parameters
        ----------
        logs, ratios : ndarray, (3, n)
            L_i = ln(S_0 / S_i) and p_i = S_0 / S_i of the second to fourth b-value; overwritten.
        d, q : ndarray, (n,)
            Receive D [um2/ms] and Q = D^2 K [um4/ms2].
        """
        n = d.size
        g, h, v = self._g[:n], self._h[:n], self._v[:n]
        l1, l2, l3 = logs
        p1, p2, p3 = ratios
        for p, scale in zip(ratios, self._scale, strict=True):
            if scale != 1.0:
                np.multiply(p, scale, out=p)
        np.multiply(ratios, ratios, out=ratios)
        np.add(p1, p2, out=v)
        np.add(v, p3, out=v)
        np.add(v, self._v0, out=v)
        np.multiply(l2, self._c[2], out=g)
        np.add(g, l1, out=g)
        np.multiply(l3, self._c[3], out=h)
        np.add(g, h, out=g)
        np.divide(g, v, out=g)
        # Corrected L_1 - L_0 and L_3 - L_0; the correction of point i is (v_i / c_i) g.
        np.subtract(p1, self._v0 / self._c[0], out=p1)
        np.multiply(p1, g, out=p1)
        np.subtract(l1, p1, out=l1)
        np.divide(p3, self._c[3], out=p3)
        np.subtract(p3, self._v0 / self._c[0], out=p3)
        np.multiply(p3, g, out=p3)
        np.subtract(l3, p3, out=l3)
        np.multiply(l1, self._d[0], out=d)
        np.multiply(l3, self._d[1], out=h)
        np.add(d, h, out=d)
        np.multiply(l1, self._q[0], out=q)
        np.multiply(l3, self._q[1], out=h)
        np.add(q, h, out=q)
