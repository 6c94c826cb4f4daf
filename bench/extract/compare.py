"""Features of VGG16 by `extract` and by its peers on the same images; `scripts/bench extract --help`
says how."""

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

import h5py
import numpy as np

PEERS = ["eager", "channels-last", "torchscript", "onnxruntime"]
# Names are `engine`, or `engine/instructions` where fewer are used than there are.
OURS = ["libtorch", "winograd"]
SLOWER = ["winograd/avx2", "winograd/portable"]
SUFFIXES = {".png", ".jpg", ".jpeg"}


def run_ours(name, folder, batch, options, out):
    """The whole program, and what its own clock tells from the first image on, the first batch and the
    network's setup included."""
    engine, _, instructions = name.partition("/")
    command = [options.extract, "run", folder, "--out", out, "--engine", engine, "--device", "cpu"]
    command += ["--weights", options.weights, "--preset", "keras", "--batch", str(batch), "--json"]
    variables = os.environ | ({"OFFSHELF_SIMD": instructions} if instructions else {})
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, env=variables)
        # The memory of this process alone, which `communicate` would not tell.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        output.seek(0)
        errors.seek(0)
        if status != 0:
            raise SystemExit(f"bench: `extract` failed:\n{errors.read().decode()}")
        report = json.load(output)
    with h5py.File(out) as file:
        features = file["features/block5_pool:gap"][:]
    out.unlink()
    forward = report["seconds_of"]["forward"]
    return {
        "whole_seconds": seconds,
        "started_seconds": report["seconds"],
        "forward_seconds": forward,
        "peak_resident_bytes": 1024 * usage.ru_maxrss,
    }, features


def run_peer(name, folder, batch, options, out):
    peer = pathlib.Path(__file__).with_name("peer.py")
    command = [sys.executable, peer, name, options.weights, folder, str(batch), str(options.jobs), out]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    whole = time.perf_counter() - start
    if done.returncode != 0:
        raise SystemExit(f"bench: `{name}` failed:\n{done.stderr.decode()}")
    features = np.load(out)
    out.unlink()
    report = json.loads(done.stdout)
    return report | {"whole_seconds": whole}, features


def choose(images, n, into):
    """Links to `n` images spread evenly over those of a folder."""
    files = sorted(path for path in pathlib.Path(images).rglob("*") if path.suffix.lower() in SUFFIXES)
    if len(files) < n:
        raise SystemExit(f"bench: `{images}` has {len(files)} images, {n} are asked for")
    for index in range(n):
        file = files[index * len(files) // n].resolve()
        (into / f"{index:05}{file.suffix}").symlink_to(file)


def compare(batch, options, folder, scratch, reference):
    """Three ratios to the best peer: ours with the program's start and the loading of weights against the
    peer without them; both from the first image on; both as whole programs, the export of ONNX included."""
    ours = OURS + (SLOWER if options.slower else [])
    print(f"\nbatch {batch}: {options.images} images from files to the written features, {options.rounds} rounds in turn")
    runs, features = {name: [] for name in PEERS + ours}, {}
    for _ in range(options.rounds):
        for name in PEERS + ours:
            if name in PEERS:
                report, features[name] = run_peer(name, folder, batch, options, scratch / "peer.npy")
            else:
                report, features[name] = run_ours(name, folder, batch, options, scratch / "ours.h5")
            runs[name].append(report)
    peaks = {name: max(run["peak_resident_bytes"] for run in of) for name, of in runs.items()}
    started = {name: np.array([run["started_seconds"] for run in of]) for name, of in runs.items()}
    whole = {name: np.array([run["whole_seconds"] for run in of]) for name, of in runs.items()}
    seconds = {name: (started if name in PEERS else whole)[name] for name in runs}
    best = min(PEERS, key=lambda name: statistics.median(seconds[name]))
    print(
        f"                     images/s    forward alone   {best} / it   once started   whole programs    peak MB"
        "   error / row maximum   1 - cosine"
    )
    for name in PEERS + ours:
        rate = options.images / statistics.median(seconds[name])
        ratios = seconds[best] / seconds[name]
        spread = f"{statistics.median(ratios):5.2f} ({ratios.min():.2f}-{ratios.max():.2f})"
        forward_rate = options.images / statistics.median(run["forward_seconds"] for run in runs[name])
        error, cosine = difference(features[name], reference)
        print(
            f"  {name:18} {rate:8.2f} {forward_rate:16.2f} {spread:>20}"
            f" {statistics.median(started[best] / started[name]):14.2f}"
            f" {statistics.median(whole[best] / whole[name]):16.2f} {peaks[name] / 1e6:10.0f}"
            f" {error:21.1e} {cosine:12.1e}"
        )


def difference(features, reference):
    """Largest error relative to the largest entry of its row, and largest 1 - cosine."""
    error = np.abs(features - reference).max(1) / np.abs(reference).max(1)
    a, b = features.astype(np.float64), reference.astype(np.float64)
    cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return error.max(), max(0.0, (1 - cosine).max())


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench extract", description=__doc__)
    parser.add_argument("--extract", help=argparse.SUPPRESS)
    parser.add_argument("--weights", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help="a folder of images (default: the stamps of the demo)")
    parser.add_argument("--images", type=int, default=96, help="how many of them (default: %(default)s)")
    parser.add_argument("--batch", default="8,1", help="images in one pass, several separated by commas (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of all programs, in turn (default: %(default)s)")
    parser.add_argument("--slower", action="store_true", help="also with AVX2 alone, and without vector instructions of x86-64-v3")
    parser.add_argument("--quick", action="store_true", help="8 images, one round: does it all run?")
    options = parser.parse_args(arguments)
    options.jobs = len(os.sched_getaffinity(0))
    if options.quick:
        options.images, options.rounds, options.batch = 8, 1, "4"
    return options


def main(options):
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("torch", "onnxruntime", "pillow", "numpy"))
    print(f"{options.jobs} cores, {platform.platform()}, {versions}")
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        folder = scratch / "images"
        folder.mkdir()
        choose(options.folder, options.images, folder)
        _, reference = run_peer("float64", folder, 8, options, scratch / "reference.npy")
        for batch in options.batch.split(","):
            compare(int(batch), options, folder, scratch, reference)


if __name__ == "__main__":
    main(parse(sys.argv[1:]))
