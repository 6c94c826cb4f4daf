"""Writes tables.json: tables that pandas wrote in many ways, and what pandas reads in them.

Each has the option of `csv` or `attributes` that reads it, its bytes (as Latin-1), the images that lie beside it,
and its rows: path, label (or list of labels, or of 1, -1 and 0 by column), split. Those that are refused have the
words of the message instead. Needs pandas 3.0.
"""

import ast
import csv
import io
import json
import pathlib

import pandas as pd

TABLES = []


def written(frame, encoding="utf-8", **options):
    buffer = io.BytesIO()
    frame.to_csv(buffer, encoding=encoding, **options)
    return buffer.getvalue()


def add(name, source, data, rows, files=None):
    files = [row[0] for row in rows] if files is None else files
    TABLES.append({"name": name, "source": source, "bytes": data.decode("latin-1"), "files": files, "rows": rows})


def refuse(name, source, data, words, files=("a.jpg",)):
    TABLES.append(
        {"name": name, "source": source, "bytes": data.decode("latin-1"), "files": list(files), "words": words}
    )


def read_back(data, **options):
    return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, **options)


def one_label(data, path="path", label="label", split=None, to_path=lambda cell: cell, **options):
    frame = read_back(data, **options)
    splits = frame[split] if split else [""] * len(frame)
    labels = [text.strip() or None for text in frame[label]]
    return [[to_path(p), label, s] for p, label, s in zip(frame[path], labels, splits)]


def several(data, parse, label="labels", **options):
    return [[p, sorted(parse(cell)), ""] for p, cell in read_back(data, **options)[["path", label]].itertuples(index=False)]


pets = pd.DataFrame(
    {
        "path": ["cat/1.jpg", "dog/ü 2.jpg", "a,b.jpg", 'say "x".jpg', "e;f|g.jpg"],
        "label": ["cat, black", "dog", 'the "dog"', None, "König"],
        "split": ["train", "test", "val", "train", ""],
    }
)
plain = written(pets, index=False)
add("plain", "csv", plain, one_label(plain, split="split"))
for name, options, how in [
    ("index", {"index": True}, {}),
    ("named index", {"index_label": "row"}, {}),
    ("semicolons", {"index": False, "sep": ";"}, {"sep": ";"}),
    ("tabs", {"index": False, "sep": "\t"}, {"sep": "\t"}),
    ("bars", {"index": False, "sep": "|"}, {"sep": "|"}),
    ("all quoted", {"index": False, "quoting": csv.QUOTE_ALL}, {}),
    ("texts quoted", {"quoting": csv.QUOTE_NONNUMERIC}, {}),
    ("byte order mark", {"index": False, "encoding": "utf-8-sig"}, {"encoding": "utf-8-sig"}),
    ("quoted byte order mark", {"quoting": csv.QUOTE_ALL, "encoding": "utf-8-sig"}, {"encoding": "utf-8-sig"}),
    ("CRLF", {"index": False, "lineterminator": "\r\n"}, {}),
    ("CR", {"index": False, "lineterminator": "\r"}, {"lineterminator": "\r"}),
    ("columns in another order", {"index": False, "columns": ["split", "label", "path"]}, {}),
]:
    data = written(pets, **options)
    add(name, "csv", data, one_label(data, split="split", **how))
resaved = written(read_back(written(pets)))
add("index of an index", "csv", resaved, one_label(resaved, split="split"))
notes = pets.assign(notes=["one\ntwo", "", 'a "quote"', ",;|\t", "x"], size=[1, 2.5, 3, 4, 5])
data = written(notes, index=False)
add("other columns", "csv", data, one_label(data, split="split"))
renamed = pets.rename(columns={"path": "file name", "label": "breed, fine", "split": "fold"})
data = written(renamed, sep=";", index=False)
add(
    "columns named by the user",
    'csv:path=file name,"label=breed, fine",split=fold',
    data,
    one_label(data, path="file name", label="breed, fine", split="fold", sep=";"),
)
data = written(pets[["path", "label"]], header=False, index=False)
rows = one_label(data, path=0, label=1, header=None)
add("no header", "csv:noheader,label=2", data, rows)

ids = pd.DataFrame({"id": ["000bec", "1e5.0", "7"], "breed": ["boston_bull", "dingo", "pekinese"]})
data = written(ids, index=False)
as_file = lambda cell: f"train/{cell}.jpg"
add(
    "ids of a competition",
    "csv:path=id,label=breed,ext=.jpg,folder=train",
    data,
    one_label(data, path="id", label="breed", to_path=as_file),
)
windows = pd.DataFrame({"path": [r"cat\1.jpg", r".\dog\2.jpg"], "label": ["cat", "dog"]})
data = written(windows, index=False)
add("backslashes", "csv", data, [["cat/1.jpg", "cat", ""], ["dog/2.jpg", "dog", ""]])
for name, prefix in [("absolute", "/kaggle/input/pets"), ("a drive", "C:\\pets")]:
    frame = pd.DataFrame({"path": [f"{prefix}/cat/1.jpg", f"{prefix}/dog/2.jpg"], "label": ["cat", "dog"]})
    data = written(frame, index=False)
    add(name, f"csv:root={prefix}", data, [["cat/1.jpg", "cat", ""], ["dog/2.jpg", "dog", ""]])
numbers = pd.DataFrame({"path": ["a.jpg", "b.jpg", "c.jpg"], "label": [1, None, 10]})
data = written(numbers, index=False)
add("numbers with one missing", "csv", data, one_label(data))

several_labels = pd.Series([["cat"], ["cat", "it's, a dog"], [], ['say "x"', "é"]])
paths = pd.Series(["a.jpg", "b.jpg", "c.jpg", "d.jpg"], name="path")
for name, source, write, parse in [
    ("Python lists", "csv", str, ast.literal_eval),
    ("JSON lists", "csv", json.dumps, json.loads),
    ("JSON lists, named", "csv:between=list", json.dumps, json.loads),
]:
    data = written(pd.DataFrame({"path": paths, "labels": several_labels.map(write)}), index=False)
    add(name, source, data, several(data, parse))
data = written(pd.DataFrame({"path": paths, "labels": [[1], [2, 30], [], [3]]}))
add("lists of numbers", "csv", data, several(data, lambda cell: [str(n) for n in ast.literal_eval(cell)]))
words = pd.Series([["cat"], ["cat", "dog"], [], ["haze", "dog"]])
for name, sign, source in [
    ("semicolons between labels", ";", "csv"),
    ("bars between labels", "|", "csv"),
    ("commas between labels", ",", "csv:between=comma"),
    ("spaces between labels", " ", "csv:between=space"),
]:
    data = written(pd.DataFrame({"path": paths, "labels": words.map(sign.join)}), index=False)
    rows = several(data, lambda cell, sign=sign: [word for word in cell.split(sign) if word])
    add(name, source, data, rows)
tags = pd.DataFrame({"image_name": ["train_0", "train_1"], "tags": ["haze primary", "clear"]})
data = written(tags, index=False)
tagged = read_back(data).itertuples(index=False)
rows = [[f"{name}.jpg", sorted(tags.split()), ""] for name, tags in tagged]
add("tags", "csv:path=image_name,labels=tags,between=space,ext=jpg", data, rows)

dummies = pd.get_dummies(pd.Series(["cat", "dog", "cat"]))
for name, source, frame in [
    ("dummies", "attributes:file=samples.csv", dummies),
    ("dummies of numbers", "attributes:file=samples.csv,zero=absent", dummies.astype(int)),
    ("dummies of floats", "attributes:file=samples.csv,zero=absent", dummies.astype(float)),
]:
    data = written(frame.assign(path=["a.jpg", "b.jpg", "c.jpg"]))
    signs = [[1 if is_there else -1 for is_there in row] for row in dummies.itertuples(index=False)]
    add(name, source, data, [[path, row, ""] for path, row in zip(["a.jpg", "b.jpg", "c.jpg"], signs)])
data = written(dummies.astype(int).assign(path=["a.jpg", "b.jpg", "c.jpg"]))
refuse("0 and 1", "attributes:file=samples.csv", data, ["has 0", "zero=absent"])

refuse("UTF-16", "csv", written(pets, encoding="utf-16", index=False), ["UTF-16", "iconv -f UTF-16"])
refuse("UTF-16 without its mark", "csv", written(pets, encoding="utf-16-le", index=False), ["UTF-16"])
refuse("Windows", "csv", written(pets, encoding="cp1252", index=False), ["line 3", "no UTF-8", "WINDOWS-1252"])
escaped = written(pets, index=False, doublequote=False, escapechar="\\")
refuse("quotes with backslashes", "csv", escaped, ["a quote behind a backslash in line 4"])
single = written(pets, index=False, quotechar="'", quoting=csv.QUOTE_ALL)
refuse("single quotes", "csv", single, ["no column `path`", "`'path'`"])
boxes = pd.DataFrame({"path": ["a.jpg"], "x": [1.5], "y": [2.5], "width": [3.5], "height": [4.5]})
refuse("decimal commas", "csv", written(boxes, sep=";", decimal=",", index=False), ["line 2", "1,5"])
refuse("a cut file", "csv", plain[: plain.rindex(b'"')], ["in line 5", "never closed"])

TEXT = "[\n" + ",\n".join(json.dumps(table) for table in TABLES) + "\n]\n"
(pathlib.Path(__file__).parent / "tables.json").write_text(TEXT, encoding="utf-8")
