"""Reading all features of a cache: ours against h5py; called by `scripts/bench read`."""

import os
import platform
import statistics
import subprocess
import sys

import h5py
import numpy as np

program, path = sys.argv[1:]
H5PY = "import h5py, sys, time\nstart = time.perf_counter()\nwith h5py.File(sys.argv[1]) as f:\n    x = f['features/block5_pool:gap'][:]\nprint(time.perf_counter() - start)"

def ours():
    opened, read, _ = subprocess.run([program, "read", path], check=True, capture_output=True, text=True).stdout.split()
    return float(opened) + float(read), float(opened)

def theirs():
    return float(subprocess.run([sys.executable, "-c", H5PY, path], check=True, capture_output=True, text=True).stdout)

def drop():
    os.sync()
    with open("/proc/sys/vm/drop_caches", "w") as f:
        f.write("1")

size = os.path.getsize(path)
print(f"{size / 1e9:.2f} GB, {os.cpu_count()} cores, {platform.platform()}, h5py {h5py.__version__}, numpy {np.__version__}")
for name, prepare in (("warm", lambda: None), ("cold", drop)):
    try:
        prepare()
    except OSError:
        print("cold: not measured, the page cache cannot be dropped here")
        continue
    rows = []
    ours(), theirs()
    for _ in range(5):
        prepare()
        a, opened = ours()
        prepare()
        b = theirs()
        rows.append((a, b, opened))
    a, b, opened = (statistics.median(column) for column in zip(*rows))
    ratios = sorted(b / a for a, b, _ in rows)
    print(f"{name}: ours {a:.3f} s ({size / a / 1e9:.2f} GB/s, opening {opened * 1e3:.1f} ms of it), h5py {b:.3f} s ({size / b / 1e9:.2f} GB/s); "
          f"h5py / ours: median {ratios[2]:.2f}, from {ratios[0]:.2f} to {ratios[4]:.2f}, 5 pairs in turn")
