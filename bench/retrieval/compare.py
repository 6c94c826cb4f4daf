"""`fit retrieve` and NumPy on the same caches of small sets; `scripts/bench retrieval --help` says how."""

import argparse
import pathlib
import platform
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
WHITENED = "l2,whiten:100,l2,power:2"

# Caches by name: data set, source, and further arguments of `extract run`.
CACHES = {
    "holidays": ("holidays", "holidays", ["--views", "center"]),
    "holidays-16": ("holidays", "holidays", ["--views", "razavian16"]),
    "ukbench": ("ukbench", "ukbench", ["--views", "center"]),
    "ukbench-16": ("ukbench", "ukbench", ["--views", "razavian16"]),
    "oxford5k-patches": ("oxford5k", "oxford5k", ["--views", "patches:4"]),
    "oxford5k-boxes": ("oxford5k", "oxford5k:queries", ["--views", "patches:3", "--crop-box"]),
}

# Cache searched, cache of queries, steps, distance, views of a query and of an image.
SEARCHES = [
    ("holidays", None, "l2", "l2", 1, 1),
    ("holidays-16", None, "l2", "l2", 8, 8),
    ("holidays-16", None, WHITENED, "l2", 8, 8),
    ("holidays-16", None, "l2", "l2", 16, 16),
    ("ukbench", None, "l2", "l2", 1, 1),
    ("ukbench-16", None, "l2", "l2", 8, 8),
    ("ukbench-16", None, WHITENED, "l2", 8, 8),
    ("oxford5k-patches", None, "l2", "l2", 1, 1),
    ("oxford5k-patches", None, "l2", "l2", 14, 30),
    ("oxford5k-patches", "oxford5k-boxes", "l2", "l2", 1, 1),
    ("oxford5k-patches", "oxford5k-boxes", "l2", "l2", 14, 30),
    ("oxford5k-patches", "oxford5k-boxes", "l2", "inner-product", 14, 30),
    ("oxford5k-patches", "oxford5k-boxes", WHITENED, "l2", 14, 30),
]


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, **options)


def extract(program, folder, work, options):
    """Makes every cache, or what is missing of it."""
    for name, (data, source, arguments) in CACHES.items():
        out = work / f"{name}.h5"
        run(program, "run", folder / data, "--source", source, "--out", out, *arguments, *options,
            stdout=sys.stderr)


def search(program, work, number, cache, queries, steps, distance, query_views, image_views):
    """One line: both mean scores; whether they are equal."""
    arguments = ["--normalize", steps, "--distance", distance]
    arguments += ["--queries", work / f"{queries}.h5"] if queries else []
    numpy_arguments = [*arguments, "--query-views", query_views, "--reference-views", image_views]
    kind = ["--search", "global" if image_views == 1 else "spatial"]
    kind += ["--query-views", query_views, "--reference-views", image_views] if image_views > 1 else []
    document = work / f"{number}.json"
    with open(document, "w") as file:
        run(program, "retrieve", work / f"{cache}.h5", "--json", *arguments, *kind, stdout=file)
    command = [sys.executable, HERE / "independent.py", work / f"{cache}.h5", *numpy_arguments]
    command = [*map(str, command), "--against", str(document)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    asked = f" by {queries}" if queries else ""
    print(f"{cache}{asked}, {kind[1]}, {steps}, {distance}, views {query_views}, {image_views}:"
          f"\n  {done.stdout.strip() or done.stderr.strip()}", flush=True)
    return done.returncode == 0


def main():
    epilog = "further options go to `extract run`"
    parser = argparse.ArgumentParser(prog="scripts/bench retrieval", epilog=epilog)
    parser.add_argument("--extract", required=True)
    parser.add_argument("--fit", required=True)
    parser.add_argument("--pictures", required=True, help="what the sets are made of")
    parser.add_argument("--tap", default="block5_pool:gap", help="[block5_pool:gap]")
    parser.add_argument("--scenes", default="16", help="scenes of Holidays, and objects of UKBench")
    parser.add_argument("--work", type=pathlib.Path, help="a folder to keep sets and caches in")
    options, further = parser.parse_known_args()
    further = ["--tap", options.tap, *further]
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or pathlib.Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        run(sys.executable, HERE / "make_set.py", options.pictures, work / "sets", "--scenes", options.scenes)
        n_images = len(list((work / "sets").rglob("*.jpg")))
        print(f"{platform.platform()}; {n_images} images of {options.scenes} scenes, {' '.join(further)}", flush=True)
        extract(options.extract, work / "sets", work, further)
        equal = [search(options.fit, work, number, *each) for number, each in enumerate(SEARCHES)]
    print("all equal to 1e-6" if all(equal) else "not equal")
    sys.exit(not all(equal))


if __name__ == "__main__":
    main()
