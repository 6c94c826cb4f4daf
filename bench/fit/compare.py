"""Ours against scikit-learn and LIBLINEAR on one problem; `scripts/bench fit --help` says how."""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from typing import NamedTuple

import numpy as np
from objective import objective
from problem import Problem, cached, describe, hard, stratified_folds

PEERS = {
    "hinge": ["LinearSVC", "LIBLINEAR"],
    "squared-hinge": ["LinearSVC", "LIBLINEAR"],
    "softmax": ["LogisticRegression-lbfgs", "LogisticRegression-newton-cg"],
    "one-vs-one": ["SVC-precomputed"],
    "ridge": ["RidgeClassifierCV"],
}
# Chosen so that the best cross-validated accuracy is about 0.6 at n = 5360 with 67 classes.
SEPARATION = {512: 0.265, 4096: 0.2}
GRID = np.logspace(-3, 2, 10)
SINGLE_C, SINGLE_TOL = 0.167, 1e-4
# Peers whose `max_iter` is doubled where it ends a fit too early, up to so many times the default.
WITH_MAX_ITER = {"LinearSVC", "LogisticRegression-lbfgs", "LogisticRegression-newton-cg"}
MOST_TIMES = 128


class Cell(NamedTuple):
    """One fit of a peer."""

    index: int  # of C
    report: dict
    ours: float | None  # objective of our head for the same rows
    same: float  # share of equal predictions
    enough: dict | None = None  # the report with as large a `max_iter` as our tolerance takes


class Ours:
    """The example `path_sweep` on a saved problem."""

    def __init__(self, program, folder, problem):
        self.program, self.folder, self.problem = program, folder, problem

    def run(self, command, loss, tol, cs, *flags, portable=False):
        cs = ",".join(repr(float(c)) for c in cs)
        variables = os.environ | ({"OFFSHELF_SIMD": "portable"} if portable else {})
        command = [self.program, command, loss, self.folder, repr(tol), cs, *flags]
        done = subprocess.run(command, stdout=subprocess.PIPE, env=variables, check=False)
        if done.returncode != 0:
            raise SystemExit(f"bench: path_sweep failed on `{loss}`, see above")
        return json.loads(done.stdout)

    def read(self, name, *shape):
        return np.fromfile(self.folder / name, "<f4").reshape(shape)

    def scores(self, n_cs):
        return self.read("scores.f32", n_cs, len(self.problem.y), self.problem.n_classes)

    def heads(self, n_cs, n_folds):
        shape = (n_cs, n_folds, self.problem.n_classes)
        return self.read("coef.f32", *shape, self.problem.x.shape[1]), self.read("intercept.f32", *shape)


def run_peers(name, loss, folder, folds, cs, threads, times=1):
    """The same peer on several folds at once: report and scores of each."""
    cs = ",".join(repr(float(c)) for c in cs)
    peer = pathlib.Path(__file__).with_name("peer.py")
    outs = [folder / f"peer{fold}.npy" for fold in folds]
    limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    processes = [
        subprocess.Popen(
            [sys.executable, peer, name, loss, folder, str(fold), cs, out, str(times)],
            stdout=subprocess.PIPE,
            env=os.environ | limits,
        )
        for fold, out in zip(folds, outs, strict=True)
    ]
    reports = [process.communicate()[0] for process in processes]
    for process in processes:
        if process.returncode != 0:
            raise SystemExit(f"bench: `{name}` failed, see above")
    return [(json.loads(report), np.load(out)) for report, out in zip(reports, outs, strict=True)]


def sweep(ours, loss, options):
    """All folds and C. Peers are timed on some cells, as many at once as there are cores, and ours
    anew after each."""
    problem, folder, cs = ours.problem, ours.folder, options.grid
    keep = [] if loss in ("one-vs-one", "ridge") else ["heads"]
    ours.run("sweep", loss, options.tol, cs, *keep)
    scores = ours.scores(len(cs))
    heads = ours.heads(len(cs), problem.n_folds) if keep else None
    accuracy = (scores.argmax(2) == problem.y).mean(1)
    print(f"  best accuracy {accuracy.max():.3f} at C = {cs[accuracy.argmax()]:.3g}")

    n_jobs = min(options.jobs, problem.n_folds)
    measured = np.unique(np.linspace(0, len(cs) - 1, options.cells).round().astype(int))
    runs, cells = [], {name: [] for name in PEERS[loss] if name in (options.peers or PEERS[loss])}
    for index in measured:
        for name in cells:
            if name == "RidgeClassifierCV":
                continue
            of_c = []
            for fold, (report, peer_scores) in enumerate(
                run_peers(name, loss, folder, range(n_jobs), [cs[index]], threads=1)
            ):
                out = problem.folds == fold
                same = (scores[index, out].argmax(1) == to_classes(peer_scores)).mean()
                value = None
                if heads is not None:
                    x, y = problem.x[~out], problem.y[~out]
                    coef, intercept = heads[0][index, fold], heads[1][index, fold]
                    value = objective(loss, x, y, coef, intercept, cs[index])
                of_c.append(Cell(index, report, value, same))
            cells[name] += with_enough_iterations(name, loss, folder, of_c, cs[index], options.tol)
        runs.append(ours.run("sweep", loss, options.tol, cs))
    print_ours("ours", runs)
    ours_seconds = statistics.median(run["seconds"] for run in runs)
    if options.portable:
        portable = [ours.run("sweep", loss, options.tol, cs, portable=True)]
        print_ours("ours, OFFSHELF_SIMD=portable", portable)

    for name, of_peer in cells.items():
        if name == "RidgeClassifierCV":
            ridge(ours, scores, runs, options)
            continue
        indices = [cell.index for cell in of_peer]
        n_turns = problem.n_folds / n_jobs
        seconds = n_turns * extrapolated(cs, indices, [cell.report for cell in of_peer])
        enough_seconds = n_turns * extrapolated(cs, indices, [cell.enough for cell in of_peer])
        peak = max(cell.report["peak_resident_bytes"] for cell in of_peer)
        print(
            f"  {name}: {seconds:.2f} s, extrapolated from {len(of_peer)} of"
            f" {len(cs) * problem.n_folds} fits, {n_jobs} at a time; {n_jobs} x {peak / 1e6:.0f} MB;"
            f" {name} / ours: {seconds / ours_seconds:.2f}"
        )
        if any(cell.enough is not cell.report for cell in of_peer):
            print(
                f"    with max_iter raised where it ends more than {options.tol:g} above our objective:"
                f" {enough_seconds:.2f} s; / ours: {enough_seconds / ours_seconds:.2f}"
            )
        print_cells(cs, of_peer)


def with_enough_iterations(name, loss, folder, cells, c, tol):
    """The cells of one C, with what the peer takes to come within `tol` of our objective: where a fit
    ends further above it because `max_iter` ends it, all are run again with twice as many."""

    def is_enough(report, cell):
        return report["converged"] or cell.ours is None or report["objective"] <= (1 + tol) * cell.ours

    reports = [cell.report for cell in cells]
    times = 1
    while name in WITH_MAX_ITER and times < MOST_TIMES and not all(map(is_enough, reports, cells)):
        times *= 2
        print(f"    ({name} at C = {c:.3g} once more, with {times} times its max_iter)", flush=True)
        runs = run_peers(name, loss, folder, range(len(cells)), [c], threads=1, times=times)
        reports = [report for report, _ in runs]
    return [cell._replace(enough=report) for report, cell in zip(reports, cells, strict=True)]


def extrapolated(cs, indices, reports):
    """Seconds of one fold over the whole grid: the logarithm of the seconds is interpolated in
    that of C between the cells that were timed."""
    of_index = {}
    for index, report in zip(indices, reports, strict=True):
        of_index.setdefault(index, []).append(report["seconds"] + report["scoring_seconds"])
    indices = sorted(of_index)
    seconds = [statistics.mean(of_index[index]) for index in indices]
    return np.exp(np.interp(np.log(cs), np.log(cs[indices]), np.log(seconds))).sum()


def print_cells(cs, of_peer):
    print("           C   s a fit  converged  objective, ours / theirs - 1  predictions equal")
    for index in sorted({cell.index for cell in of_peer}):
        here = [cell for cell in of_peer if cell.index == index]
        seconds = statistics.mean(cell.report["seconds"] for cell in here)
        converged = all(cell.report["converged"] for cell in here)
        same = statistics.mean(cell.same for cell in here)
        print(
            f"    {cs[index]:8.3g}  {seconds:8.3f}  {'yes' if converged else 'no':>9}"
            f"  {worst_difference(here):>28}  {100 * same:15.2f} %"
        )


def worst_difference(cells):
    """The one of largest size: below zero, ours is nearer to the optimum."""
    differences = [
        cell.ours / cell.report["objective"] - 1 for cell in cells if cell.ours is not None
    ]
    return f"{max(differences, key=abs):+.2e}" if differences else "not comparable"


def ridge(ours, scores, runs, options):
    """The one peer that does all of its work in one fit: rows left out one by one, every C."""
    [(report, peer_scores)] = run_peers(
        "RidgeClassifierCV", "ridge", ours.folder, [-1], options.grid, threads=options.jobs
    )
    ratio = report["seconds"] / statistics.median(run["seconds"] for run in runs)
    same = (scores.argmax(2) == peer_scores.argmax(2)).mean()
    difference = np.abs(scores - peer_scores).max() / np.ptp(peer_scores)
    print(
        f"  RidgeClassifierCV: {report['seconds']:.2f} s, all of it, rows left out one by one;"
        f" {report['peak_resident_bytes'] / 1e6:.0f} MB; RidgeClassifierCV / ours: {ratio:.2f};"
        f" predictions equal {100 * same:.2f} %, scores within {difference:.1e} of their spread"
    )


def single(ours, loss, options):
    """One fit on the rows that fold 0 does not hold out, each program with all cores, in turn."""
    problem = ours.problem
    out = problem.folds == 0
    runs, cells = [], {name: [] for name in PEERS[loss] if name in (options.peers or PEERS[loss])}
    for _ in range(options.rounds):
        runs.append(ours.run("fit", loss, SINGLE_TOL, [SINGLE_C]))
        scores = ours.scores(1)[0, out]
        coef, intercept = ours.heads(1, 1)
        value = objective(
            loss, problem.x[~out], problem.y[~out], coef[0, 0], intercept[0, 0], SINGLE_C
        )
        for name in cells:
            [(report, peer_scores)] = run_peers(
                name, loss, ours.folder, [0], [SINGLE_C], threads=options.jobs
            )
            same = (scores.argmax(1) == to_classes(peer_scores)).mean()
            cells[name].append(Cell(0, report, value, same))
    print_ours("ours", runs)
    for name, of_peer in cells.items():
        seconds = [cell.report["seconds"] for cell in of_peer]
        ratios = [peer / run["seconds"] for peer, run in zip(seconds, runs, strict=True)]
        peak = max(cell.report["peak_resident_bytes"] for cell in of_peer)
        print(
            f"  {name}: {spread(seconds)}; {peak / 1e6:.0f} MB; {name} / ours: median"
            f" {statistics.median(ratios):.2f}, from {min(ratios):.2f} to {max(ratios):.2f}"
        )
        print_cells(np.array([SINGLE_C]), of_peer)


def help_seconds(program):
    """Median of the time from the start to the end of `fit --help`."""
    seconds = []
    for _ in range(21):
        start = time.perf_counter()
        subprocess.run([program, "--help"], stdout=subprocess.DEVNULL, check=True)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def to_classes(scores):
    return (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(1)


def print_ours(name, runs):
    peaks = [run["peak_resident_bytes"] for run in runs]
    memory = f"; {max(peaks) / 1e6:.0f} MB" if all(peaks) else ""
    reports = [fold for point in runs[0]["points"] for fold in point["folds"]]
    converged = sum(report["converged"] for report in reports)
    # Leaving rows out one by one takes no iterations, and no report.
    fits = f"; {converged} of {len(reports)} fits converged" if reports else ""
    print(f"  {name}: {spread([run['seconds'] for run in runs])}{memory}{fits}")


def spread(seconds):
    runs = f", from {min(seconds):.2f} to {max(seconds):.2f} in {len(seconds)} runs"
    return f"{statistics.median(seconds):.2f} s" + (runs if len(seconds) > 1 else "")


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench fit", description=__doc__)
    parser.add_argument("--path-sweep", help=argparse.SUPPRESS)
    parser.add_argument("--fit", help=argparse.SUPPRESS)
    parser.add_argument(
        "--loss",
        default="hinge,squared-hinge,softmax",
        help=f"of {', '.join(PEERS)}, separated by commas (default: %(default)s)",
    )
    parser.add_argument("--peers", help="only these of the peers of a loss, separated by commas")
    parser.add_argument(
        "--d", default="512,4096", help="columns of the generated features (default: %(default)s)"
    )
    parser.add_argument("--cache", help="a feature cache in place of generated features")
    parser.add_argument("--tap", help="the tap of the cache, where it has several")
    parser.add_argument(
        "--single",
        action="store_true",
        help=f"one fit at C = {SINGLE_C}, tolerance {SINGLE_TOL:g}, in place of a sweep",
    )
    parser.add_argument(
        "--cells", type=int, default=4, help="values of C that peers are timed at (default: %(default)s)"
    )
    parser.add_argument(
        "--rounds", type=int, default=3, help="of single fits, in turn (default: %(default)s)"
    )
    parser.add_argument(
        "--tol", type=float, default=1e-3, help="our tolerance in sweeps (default: %(default)s)"
    )
    parser.add_argument(
        "--no-portable", dest="portable", action="store_false", help="leave the portable path out"
    )
    parser.add_argument(
        "--quick", action="store_true", help="400 rows, 64 columns, 5 classes, 3 C: does it all run?"
    )
    options = parser.parse_args(arguments)
    options.jobs = len(os.sched_getaffinity(0))
    options.grid = GRID[[0, 5, 9]] if options.quick else GRID
    options.loss = options.loss.split(",")
    options.peers = options.peers and options.peers.split(",")
    unknown = [loss for loss in options.loss if loss not in PEERS]
    if unknown:
        parser.error(f"`{unknown[0]}` is no loss of {', '.join(PEERS)}")
    if options.single and {"one-vs-one", "ridge"} & set(options.loss):
        parser.error("--single knows hinge, squared-hinge and softmax")
    return options


def data_sets(options):
    if options.cache:
        yield pathlib.Path(options.cache).name, cached(options.cache, options.tap)
    elif options.quick:
        yield "hard", hard(400, 64, 5, 0.3)
    else:
        for d in map(int, options.d.split(",")):
            nearest = min(SEPARATION, key=lambda known: abs(np.log(known / d)))
            yield "hard", hard(5360, d, 67, SEPARATION[nearest])


def main(options):
    versions = {
        name: metadata.version(name) for name in ("scikit-learn", "liblinear-official", "numpy", "scipy")
    }
    print(
        f"{options.jobs} cores, {platform.platform()}, "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
    )
    print(f"fit --help: {1000 * help_seconds(options.fit):.1f} ms, median of 21")
    for name, (x, y) in data_sets(options):
        problem = Problem(x, y, stratified_folds(y, 5))
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            problem.save(folder)
            ours = Ours(options.path_sweep, folder, problem)
            for loss in options.loss:
                what = (
                    f"one fit, C = {SINGLE_C}, tolerance {SINGLE_TOL:g}"
                    if options.single
                    else f"{len(options.grid)} C, tolerance {options.tol:g}"
                )
                print(f"\n{name} {describe(problem)}; {loss}, {what}", flush=True)
                (single if options.single else sweep)(ours, loss, options)


if __name__ == "__main__":
    main(parse(sys.argv[1:]))
