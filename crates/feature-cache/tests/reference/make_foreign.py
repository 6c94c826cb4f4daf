"""Writes the golden caches of `tests/golden` again, as other programs store what they copy or write.

    python3 crates/feature-cache/tests/reference/make_foreign.py [H5REPACK]

Needs h5py, and writes to the folder `foreign` beside it. `H5REPACK` is the program of HDF5's tools;
without it what it wrote stays. Each name begins with that of the golden file it is a copy of; those that
begin with `refused` are not read, but for a reason. They are mostly zeros, and compressed.
"""

import gzip
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).parent
GOLDEN = HERE / "../../../../tests/golden"
OUT = HERE / "foreign"
VLEN = h5py.string_dtype("utf-8")
VLEN_ASCII = h5py.string_dtype("ascii")


def datasets(source):
    found = {}
    source.visititems(lambda name, item: found.update({name: item}) if isinstance(item, h5py.Dataset) else None)
    return found


def texts(data):
    return [text.decode("utf-8") for text in np.atleast_1d(data[()])]


def copy(golden, out, change, *, version=None, skip=(), **options):
    """Writes `out`; `change(file, name, data)` creates each dataset."""
    path = OUT / f"{golden}-{out}.h5"
    with h5py.File(GOLDEN / f"format-1b-{golden}.h5") as source, h5py.File(path, "w", **options) as file:
        for name, data in datasets(source).items():
            if not name.startswith(tuple(skip) or ("\0",)):
                change(file, name, data)
        file.attrs["format"] = "offshelf"
        file.attrs["format_version"] = 1 if version is None else version
    return path


def is_text(data):
    return data.dtype.kind in "SO"


def plain(file, name, data):
    file.create_dataset(name, data=data[()], dtype=data.dtype)


def filtered(**filters):
    def change(file, name, data):
        if data.size == 0:
            return plain(file, name, data)
        file.create_dataset(name, data=data[()], dtype=data.dtype, chunks=True, **filters)

    return change


def chunked(chunk_of, maxshape_of=lambda shape: None):
    def change(file, name, data):
        if data.size == 0:
            return plain(file, name, data)
        file.create_dataset(
            name, data=data[()], dtype=data.dtype, chunks=chunk_of(data.shape), maxshape=maxshape_of(data.shape)
        )

    return change


def other_types(file, name, data):
    """64-bit integers and doubles, big-endian, strings of any length, single texts as scalars."""
    if is_text(data):
        values = texts(data)
        if name in ("provenance", "created_by"):
            return file.create_dataset(name, data=values[0], dtype=VLEN)
        return file.create_dataset(name, data=values, shape=(len(values),), dtype=VLEN)
    order = ">f8" if data.dtype.kind == "f" else ">i8"
    if name == "samples/size":
        order = ">u8"
    file.create_dataset(name, data=data[()].astype(order), dtype=order)


def like_matlab(file, name, data):
    """Doubles in chunks; strings padded with blanks."""
    if is_text(data):
        values = [text.encode("utf-8") for text in texts(data)]
        if name.startswith("checksums") or name in ("provenance", "created_by", "ground_truth"):
            return file.create_dataset(name, data=texts(data), shape=(len(values),), dtype=VLEN)
        width = max([len(value) for value in values] + [1]) + 3
        space = h5py.h5t.C_S1.copy()
        space.set_size(width)
        space.set_strpad(h5py.h5t.STR_SPACEPAD)
        space.set_cset(h5py.h5t.CSET_UTF8)
        extent = h5py.h5s.create_simple((len(values),))
        file.require_group(name.split("/")[0])
        made = h5py.h5d.create(file.id, name.encode(), space, extent)
        if values:
            made.write(extent, extent, np.array([v.ljust(width) for v in values], f"S{width}"), space)
        return None
    exact = name in ("samples/size", "samples/mtime", "checksums/blake3")
    dtype = data.dtype if exact else np.dtype("f8")
    values = data[()].astype(dtype)
    file.create_dataset(name, data=values, chunks=tuple(max(1, (n + 1) // 2) for n in values.shape))


def unaligned(file, name, data):
    """Something else before features, of a length that moves them to an odd place."""
    if name == "features/block5_pool:gap":
        file.create_dataset("more", data=np.zeros(1, "u1"))
    made = file.create_dataset(name, data=data[()], dtype=data.dtype)
    assert not name.startswith("features/block5") or made.id.get_offset() % 4, "not unaligned"


def wide_strings(file, name, data):
    if is_text(data):
        values = [text.encode("utf-8") for text in texts(data)]
        width = 16 + max([len(value) for value in values] + [1])
        return file.create_dataset(name, data=np.array(values, f"S{width}"), shape=(len(values),))
    return plain(file, name, data)


def refuse(out, create):
    def change(file, name, data):
        if name == "samples/label":
            create(file, name, data)
        else:
            plain(file, name, data)

    path = copy("f32", "later", change)
    path.rename(OUT / f"refused-{out}.h5")


def compact(file, name, data):
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_layout(h5py.h5d.COMPACT)
    extent = h5py.h5s.create_simple(data.shape)
    made = h5py.h5d.create(file.id, name.encode(), h5py.h5t.STD_I32LE, extent, properties)
    made.write(extent, extent, data[()])


def virtual(file, name, data):
    layout = h5py.VirtualLayout(shape=data.shape, dtype=data.dtype)
    layout[:] = h5py.VirtualSource("other.h5", "label", shape=data.shape)
    file.create_virtual_dataset(name, layout)


def main():
    OUT.mkdir(exist_ok=True)
    for golden in ("f32", "f16", "annotated"):
        copy(golden, "h5py", plain)
        copy(golden, "gzip", filtered(compression="gzip", shuffle=True))
        copy(golden, "types", other_types)
    copy("f32", "lzf", filtered(compression="lzf", shuffle=True, fletcher32=True))
    copy("f32", "matlab", like_matlab, userblock_size=512, version=np.array([1], "f8"))
    copy("annotated", "matlab", like_matlab, userblock_size=1024, libver="latest")
    copy("f32", "strings", wide_strings, version=np.int64(1))
    copy("f32", "unaligned", unaligned, libver="latest")
    copy("f32", "user-block", plain, userblock_size=2048, libver="v110")
    small = chunked(lambda shape: tuple(min(2, n) for n in shape))
    copy("f32", "fixed-array", small, libver="latest")
    one_unlimited = chunked(lambda shape: tuple(min(2, n) for n in shape), lambda shape: (None, *shape[1:]))
    copy("f32", "extensible-array", one_unlimited, libver="latest")
    unlimited = chunked(lambda shape: tuple(min(2, n) for n in shape), lambda shape: (None,) * len(shape))
    copy("f32", "b-tree-2", unlimited, libver="latest")
    copy("f32", "b-tree-1", unlimited)
    copy("f32", "one-chunk", chunked(lambda shape: shape), libver="latest")
    copy("f32", "columns", chunked(lambda shape: (shape[0], *[1] * (len(shape) - 1))))
    copy("f32", "no-checksums", plain, skip=["checksums"])

    refuse("compact", compact)
    refuse("virtual", virtual)
    refuse("external", lambda file, name, data: file.create_dataset(
        name, shape=data.shape, dtype=data.dtype, external=[("/etc/hostname", 0, h5py.h5f.UNLIMITED)]))
    refuse("nbit", lambda file, name, data: file.create_dataset(
        name, data=data[()], chunks=data.shape, scaleoffset=0))
    refuse("out-of-range", lambda file, name, data: file.create_dataset(name, data=np.full(data.shape, 2**40)))

    if len(sys.argv) > 1:
        source = GOLDEN / "format-1b-f32.h5"
        for out, options in {
            "repack": [],
            "repack-gzip": ["-f", "SHUF", "-f", "GZIP=9"],
            "repack-chunk": ["-l", "samples/label:CHUNK=2", "-f", "samples/label:FLET"],
            "repack-latest": ["-L", "-f", "GZIP=1"],
        }.items():
            path = OUT / f"f32-{out}.h5"
            path.unlink(missing_ok=True)
            subprocess.run([sys.argv[1], *options, source, path], check=True)
        path = OUT / "refused-szip.h5"
        path.unlink(missing_ok=True)
        subprocess.run([sys.argv[1], "-l", "samples/label:CHUNK=5", "-f", "samples/label:SZIP=4,NN", source, path], check=False)
    for path in OUT.glob("*.h5"):
        Path(f"{path}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        path.unlink()


if __name__ == "__main__":
    main()
