"""A random walk with priors on the grid of a slice: what is expected of each voxel, smoothed along what is alike.

References
----------
Grady L. Multilabel random walker image segmentation using prior models. CVPR 2005, doi:10.1109/CVPR.2005.239.
"""

import numpy as np

_ENOUGH, _MOST_ITERATIONS = 1e-3, 60


class RandomWalk:
    """The linear system of a walk on a grid; solved by conjugate gradients.

    scipy's solver leaves its inner products to BLAS, whose threads take ten times as long for vectors of this size, and
    whose order of additions is not the same everywhere.

    Parameters
    ----------
    around : ndarray of bool, (j, i)
        Voxels that take part.
    weights : two ndarrays, (j - 1, i) and (j, i - 1)
        How alike each voxel and the next are, along j and along i; 0 where one of them takes no part.
    prior : ndarray, (voxels,)
        Weight of each voxel's own expectation against that of its neighbours.
    """

    def __init__(self, around: np.ndarray, weights: tuple[np.ndarray, np.ndarray], prior: np.ndarray):
        self._around, (self._down, self._right) = around, weights
        self._prior = self._spread(prior)
        self._diagonal = np.where(around, self._prior, np.float32(1.0))
        self._diagonal[1:] += self._down
        self._diagonal[:-1] += self._down
        self._diagonal[:, 1:] += self._right
        self._diagonal[:, :-1] += self._right

    def _spread(self, values: np.ndarray) -> np.ndarray:
        plane = np.zeros(self._around.shape, np.float32)
        plane[self._around] = values
        return plane

    def _times(self, x: np.ndarray) -> np.ndarray:
        y = self._diagonal * x
        y[1:] -= self._down * x[:-1]
        y[:-1] -= self._down * x[1:]
        y[:, 1:] -= self._right * x[:, :-1]
        y[:, :-1] -= self._right * x[:, 1:]
        return y

    def solve(self, expected: np.ndarray, start: np.ndarray) -> np.ndarray:
        """Smooth an expectation along what is alike.

        Parameters
        ----------
        expected, start : ndarray, (voxels,)
            What is expected of each voxel (0 to 1), and a guess of the result.

        Returns
        -------
        ndarray, (voxels,)
            0 to 1.
        """
        aim = self._prior * self._spread(expected)
        x = self._spread(start)
        residual = aim - self._times(x)
        direction = scaled = residual / self._diagonal
        product = float((residual * scaled).sum())
        enough = _ENOUGH**2 * float((aim * aim / self._diagonal).sum())
        for _ in range(_MOST_ITERATIONS):
            if product <= enough:
                break
            along = self._times(direction)
            length = np.float32(product / float((direction * along).sum()))
            x = x + length * direction
            residual = residual - length * along
            scaled = residual / self._diagonal
            before, product = product, float((residual * scaled).sum())
            direction = scaled + np.float32(product / before) * direction
        return x[self._around].astype(np.float64)
