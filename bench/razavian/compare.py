"""`fit reproduce` beside scikit-learn, on real pictures in the layouts of four data sets; called by
`scripts/bench razavian`.

Makes the layouts (scripts/mini-sets), extracts their features, runs each protocol in each variant by `fit`
and by independent.py, and prints both numbers. Ends with 1 if any two differ by more than 0.5 points.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time
import warnings

import independent

HERE = pathlib.Path(__file__).parent
SETS = {
    "mit67": ("mit67", []),
    "voc2007": ("voc2007", []),
    "cub200": ("cub200", []),
    "cub200-box": ("cub200:box=1.5", ["--crop-box"]),
    "flowers102": ("flowers102", []),
}
LARGEST_DIFFERENCE = 0.5


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extract", required=True, help="the program `extract`")
    parser.add_argument("--fit", required=True, help="the program `fit`")
    parser.add_argument("--images", required=True, type=pathlib.Path, help="pictures, a folder a class")
    parser.add_argument("--work", required=True, type=pathlib.Path, help="folder for layouts and caches, kept")
    parser.add_argument("--per-class", type=int, help="at most so many pictures a class [default: all]")
    parser.add_argument("--tap", default="block5_pool:gap")
    parser.add_argument("--squash", help="WIDTHxHEIGHT that pictures are squashed to [default: the preset's, 224x224]")
    parser.add_argument("--sets", default=",".join(SETS), help="protocols, separated by commas")
    parser.add_argument("--variants", default="cnn-svm,cnnaug-svm,vissl,kornblith")
    return parser.parse_args()


def cache_of(args, protocol, views):
    source, options = SETS[protocol]
    images = args.work / "sets" / source.split(":")[0]
    cache = args.work / f"{protocol}-{views}.h5"
    command = [args.extract, "run", images, "--source", source, "--tap", args.tap, "--out", cache, *options]
    if args.squash:
        command += ["--squash", args.squash]
    if views != "center":
        command += ["--views", views]
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    print(f"# {cache.name}: {time.perf_counter() - start:.0f} s", flush=True)
    return cache


def main():
    args = arguments()
    warnings.simplefilter("ignore")
    if not (args.work / "sets").exists():
        mini_sets = [sys.executable, HERE / "../../scripts/mini-sets", args.images, args.work / "sets"]
        subprocess.run(mini_sets + ([str(args.per_class)] if args.per_class else []), check=True)
    print(f"# {os.cpu_count()} cores; pictures a class: {args.per_class or 'all'}; tap {args.tap}; squashed to {args.squash or '224x224'}")
    print("protocol    variant     trained  rows   tested  C      ours %   95 % interval   scikit-learn %  difference")
    worst = 0.0
    for protocol in args.sets.split(","):
        for variant in args.variants.split(","):
            if variant == "vissl" and protocol != "voc2007":
                continue
            cache = cache_of(args, protocol, "razavian16" if variant == "cnnaug-svm" else "center")
            # One C for both: divisions by which C is chosen are drawn by each program for itself.
            c = ["--c", "1"] if variant == "kornblith" else []
            run = [args.fit, "reproduce", protocol, cache, "--variant", variant, "--json", *c]
            done = subprocess.run(run, capture_output=True, text=True, check=False)
            if done.returncode not in (0, 4):
                sys.exit(done.stderr)
            row = json.loads(done.stdout)["rows"][0]
            theirs = independent.number(cache, protocol, variant, *map(float, c[1:]))
            ours, difference = 100 * row["value"], 100 * row["value"] - theirs
            worst = max(worst, abs(difference))
            low, high = (100 * end for end in row["interval"])
            c = f"{row['c'][0]:g}" if len(row["c"]) == 1 else "each"
            print(
                f"{protocol:11} {variant:11} {row['n_train']:7} {row['n_train_rows']:6} {row['n_test']:6}  {c:5} "
                f"{ours:7.2f}  {low:6.1f} - {high:5.1f}  {theirs:14.2f}  {difference:+10.2f}"
                f"{'' if row['converged'] else '  not converged'}",
                flush=True,
            )
    print(f"largest difference: {worst:.2f} points")
    return int(worst > LARGEST_DIFFERENCE)


if __name__ == "__main__":
    sys.exit(main())
