"""How many pictures `serve` answers: one client after the other's answer, 32 at once, in turn, and 1,000 uploads in a
row; called by `scripts/bench serve`."""

import pathlib
import platform
import statistics
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

program, head, pictures = sys.argv[1:4]
is_quick = "--quick" in sys.argv
files = [path.read_bytes() for path in sorted(pathlib.Path(pictures).rglob("*.png"))]


def resident(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1]) / 1024


def ask(number):
    request = urllib.request.Request(address + "predict", data=files[number % len(files)])
    with urllib.request.urlopen(request) as reply:
        return reply.status == 200


def rate(clients, n):
    """Answers a second."""
    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        assert all(pool.map(ask, range(n)))
    return n / (time.perf_counter() - start)


n, rounds, uploads = (16, 1, 32) if is_quick else (160, 3, 1000)
command = [program, head, "--listen", "127.0.0.1:0"]
with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
    address = server.stdout.readline().strip()
    print(f"{platform.platform()}, {len(files)} pictures, {n} requests a round, {rounds} rounds in turn")
    rate(1, 8)
    alone, together = [], []
    for _ in range(rounds):
        alone.append(rate(1, n))
        together.append(rate(32, n))
    one, many = statistics.median(alone), statistics.median(together)
    print(f"1 client {one:.1f} pictures/s, 32 clients {many:.1f} ({many / one:.2f} times as many)")
    before = resident(server)
    seconds = uploads / rate(32, uploads)
    print(f"{uploads} uploads of 32 clients, {seconds:.0f} s: {before:.0f} MiB before, {resident(server):.0f} MiB after")
    server.terminate()
    print(f"exit code {server.wait()}")
