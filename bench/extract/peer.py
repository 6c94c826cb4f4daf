"""The features of a folder of images as a script in Python makes them, timed.

Usage: python peer.py NAME WEIGHTS FOLDER BATCH WORKERS OUT

NAME is eager, channels-last, torchscript, onnxruntime, or float64 (the reference that errors are
taken from). Images are loaded by a PyTorch `DataLoader` with Pillow, in batches, by WORKERS processes;
they are those of FOLDER in the order of their paths. Writes the features [n_images, 512] to OUT
(`.npy`). Standard output is one JSON document: seconds from the first image to the written file
(imports and the loading of weights left out), seconds of the forward passes within them, and the peak
of resident memory, that of the loading processes included.
"""

import json
import pathlib
import resource
import sys
import tempfile
import time

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from torch.utils.data import DataLoader, Dataset

# The preset `keras`: BGR, less the mean color.
MEAN = torch.tensor([103.939, 116.779, 123.68]).view(3, 1, 1)
BLOCKS = (2, 2, 3, 3, 3)


class Images(Dataset):
    def __init__(self, folder):
        self.files = sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file())

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        image = Image.open(self.files[index])
        if image.mode != "RGB":
            image = image.convert("RGBA")
            white = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(white, image).convert("RGB")
        image = image.resize((224, 224), Image.Resampling.BILINEAR)
        rgb = torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1)
        return rgb.flip(0).float() - MEAN


def vgg16(weights):
    """The convolutional part, and the global average."""
    tensors = load_file(weights)
    layers = []
    for block, n_convolutions in enumerate(BLOCKS, 1):
        for number in range(1, n_convolutions + 1):
            weight = tensors[f"block{block}_conv{number}.weight"]
            convolution = nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1)
            convolution.weight = nn.Parameter(weight)
            convolution.bias = nn.Parameter(tensors[f"block{block}_conv{number}.bias"])
            layers += [convolution, nn.ReLU(inplace=True)]
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()


def forward_of(name, model, batch):
    """A function from a batch to features."""
    example = torch.zeros(batch, 3, 224, 224)
    if name == "eager":
        return model
    if name == "float64":
        model = model.double()
        return lambda images: model(images.double()).float()
    if name == "channels-last":
        model = model.to(memory_format=torch.channels_last)
        return lambda images: model(images.contiguous(memory_format=torch.channels_last))
    if name == "torchscript":
        return torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(model, example)))
    if name == "onnxruntime":
        import onnxruntime

        with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
            axes = {"images": {0: "n"}, "features": {0: "n"}}
            torch.onnx.export(
                model, example, file.name, dynamo=False, dynamic_axes=axes,
                input_names=["images"], output_names=["features"],
            )
            session = onnxruntime.InferenceSession(file.name, providers=["CPUExecutionProvider"])
        return lambda images: torch.from_numpy(session.run(None, {"images": images.numpy()})[0])
    raise SystemExit(f"peer: no peer is called `{name}`")


def main(name, weights, folder, batch, workers, out):
    batch = int(batch)
    with torch.inference_mode():
        forward = forward_of(name, vgg16(weights), batch)
        # What is compiled or tuned at the first call is no part of a long run.
        forward(torch.zeros(batch, 3, 224, 224))
        start, forwarding, features = time.perf_counter(), 0.0, []
        for images in DataLoader(Images(folder), batch_size=batch, num_workers=int(workers)):
            begin = time.perf_counter()
            features.append(forward(images).numpy().copy())
            forwarding += time.perf_counter() - begin
        np.save(out, np.concatenate(features))
        seconds = time.perf_counter() - start
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    # The second is the largest of the loading processes, of which there are `workers`.
    peak = 1024 * (peaks[0] + int(workers) * peaks[1])
    print(json.dumps({"started_seconds": seconds, "forward_seconds": forwarding, "peak_resident_bytes": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
