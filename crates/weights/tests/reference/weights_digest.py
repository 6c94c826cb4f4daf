"""The digest of a set of tensors, as the documentation of the module `weights` defines it."""

import blake3


def digest(tensors):
    """The digest of arrays by their names in a weight file."""
    hasher = blake3.blake3()
    for name in sorted(tensors, key=str.encode):
        tensor = tensors[name]
        hasher.update(len(name.encode()).to_bytes(8, "little") + name.encode())
        hasher.update(tensor.ndim.to_bytes(8, "little"))
        for size in tensor.shape:
            hasher.update(size.to_bytes(8, "little"))
        hasher.update(tensor.astype("<f4").tobytes(order="C"))
    return hasher.hexdigest()
