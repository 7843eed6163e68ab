"""Bayesian optimisation by the rules of Optuna 4's GPSampler, which Debian's Optuna 3.1 does not have yet.

Written from its description (https://github.com/optuna/optuna, optuna/samplers/_gp and optuna/_gp, version 4) with
numpy and scipy alone, so that the Gaussian process of campaign-sim has an independent one beside it:
- every parameter on the unit interval, whole numbers in the middle of equal shares; losses standardised, not warped;
- Matern 5/2 with a length scale for each parameter; length scales, signal and noise variance at the maximum of the
  posterior: marginal likelihood times Optuna's priors, by L-BFGS-B from the last fit;
- the logarithm of expected improvement (Ament et al., arXiv:2310.20708), maximised from the best of 2,048 points of a
  scrambled Sobol sequence, eight more of them by roulette, and the best trial: L-BFGS-B over the continuous
  parameters, then the best value of each discrete one, until nothing moves.
The first 10 trials are random. Only spaces of floats and whole numbers on a linear scale are known.
"""
import warnings

import numpy
from optuna.distributions import IntDistribution
from optuna.samplers import BaseSampler, IntersectionSearchSpace, RandomSampler
from scipy.linalg import cho_solve, cholesky
from scipy.optimize import fmin_l_bfgs_b
from scipy.special import erfcx, ndtr
from scipy.stats import qmc

STARTUP_TRIALS = 10
LEAST_NOISE = 1e-6  # variance of the standardised losses
STABILISING_NOISE = 1e-12
POINTS_LOG2 = 11
STARTS = 10
MOST_ROUNDS = 100
SQRT_TWO_PI = numpy.sqrt(2 * numpy.pi)


def matern_52(squared):
    """The kernel at squared scaled distances, and its derivative there."""
    root = numpy.sqrt(5 * squared)
    decay = numpy.exp(-root)
    return decay * (1 + root + 5 / 3 * squared), -5 / 6 * decay * (1 + root)


class Process:
    """A Gaussian process with zero mean; `raw` holds the logarithms of 1/length^2 …, signal and noise variance."""

    def __init__(self, points, values, raw):
        self.points, self.values = points, values
        squares = (points[:, None, :] - points[None, :, :]) ** 2
        self.raw = self.fitted(squares, raw)
        self.inverse_squares = numpy.exp(self.raw[:-2])
        self.signal = numpy.exp(self.raw[-2])
        covariance = self.signal * matern_52(squares @ self.inverse_squares)[0]
        covariance[numpy.diag_indices_from(covariance)] += numpy.exp(self.raw[-1]) + LEAST_NOISE
        self.inverse = numpy.linalg.inv(covariance)
        self.weights = self.inverse @ values

    def fitted(self, squares, raw):
        start = numpy.zeros(squares.shape[2] + 2)
        for first in (start,) if raw is None else (raw, start):
            best, _, info = fmin_l_bfgs_b(lambda r: self.loss(squares, r), first, pgtol=1e-2)
            if info["warnflag"] == 0:
                return best
        return start

    def loss(self, squares, raw):
        """Minus the logarithm of the posterior, and its gradient by `raw`."""
        with numpy.errstate(over="ignore", invalid="ignore"):
            inverse_squares, signal, noise = numpy.exp(raw[:-2]), numpy.exp(raw[-2]), numpy.exp(raw[-1]) + LEAST_NOISE
            shape, slope = matern_52(squares @ inverse_squares)
            covariance = signal * shape + noise * numpy.eye(len(shape))
            try:
                factor = cholesky(covariance, lower=True)
            except (numpy.linalg.LinAlgError, ValueError):
                return 1e300, numpy.zeros_like(raw)
        inverse = cho_solve((factor, True), numpy.eye(len(shape)))
        weights = inverse @ self.values
        outer = numpy.outer(weights, weights) - inverse  # twice the derivative of the likelihood by the covariance
        log_likelihood = -numpy.log(numpy.diag(factor)).sum() - 0.5 * self.values @ weights
        by_raw = numpy.empty_like(raw)
        by_raw[:-2] = 0.5 * numpy.tensordot(outer * signal * slope, squares, 2) * inverse_squares
        by_raw[-2] = 0.5 * (outer * signal * shape).sum()
        by_raw[-1] = 0.5 * numpy.trace(outer) * numpy.exp(raw[-1])
        log_prior = (-(0.1 / inverse_squares + 0.1 * inverse_squares).sum() + numpy.log(signal) - signal
                     + 0.1 * numpy.log(noise) - 30 * noise)
        by_raw[:-2] += 0.1 / inverse_squares - 0.1 * inverse_squares
        by_raw[-2] += 1 - signal
        by_raw[-1] += (0.1 / noise - 30) * numpy.exp(raw[-1])
        return -log_likelihood - log_prior, -by_raw

    def log_improvement(self, at):
        """Log expected improvement on the largest value, at the rows of `at`, and its gradients."""
        apart = at[:, None, :] - self.points[None, :, :]
        shape, slope = matern_52(apart**2 @ self.inverse_squares)
        to_points = self.signal * shape
        solved = to_points @ self.inverse
        mean = to_points @ self.weights
        variance = numpy.maximum(self.signal - (to_points * solved).sum(1), 0) + STABILISING_NOISE
        deviation = numpy.sqrt(variance)
        z = (mean - self.values.max()) / deviation
        log_h, ratio = log_standard_improvement(z)
        by_point = 2 * self.signal * slope[:, :, None] * apart * self.inverse_squares
        mean_by = numpy.einsum("qnd,n->qd", by_point, self.weights)
        deviation_by = -numpy.einsum("qnd,qn->qd", by_point, solved) / deviation[:, None]
        gradient = ratio[:, None] * mean_by + (1 - ratio * z)[:, None] * deviation_by
        return numpy.log(deviation) + log_h, gradient / deviation[:, None]


def log_standard_improvement(z):
    """log h(z) with h = phi(z) + z Phi(z), and Phi / h."""
    z = numpy.asarray(z)
    tail = z < -25
    near = numpy.where(tail, 0, z)
    h = numpy.exp(-0.5 * near**2) / SQRT_TWO_PI + near * ndtr(near)
    far = numpy.where(tail, z, -26)
    mills = numpy.sqrt(numpy.pi / 2) * erfcx(-far / numpy.sqrt(2))  # Phi / phi
    rest = numpy.maximum(1 + far * mills, 1e-300)
    return (numpy.where(tail, -0.5 * far**2 + numpy.log(rest / SQRT_TWO_PI), numpy.log(h)),
            numpy.where(tail, mills / rest, ndtr(near) / h))


class Axes:
    """The unit cube of a search space."""

    def __init__(self, space):
        self.names = list(space)
        self.whole = [isinstance(d, IntDistribution) for d in space.values()]
        step = numpy.array([d.step if whole else 0 for d, whole in zip(space.values(), self.whole)], dtype=float)
        self.low = numpy.array([d.low for d in space.values()], dtype=float) - step / 2
        self.range = numpy.array([d.high for d in space.values()], dtype=float) + step / 2 - self.low
        self.values = [(numpy.arange(d.low, d.high + 1, d.step) - self.low[i]) / self.range[i] if self.whole[i] else None
                       for i, d in enumerate(space.values())]
        self.continuous = numpy.array([i for i, whole in enumerate(self.whole) if not whole], dtype=int)

    def points(self, trials):
        return (numpy.array([[t.params[name] for name in self.names] for t in trials]) - self.low) / self.range

    def sobol(self, rng):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            points = qmc.Sobol(len(self.names), seed=rng).random_base2(POINTS_LOG2)
        for i, values in enumerate(self.values):
            if values is not None:
                points[:, i] = values[numpy.minimum((points[:, i] * len(values)).astype(int), len(values) - 1)]
        return points

    def parameters(self, point):
        numbers = self.low + point * self.range
        return {name: int(round(x)) if whole else float(x) for name, x, whole in zip(self.names, numbers, self.whole)}


def climb(process, axes, point, value):
    """L-BFGS-B over the continuous parameters, each in units of its length scale."""
    scale = 1 / numpy.sqrt(process.inverse_squares[axes.continuous])

    def downhill(scaled):
        at = point.copy()
        at[axes.continuous] = scaled * scale
        f, gradient = process.log_improvement(at[None, :])
        return -f[0], -gradient[0, axes.continuous] * scale
    best, least, info = fmin_l_bfgs_b(downhill, point[axes.continuous] / scale, bounds=[(0, 1 / s) for s in scale],
                                      pgtol=1e-2, maxiter=200)
    if -least <= value or info["nit"] == 0:
        return point, value
    point = point.copy()
    point[axes.continuous] = numpy.clip(best * scale, 0, 1)
    return point, -least


def local_search(process, axes, point):
    value = process.log_improvement(point[None, :])[0][0]
    for _ in range(MOST_ROUNDS):
        if len(axes.continuous):
            point, value = climb(process, axes, point, value)
        moved = False
        for i, values in enumerate(axes.values):
            if values is None:
                continue
            others = numpy.repeat(point[None, :], len(values), axis=0)
            others[:, i] = values
            found = process.log_improvement(others)[0]
            if found.max() > value:
                point, value, moved = others[found.argmax()], found.max(), True
        if not moved:  # a climb alone has come to its end
            break
    return point, value


class ReferenceGp(BaseSampler):
    def __init__(self, seed):
        self.rng = numpy.random.RandomState(seed)
        self.random = RandomSampler(seed=seed)
        self.space = IntersectionSearchSpace()
        self.raw = None

    def infer_relative_search_space(self, study, trial):
        return self.space.calculate(study)

    def sample_independent(self, study, trial, name, distribution):
        return self.random.sample_independent(study, trial, name, distribution)

    def sample_relative(self, study, trial, search_space):
        trials = [t for t in study.get_trials(deepcopy=False) if t.value is not None]
        if len(trials) < STARTUP_TRIALS or not search_space:
            return {}
        axes = Axes(search_space)
        values = -numpy.array([t.value for t in trials])
        values = (values - values.mean()) / max(values.std(), 1e-10)
        points = axes.points(trials)
        process = Process(points, values, self.raw)
        self.raw = process.raw
        return axes.parameters(self.most_promising(process, axes, points[values.argmax()]))

    def most_promising(self, process, axes, best_trial):
        points = axes.sobol(self.rng)
        found = process.log_improvement(points)[0]
        first = found.argmax()
        chances = numpy.exp(found - found[first])
        chances[first] = 0
        starts = [points[first], best_trial]
        more = min(STARTS - len(starts), numpy.count_nonzero(chances))
        if more:
            starts.extend(points[self.rng.choice(len(points), more, replace=False, p=chances / chances.sum())])
        best, value = points[first], found[first]
        for start in starts:
            point, reached = local_search(process, axes, start)
            if reached > value:
                best, value = point, reached
        return best
