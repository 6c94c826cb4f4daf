"""Writes imagenet-1k.tsv: the WordNet synset of each of ImageNet's 1000 classes, and its words.

usage: python make_imagenet_1k.py        (Python with timm)

The order of the classes and the words are what timm's ImageNetInfo has; the words are WordNet's lemmas.
"""

import pathlib

import timm
from timm.data import ImageNetInfo

info = ImageNetInfo("imagenet-1k")
lines = [f"# ImageNet-1k: synset and WordNet lemmas of classes 0 to 999, from timm {timm.__version__}\n"]
for index in range(info.num_classes()):
    lines.append(f"{info.index_to_label_name(index)}\t{info.index_to_description(index)}\n")
assert len(lines) == 1001
pathlib.Path(__file__).with_name("imagenet-1k.tsv").write_text("".join(lines))
