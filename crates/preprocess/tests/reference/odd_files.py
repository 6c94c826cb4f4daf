"""Writers of odd pictures, byte by byte: what cameras, scanners, microscopes and damaged disks leave, and what
Pillow itself does not write."""

import struct
import zlib

import numpy as np

WIDTH, HEIGHT = 11, 7


def pixels(channels, top=255):
    """Noise, the same each time: [HEIGHT, WIDTH, channels], from 0 to `top`."""
    i = np.arange(HEIGHT * WIDTH * channels, dtype=np.uint64)
    noise = (i * 0x9E3779B1) % 2**32
    noise = ((noise ^ (noise >> 15)) * 0x85EBCA77) % 2**32 >> 8
    return (noise % (top + 1)).reshape(HEIGHT, WIDTH, channels)


# --- TIFF (revision 6.0, and BigTIFF) ---

BYTE, ASCII, SHORT, LONG, RATIONAL, LONG8 = 1, 2, 3, 4, 5, 16


def tag_bytes(kind, values, order):
    if kind == RATIONAL:
        return b"".join(struct.pack(order + "2I", *value) for value in values)
    letter = {BYTE: "B", ASCII: "B", SHORT: "H", LONG: "I", LONG8: "Q"}[kind]
    return struct.pack(f"{order}{len(values)}{letter}", *values)


def tiff_directories(directories, order="<", big=False):
    """A file of directories: each is (strips, tags), where tags are {tag: (kind, values)}."""
    offset_kind, size = (LONG8, 8) if big else (LONG, 4)
    body = bytearray((b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if big else 42))
    if big:
        body += struct.pack(order + "2H", 8, 0)
    link = len(body)
    body += bytes(size)
    number = order + ("Q" if big else "I")
    for strips, tags in directories:
        offsets = []
        for strip in strips:
            offsets.append(len(body))
            body += strip + bytes(len(strip) % 2)
        tiled = 322 in tags
        tags = dict(tags)
        tags[324 if tiled else 273] = (offset_kind, offsets)
        tags[325 if tiled else 279] = (LONG, [len(strip) for strip in strips])
        entries, later = b"", []
        for tag, (kind, values) in sorted(tags.items()):
            data = tag_bytes(kind, values, order)
            if len(data) > size:
                place = len(body)
                body += data + bytes(len(data) % 2)
                data = struct.pack(number, place)
            later.append((tag, kind, len(values), data.ljust(size, b"\0")))
        for tag, kind, n, data in later:
            entries += struct.pack(order + "2H" + ("Q" if big else "I"), tag, kind, n) + data
        struct.pack_into(number, body, link, len(body))
        body += struct.pack(order + ("Q" if big else "H"), len(later)) + entries
        link = len(body)
        body += bytes(size)
    return bytes(body)


def packed(samples, bits, order="<"):
    """Rows of samples [height, width, channels] in so many bits, each row a number of whole bytes."""
    if bits >= 8 and samples.dtype.kind == "f":
        return samples.astype(f"{order}f{bits // 8}").tobytes()
    if bits in (8, 16, 32):
        return samples.astype(f"{order}{samples.dtype.kind}{bits // 8}").tobytes()
    rows = samples.reshape(samples.shape[0], -1).astype(np.uint64)
    shifts = np.arange(bits - 1, -1, -1, dtype=np.uint64)
    bit = (rows[..., None] >> shifts & 1).astype(np.uint8).reshape(len(rows), -1)
    return np.packbits(bit, axis=1).tobytes()


def tiff(samples, bits=8, photometric=None, order="<", big=False, compression=1, strip_rows=None, **more):
    """A file of samples [height, width, channels]. `extra` are ExtraSamples, `planar` puts channels apart, `tile` is
    the side of tiles, `tags` are more tags."""
    height, width, channels = samples.shape
    photometric = photometric if photometric is not None else (2 if channels >= 3 else 1)
    tags = {
        256: (SHORT, [width]),
        257: (SHORT, [height]),
        258: (SHORT, [bits] * channels),
        259: (SHORT, [compression]),
        262: (SHORT, [photometric]),
        277: (SHORT, [channels]),
    }
    if samples.dtype.kind != "u":
        tags[339] = (SHORT, [{"i": 2, "f": 3}[samples.dtype.kind]] * channels)
    if more.get("extra") is not None:
        tags[338] = (SHORT, more["extra"])
    parts = [samples]
    if more.get("planar"):
        tags[284] = (SHORT, [2])
        parts = [samples[..., c : c + 1] for c in range(channels)]
    strips = []
    tile = more.get("tile")
    if tile:
        tags[322], tags[323] = (SHORT, [tile]), (SHORT, [tile])
    else:
        tags[278] = (SHORT, [strip_rows or height])
    predictor = more.get("predictor")
    if predictor:
        tags[317] = (SHORT, [predictor])
    for part in parts:
        if tile:
            down, across = -(-height // tile), -(-width // tile)
            padding = ((0, down * tile - height), (0, across * tile - width), (0, 0))
            padded = np.pad(part, padding, mode="edge")
            chunks = [
                padded[y * tile : (y + 1) * tile, x * tile : (x + 1) * tile] for y in range(down) for x in range(across)
            ]
        else:
            rows = strip_rows or height
            chunks = [part[y : y + rows] for y in range(0, height, rows)]
        for chunk in chunks:
            if predictor == 2:
                chunk = np.concatenate([chunk[:, :1], np.diff(chunk, axis=1)], axis=1)
            data = packed(chunk, bits, order)
            strips.append(more["encode"](data) if "encode" in more else data)
    tags |= more.get("tags", {})
    return tiff_directories([(strips, tags)], order, big)


def reversed_bits(data):
    return bytes(int(f"{byte:08b}"[::-1], 2) for byte in data)


def packbits(data):
    """Literal runs alone, which is a valid encoding."""
    runs = [data[i : i + 128] for i in range(0, len(data), 128)]
    return b"".join(bytes([len(run) - 1]) + run for run in runs)


# --- PNG ---


def chunk(kind, data, damage=0):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data) ^ damage)


def png(samples, color_type, bits=8, damaged=(), before=(), after=(), split=False, end=True, interlace=0):
    """A PNG file; `damaged` are the kinds of chunks with a wrong checksum, `before` and `after` are chunks (kind,
    data) around the pixels."""
    height, width, _ = samples.shape
    header = struct.pack(">2I5B", width, height, bits, color_type, 0, 0, interlace)
    order = ">" if bits == 16 else "<"
    passes = [(0, 0, 1, 1)]
    if interlace:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b""
    for x, y, dx, dy in passes:
        part = samples[y::dy, x::dx]
        if part.size:
            rows += b"".join(b"\0" + packed(row[None], bits, order) for row in part)
    data = zlib.compress(rows)
    parts = [data] if not split else [data[:20], data[20:50], b"", data[50:]]

    def sealed(kind, content):
        return chunk(kind, content, 1 if kind in damaged else 0)

    out = b"\x89PNG\r\n\x1a\n" + sealed(b"IHDR", header)
    out += b"".join(sealed(*item) for item in before)
    out += b"".join(sealed(b"IDAT", part) for part in parts)
    out += b"".join(sealed(*item) for item in after)
    return out + (sealed(b"IEND", b"") if end else b"")


# --- GIF ---


def lzw(indexes, bits=8):
    """Codes of one width: a clear code before the table would make them wider."""
    clear, out, value, n = 1 << bits, bytearray(), 0, 0
    codes = []
    for i, index in enumerate(indexes):
        if i % ((1 << bits) - 2) == 0:
            codes.append(clear)
        codes.append(int(index))
    codes.append(clear + 1)
    for code in codes:
        value |= code << n
        n += bits + 1
        while n >= 8:
            out.append(value & 255)
            value >>= 8
            n -= 8
    if n:
        out.append(value & 255)
    blocks = [bytes(out[i : i + 255]) for i in range(0, len(out), 255)]
    return bytes([bits]) + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"


def table_flags(palette):
    """That there is a table, and the power of two of its colors."""
    return 0 if palette is None else 0x80 | ((len(palette) // 3).bit_length() - 2)


def gif(screen, frames, palette=None, background=0, end=True):
    """Frames are (left, top, indexes [height, width], {transparent, palette, interlaced, disposal})."""
    width, height = screen
    flags = table_flags(palette)
    out = b"GIF89a" + struct.pack("<2H3B", width, height, flags, background, 0)
    if palette is not None:
        out += bytes(palette)
    for left, top, indexes, options in frames:
        transparent, disposal = options.get("transparent"), options.get("disposal", 0)
        if transparent is not None or disposal:
            flag = disposal << 2 | (transparent is not None)
            out += b"\x21\xf9\x04" + struct.pack("<BHB", flag, 5, transparent or 0) + b"\0"
        rows, columns = indexes.shape
        local = options.get("palette")
        flags = table_flags(local) | (0x40 if options.get("interlaced") else 0)
        out += b"," + struct.pack("<4HB", left, top, columns, rows, flags)
        out += bytes(local) if local is not None else b""
        if options.get("interlaced"):
            order = [y for first, step in ((0, 8), (4, 8), (2, 4), (1, 2)) for y in range(first, rows, step)]
            indexes = indexes[order]
        out += lzw(indexes.ravel())
    return out + (b";" if end else b"")


# --- BMP ---


def bmp(width, height, bits, data, compression=0, masks=b"", palette=b"", header=40, used=0, top_down=False):
    """A file of data that is packed already; the palette has four bytes a color, three in the oldest header."""
    if header == 12:
        info = struct.pack("<I4H", 12, width, height, 1, bits)
    else:
        height = -height if top_down else height
        info = struct.pack("<I2i2H2I2i2I", header, width, height, 1, bits, compression, len(data), 0, 0, used, 0)
        info += masks.ljust(header - 40, b"\0") if header > 40 else masks
    start = 14 + len(info) + len(palette)
    return b"BM" + struct.pack("<I2HI", start + len(data), 0, 0, start) + info + palette + data


def bmp_rows(samples, bits, top_down=False):
    """Rows of [height, width, channels], from the last, padded to four bytes."""
    rows = samples if top_down else samples[::-1]
    packed_rows = [packed(row[None], bits) for row in rows]
    return b"".join(row + bytes(-len(row) % 4) for row in packed_rows)


# --- netpbm ---


def netpbm(kind, samples, maxval=None, comment=""):
    """P1 to P6: text or bytes, of [height, width, channels]."""
    height, width, _ = samples.shape
    head = f"{kind}\n{comment}{width} {height}\n".encode() + (b"" if maxval is None else b"%d\n" % maxval)
    if kind in ("P1", "P2", "P3"):
        return head + b"\n".join(b" ".join(b"%d" % value for value in row.ravel()) for row in samples) + b"\n"
    if kind == "P4":
        return head + packed(samples, 1)
    return head + samples.astype(">u2" if maxval > 255 else "u1").tobytes()
