"""Reference passes and steps of small networks by PyTorch, and the accuracy of the two-class head.

Usage: python make_mlp.py steps           writes mlp.safetensors beside this file
       python make_mlp.py head            prints the accuracies of the two-class head on generated
                                          features, which tests/mlp.rs compares with
       python make_mlp.py head FILE.h5 EPOCHS    the same on the cached features of a file, animals
                                          against the rest, with a learning rate of 1e-4
Needs: numpy, torch, safetensors, and h5py for a file.

PyTorch gives the forward passes and, by autograd, all gradients. The constants are those of Keras,
and so are two formulas that PyTorch has differently: Adam adds epsilon to the root of the
uncorrected mean square, and the moving variance averages variances that are not corrected for the
size of the batch.

Head: on 773 stamps of 12 classes (block5_pool:gap, preset keras; 146 animals; every third row is for
testing) torch 2.11 gave, for seeds 0 to 4, a mean of 0.88992 with a standard error of 0.00570 after 20
epochs, and 0.96202 with 0.00190 after 100. Crate `heads` gave 0.87597 with 0.00442, and 0.95969 with
0.00417; of 25 seeds after 20 epochs 0.88496 with 0.00460, and torch 0.88899 with 0.00495.

Steps: for each network of NETWORKS its initial arrays `<n>.initial.<i>` (f32, as crate `heads` orders
them), features `<n>.x`, labels `<n>.y` (u8), scores before training `<n>.before`, the loss of every
step `<n>.losses`, and after 5 epochs of batches in the order of rows the arrays `<n>.trained.<i>` and
the scores `<n>.after`.
"""

import pathlib
import sys

import numpy as np
import torch
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7
NORM_EPSILON, NORM_MOMENTUM = 1e-3, 0.99
NETWORKS = [
    ("dense:6,relu,batchnorm,softmax", 3),
    ("dense:8,relu,sigmoid", 2),
    ("batchnorm,dense:4,relu,dense:5,relu,sigmoid", 3),
]
HEAD = "dense:64,relu,batchnorm,dropout:0.5,softmax"


class Network:
    """Arrays in the order of crate `heads`: weights and bias of dense layers; gamma, beta, moving
    mean and moving variance of batch normalization."""

    def __init__(self, description, n_features, n_classes, generator, randomize=False):
        self.words = description.split(",")
        self.output = self.words[-1]
        n_outputs = 1 if self.output == "sigmoid" and n_classes == 2 else n_classes
        self.arrays, self.learned, width = [], [], n_features
        for word in self.words[:-1] + [f"dense:{n_outputs}"]:
            if word.startswith("dense"):
                units = int(word.split(":")[1])
                limit = (6 / (width + units)) ** 0.5
                weights = (torch.rand(width, units, generator=generator) * 2 - 1) * limit
                self.add([weights, torch.zeros(units)], learned=True)
                width = units
            elif word == "batchnorm":
                self.add([torch.ones(width), torch.zeros(width)], learned=True)
                self.add([torch.zeros(width), torch.ones(width)], learned=False)
        if randomize:
            for array, learned in zip(self.arrays, self.learned):
                with torch.no_grad():
                    noise = torch.rand(array.shape, generator=generator)
                    array += 0.5 * noise if learned else 0.1 * noise
        self.steps = 0
        self.moments = [(torch.zeros_like(a), torch.zeros_like(a)) for a in self.arrays]

    def add(self, arrays, learned):
        for array in arrays:
            self.arrays.append(array.requires_grad_(learned))
            self.learned.append(learned)

    def scores(self, x, training, generator=None):
        arrays = iter(self.arrays)
        for word in self.words[:-1]:
            if word.startswith("dense"):
                x = x @ next(arrays) + next(arrays)
            elif word == "relu":
                x = torch.relu(x)
            elif word.startswith("dropout") and training:
                rate = float(word.split(":")[1])
                x = x * (torch.rand(x.shape, generator=generator) >= rate) / (1 - rate)
            elif word == "batchnorm":
                gamma, beta, mean, variance = (next(arrays) for _ in range(4))
                if training:
                    batch_mean, batch_variance = x.mean(0), x.var(0, unbiased=False)
                    with torch.no_grad():
                        mean.lerp_(batch_mean, 1 - NORM_MOMENTUM)
                        variance.lerp_(batch_variance, 1 - NORM_MOMENTUM)
                    x = torch.nn.functional.batch_norm(
                        x, None, None, gamma, beta, training=True, eps=NORM_EPSILON
                    )
                else:
                    x = torch.nn.functional.batch_norm(
                        x, mean, variance, gamma, beta, training=False, eps=NORM_EPSILON
                    )
        return x @ next(arrays) + next(arrays)

    def loss(self, scores, y):
        if self.output == "softmax":
            return torch.nn.functional.cross_entropy(scores, y)
        targets = y[:, None] == torch.arange(scores.shape[1]) + (scores.shape[1] == 1)
        return torch.nn.functional.binary_cross_entropy_with_logits(scores, targets.float())

    def step(self, x, y, learning_rate, generator=None):
        loss = self.loss(self.scores(x, True, generator), y)
        learned = [a for a in self.arrays if a.requires_grad]
        gradients = iter(torch.autograd.grad(loss, learned))
        self.steps += 1
        rate = learning_rate * (1 - BETA_2**self.steps) ** 0.5 / (1 - BETA_1**self.steps)
        with torch.no_grad():
            for array, (mean, square) in zip(self.arrays, self.moments):
                if array.requires_grad:
                    gradient = next(gradients)
                    mean.lerp_(gradient, 1 - BETA_1)
                    square.lerp_(gradient**2, 1 - BETA_2)
                    array -= rate * mean / (square.sqrt() + EPSILON)
        return loss.item()


def write_steps():
    generator = torch.Generator().manual_seed(1943)
    tensors = {}
    numpy = lambda tensor: tensor.detach().numpy().copy()
    for n, (description, n_classes) in enumerate(NETWORKS):
        y = torch.arange(22) % n_classes
        x = torch.randn(22, 5, generator=generator) + y[:, None]
        network = Network(description, 5, n_classes, generator, randomize=True)
        tensors |= {f"{n}.x": numpy(x), f"{n}.y": y.numpy().astype(np.uint8)}
        tensors |= {f"{n}.initial.{i}": numpy(a) for i, a in enumerate(network.arrays)}
        tensors[f"{n}.before"] = numpy(network.scores(x, False))
        batches = [slice(start, start + 8) for start in range(0, 22, 8)]
        losses = [network.step(x[b], y[b], LEARNING_RATE) for _ in range(5) for b in batches]
        tensors[f"{n}.losses"] = np.array(losses, dtype=np.float32)
        tensors |= {f"{n}.trained.{i}": numpy(a) for i, a in enumerate(network.arrays)}
        tensors[f"{n}.after"] = numpy(network.scores(x, False))
    path = HERE / "mlp.safetensors"
    metadata = {
        "made_by": "crates/heads/tests/reference/make_mlp.py",
        "torch": torch.__version__,
        "numpy": np.__version__,
        "networks": "; ".join(f"{description} of {k}" for description, k in NETWORKS),
    }
    save_file(tensors, path, metadata=metadata)
    path.chmod(0o644)
    print(f"{len(tensors)} tensors, {path.stat().st_size} bytes")


def generated():
    """Two classes of 1200 rows and 128 features, from integers alone, so that crate `heads` makes the
    same; every twelfth label is wrong."""
    mask = (1 << 64) - 1

    def draw(seed):
        z = (seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return (z ^ (z >> 31)) >> 32

    signed = lambda seed: draw(seed) % 15 - 7
    loading = np.array([[signed(1_000_000 + 128 * i + j) for j in range(128)] for i in range(12)])
    latent = np.array([[signed(2_000_000 + 12 * i + j) for j in range(12)] for i in range(1200)])
    score = latent[:, 0] * latent[:, 1] + 6 * latent[:, 2] + 4 * latent[:, 3]
    y = (score > 0).astype(int)
    y[::12] = 1 - y[::12]
    x = np.maximum(latent @ loading, 0).astype(np.float32) / 64
    return x, y


def from_file(path):
    import h5py

    with h5py.File(path) as file:
        x = next(iter(file["features"].values()))[:]
        labels = file["samples/label"][:]
        names = [name.decode() for name in file["classes/name"][:]]
    x = x.reshape(len(x), -1)
    return x, (labels == names.index("animals")).astype(int)


def train_head(x, y, test, seed, learning_rate, epochs):
    """Accuracy on the rows `test` after training on the others."""
    generator = torch.Generator().manual_seed(seed)
    train = np.flatnonzero(~test)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    network = Network(HEAD, x.shape[1], 2, generator)
    for _ in range(epochs):
        order = train[torch.randperm(len(train), generator=generator).numpy()]
        for start in range(0, len(order), 32):
            batch = order[start : start + 32]
            network.step(x[batch], y[batch], learning_rate, generator)
    with torch.no_grad():
        predicted = network.scores(x[test], False).argmax(1)
    return (predicted == y[test]).float().mean().item()


def print_head(path, epochs):
    x, y = from_file(path) if path else generated()
    test = np.arange(len(y)) % 3 == 0
    rate = 1e-4 if path else 1e-3
    print(f"{x.shape} rows, {y.mean():.3f} of the second class, {(x == 0).mean():.2f} zeros")
    print(f"checksum {x.astype(np.float64).sum():.6f} {y.sum()}")
    accuracies = [train_head(x, y, test, seed, rate, epochs) for seed in range(5)]
    print("accuracies", [round(a, 5) for a in accuracies])
    print(f"mean {np.mean(accuracies):.5f}, standard error {np.std(accuracies, ddof=1) / 5**0.5:.5f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["steps"]:
        write_steps()
    elif sys.argv[1:] == ["head"]:
        print_head(None, 20)
    elif sys.argv[1:2] == ["head"] and len(sys.argv) == 4:
        print_head(sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit(__doc__)
