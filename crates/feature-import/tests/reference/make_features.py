"""Writes one small table of features with NumPy, h5py, pandas and pyarrow, in the ways that people have them.

    python3 crates/feature-import/tests/reference/make_features.py

Needs numpy, h5py, pandas, pyarrow and scipy. Rows are five, features three; every number is one of half precision.
"""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
FEATURES = (np.arange(15).reshape(5, 3) - 4) / 8
LABELS = ["owl", "jay", "", "owl", "dög"]
NUMBERS = [2, 0, -1, 2, 1]
NAMES = ["jay", "dög", "owl"]
PATHS = ["d.jpg", "a.jpg", "c 100%.jpg", "b/ü.jpg", "e.jpg"]
SPLITS = ["train", "train", "", "val", "test"]


def main():
    for name, dtype in {"f2": "<f2", "f4": "<f4", "f8": "<f8", "big": ">f4", "i2": "<i2"}.items():
        values = FEATURES * 8 if name == "i2" else FEATURES
        np.save(HERE / f"{name}.npy", values.astype(dtype))
    np.save(HERE / "fortran.npy", np.asfortranarray(FEATURES.astype("<f4")))
    np.save(HERE / "pooled.npy", FEATURES.astype("<f4").reshape(5, 3, 1, 1))
    np.save(HERE / "fortran-pooled.npy", np.asfortranarray(FEATURES.astype("<f8").reshape(5, 3, 1, 1)))
    np.save(HERE / "map.npy", FEATURES.astype("<f4").reshape(5, 1, 3))
    np.save(HERE / "objects.npy", np.array([[1, "a"], [None, 2]], object), allow_pickle=True)
    np.save(HERE / "structure.npy", np.zeros(5, [("a", "<f4"), ("b", "<i4")]))
    nan = FEATURES.astype("<f4")
    nan[3, 1] = np.nan
    np.save(HERE / "nan.npy", nan)
    nan[3, 1] = 1e30
    np.save(HERE / "large.npy", nan)
    np.save(HERE / "labels.npy", np.array(LABELS))
    np.save(HERE / "labels-bytes.npy", np.array([label.encode() for label in LABELS]))
    np.save(HERE / "numbers.npy", np.array(NUMBERS))
    np.save(HERE / "numbers-f8.npy", np.array(NUMBERS, "f8"))
    np.save(HERE / "paths.npy", np.array(PATHS))
    (HERE / "names.txt").write_text("\n".join(NAMES) + "\n", encoding="utf-8")
    (HERE / "splits.txt").write_text("\n".join(SPLITS) + "\n")
    table = {"emb": FEATURES.astype("f4"), "y": np.array(NUMBERS), "species": np.array(LABELS),
             "files": np.array(PATHS), "split": np.array(SPLITS), "names": np.array(NAMES)}
    np.savez(HERE / "plain.npz", **table)
    np.savez_compressed(HERE / "compressed.npz", **table)
    np.savez_compressed(HERE / "two.npz", train=table["emb"], test=table["emb"][:2])

    text = h5py.string_dtype("utf-8")
    with h5py.File(HERE / "features.h5", "w") as file:
        file.create_dataset("a/emb", data=FEATURES, chunks=(2, 2), compression="gzip", shuffle=True)
        file.create_dataset("y", data=NUMBERS, dtype=">i8")
        for name, values in {"species": LABELS, "files": PATHS, "split": SPLITS, "names": NAMES}.items():
            file.create_dataset(name, data=values, dtype=text)
        file["elsewhere"] = h5py.ExternalLink("other.h5", "/emb")

    with h5py.File(HERE / "matlab.mat", "w", userblock_size=512) as file:
        for name, values in {"emb": FEATURES.T, "y": np.array([NUMBERS], "f8")}.items():
            file.create_dataset(name, data=values).attrs["MATLAB_class"] = np.bytes_(b"double")
    np.save(HERE / "columns.npy", FEATURES.T.astype("<f4"))

    rest = {"y": NUMBERS, "species": LABELS, "files": PATHS, "split": SPLITS}
    columns = pd.DataFrame({f"f{i}": FEATURES[:, i] for i in range(3)} | rest)
    columns.to_parquet(HERE / "columns.parquet")
    columns.to_csv(HERE / "columns.csv", index=False)
    columns.to_csv(HERE / "index.csv")
    columns.to_csv(HERE / "semicolons.csv", index=False, sep=";", encoding="utf-8-sig")
    columns.assign(species=columns.species.replace("", None).astype("category")).to_parquet(
        HERE / "category.parquet", row_group_size=2, compression="gzip")
    lists = pa.table({"emb": pa.array(list(FEATURES.astype("f4"))), **{k: pa.array(v) for k, v in rest.items()}})
    pq.write_table(lists, HERE / "lists.parquet", compression="snappy")
    fixed = pa.FixedSizeListArray.from_arrays(pa.array(FEATURES.astype("f2").ravel()), 3)
    pq.write_table(pa.table({"emb": fixed, "y": NUMBERS}), HERE / "fixed.parquet", compression="none")
    uneven = pa.table({"emb": pa.array([[1.0, 2.0], [3.0]])})
    pq.write_table(uneven, HERE / "uneven.parquet")
    pq.write_table(lists, HERE / "zstd.parquet", compression="zstd")


if __name__ == "__main__":
    main()
