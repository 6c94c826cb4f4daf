"""Odd pictures by format: pairs of a name and the bytes of a file."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, TiffImagePlugin

from odd_files import (
    HEIGHT,
    RATIONAL,
    SHORT,
    WIDTH,
    bmp,
    bmp_rows,
    chunk,
    gif,
    netpbm,
    packbits,
    pixels,
    png,
    reversed_bits,
    tiff,
    tiff_directories,
)


def noise(channels, top=255, kind="u1"):
    return pixels(channels, top).astype(kind)


GRAY, RGB, RGBA = noise(1), noise(3), noise(4)
COLORS = noise(3)[:1].ravel()
PALETTE = [int(value) for value in np.resize(np.arange(768) * 89 % 256, 768)]
TIFF_PALETTE = [value * 257 for channel in range(3) for value in PALETTE[channel::3]]


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def tiff_files():
    for bits in (1, 2, 4):
        yield f"tiff_gray_{bits}", tiff(noise(1, 2**bits - 1), bits)
        yield f"tiff_gray_{bits}_white_is_zero", tiff(noise(1, 2**bits - 1), bits, photometric=0)
        colors = TIFF_PALETTE[: 2**bits] + TIFF_PALETTE[256 : 256 + 2**bits] + TIFF_PALETTE[512 : 512 + 2**bits]
        tags = {320: (SHORT, colors)}
        yield f"tiff_palette_{bits}", tiff(noise(1, 2**bits - 1), bits, photometric=3, tags=tags)
    tags = {320: (SHORT, TIFF_PALETTE)}
    yield "tiff_palette_8", tiff(GRAY, photometric=3, tags=tags)
    yield "tiff_palette_8_big_endian", tiff(GRAY, photometric=3, tags=tags, order=">")
    yield "tiff_palette_8_lzw", saved(Image.fromarray(RGB).quantize(9), "TIFF", compression="tiff_lzw")
    yield "tiff_palette_alpha", tiff(noise(2), photometric=3, tags=tags, extra=[2])
    yield "tiff_gray_8_white_is_zero", tiff(GRAY, photometric=0)
    yield "tiff_gray_8_signed", tiff(noise(1, 127, "i1"))
    yield "tiff_gray_12", tiff(noise(1, 4095, "u2"), 12)
    yield "tiff_gray_12_in_16", tiff(noise(1, 4095, "u2"), 16)
    yield "tiff_gray_16", tiff(noise(1, 65535, "u2"), 16)
    yield "tiff_gray_16_white_is_zero", tiff(noise(1, 65535, "u2"), 16, photometric=0)
    yield "tiff_gray_16_big_endian", tiff(noise(1, 65535, "u2"), 16, order=">")
    yield "tiff_gray_16_signed", tiff((noise(1, 500, "i2") - 100).astype("i2"), 16)
    yield "tiff_gray_16_signed_big_endian", tiff((noise(1, 500, "i2") - 100).astype("i2"), 16, order=">")
    yield "tiff_gray_16_deflate", tiff(noise(1, 65535, "u2"), 16, compression=8, encode=zlib.compress, predictor=2)
    yield "tiff_gray_32", tiff(noise(1, 600, "u4"), 32)
    yield "tiff_gray_32_signed", tiff(noise(1, 600, "i4") - 200, 32)
    yield "tiff_gray_32_signed_big_endian", tiff(noise(1, 600, "i4") - 200, 32, order=">")
    floats = (noise(1, 3000, "f4") - 300) / np.float32(8)
    yield "tiff_float", tiff(floats, 32)
    yield "tiff_float_big_endian", tiff(floats, 32, order=">")
    yield "tiff_float_deflate", saved(Image.fromarray(floats[..., 0]), "TIFF", compression="tiff_adobe_deflate")
    yield "tiff_float_white_is_zero", tiff(floats, 32, photometric=0)
    yield "tiff_float_nan", tiff(np.where(floats > 100, np.nan, floats).astype("f4"), 32)
    yield "tiff_float_to_one", tiff(np.round(noise(1, 1000, "f4") / 1000, 3), 32)
    yield "tiff_float_64", tiff(floats.astype("f8"), 64)
    yield "tiff_float_16", tiff(floats.astype("f2"), 16)
    yield "tiff_float_rgb", tiff(noise(3, 255, "f4"), 32)
    yield "tiff_gray_alpha", tiff(noise(2), extra=[2])
    yield "tiff_gray_alpha_associated", tiff(np.minimum.accumulate(noise(2)[..., ::-1], -1)[..., ::-1], extra=[1])
    yield "tiff_gray_and_more", tiff(noise(2), extra=[0])
    yield "tiff_rgb_big_endian", tiff(RGB, order=">")
    yield "tiff_rgb_16", tiff(noise(3, 65535, "u2"), 16)
    yield "tiff_rgb_16_big_endian", tiff(noise(3, 65535, "u2"), 16, order=">")
    yield "tiff_rgb_16_signed", tiff(noise(3, 30000, "i2"), 16)
    yield "tiff_rgba_16", tiff(noise(4, 65535, "u2"), 16, extra=[2])
    yield "tiff_rgba", tiff(RGBA, extra=[2])
    yield "tiff_rgba_not_said", tiff(RGBA)
    yield "tiff_rgba_associated", tiff(np.minimum(RGBA, RGBA[..., 3:]), extra=[1])
    yield "tiff_rgba_associated_beyond", tiff(RGBA, extra=[1])
    yield (
        "tiff_rgba_16_associated",
        tiff(np.minimum(*[noise(4, 65535, "u2")[..., s] for s in (slice(4), slice(3, 4))]), 16, extra=[1]),
    )
    yield "tiff_rgb_and_one_more", tiff(RGBA, extra=[0])
    yield "tiff_rgb_and_two_more", tiff(noise(5), extra=[0, 0])
    yield "tiff_rgba_and_one_more", tiff(noise(5), extra=[2, 0])
    yield "tiff_rgb_4", tiff(noise(3, 15), 4)
    yield "tiff_rgb_32", tiff(noise(3, 2**31, "u4"), 32)
    yield "tiff_planar", tiff(RGB, planar=True)
    yield "tiff_planar_strips_lzw", tiff(RGB, planar=True, strip_rows=3, compression=8, encode=zlib.compress)
    yield "tiff_planar_rgba", tiff(RGBA, planar=True, extra=[2])
    yield "tiff_planar_16", tiff(noise(3, 65535, "u2"), 16, planar=True)
    yield "tiff_planar_cmyk", tiff(RGBA, planar=True, photometric=5)
    yield "tiff_planar_and_more", tiff(RGBA, planar=True, extra=[0])
    yield "tiff_cmyk", tiff(RGBA, photometric=5)
    yield "tiff_cmyk_16", tiff(noise(4, 65535, "u2"), 16, photometric=5)
    yield "tiff_cmyk_and_more", tiff(noise(5), photometric=5, extra=[0])
    yield "tiff_cmyk_lzw", saved(Image.fromarray(RGBA, "CMYK"), "TIFF", compression="tiff_lzw")
    yield "tiff_lab", tiff(RGB, photometric=8)
    yield "tiff_icc_lab", tiff(RGB, photometric=9)
    ycbcr = {530: (SHORT, [1, 1]), 532: (RATIONAL, [(0, 1), (255, 1), (128, 1), (255, 1), (128, 1), (255, 1)])}
    yield "tiff_ycbcr", tiff(RGB, photometric=6, tags=ycbcr)
    many = (np.arange(90 * 90 * 3) * 7919 % 65521 % 256).astype("u1").reshape(90, 90, 3)
    yield "tiff_ycbcr_many", tiff(many, photometric=6, tags=ycbcr, compression=8, encode=zlib.compress)
    half = ycbcr | {530: (SHORT, [2, 2])}
    yield "tiff_ycbcr_subsampled", tiff(RGB, photometric=6, tags=half, compression=8, encode=zlib.compress)
    yield "tiff_ycbcr_subsampling_not_said", tiff(RGB, photometric=6)
    yield "tiff_ycbcr_deflate", tiff(RGB, photometric=6, tags=ycbcr, compression=8, encode=zlib.compress)
    image = Image.fromarray(np.repeat(np.repeat(RGB, 3, 0), 3, 1))
    yield "tiff_jpeg", saved(image, "TIFF", compression="jpeg", quality=90)
    yield "tiff_jpeg_gray", saved(image.convert("L"), "TIFF", compression="jpeg", quality=90)
    alpha = Image.fromarray(np.repeat(np.repeat(RGBA, 3, 0), 3, 1))
    yield "tiff_jpeg_alpha", saved(alpha, "TIFF", compression="jpeg", quality=90)
    yield "tiff_jpeg_cmyk", saved(image.convert("CMYK"), "TIFF", compression="jpeg", quality=90)
    TiffImagePlugin.STRIP_SIZE = 33 * 3 * 16
    yield "tiff_jpeg_strips", saved(image, "TIFF", compression="jpeg", quality=90)
    TiffImagePlugin.STRIP_SIZE = 64 * 1024
    yield "tiff_group4", saved(Image.fromarray(RGB).convert("1"), "TIFF", compression="group4")
    fax = saved(Image.fromarray(RGB).convert("1"), "TIFF", compression="group4")
    at = fax.index(struct.pack("<2HI", 262, SHORT, 1)) + 8
    yield "tiff_group4_other_photometric", fax[:at] + bytes([fax[at] ^ 1]) + fax[at + 1 :]
    yield "tiff_group3", saved(Image.fromarray(RGB).convert("1"), "TIFF", compression="group3")
    yield "tiff_zstd", saved(image, "TIFF", compression="zstd")
    yield "tiff_bigtiff", tiff(RGB, big=True)
    yield "tiff_bigtiff_big_endian", tiff(RGB, big=True, order=">", strip_rows=2)
    yield "tiff_bigtiff_palette", tiff(GRAY, big=True, photometric=3, tags=tags)
    yield "tiff_tiles", tiff(np.tile(RGB, (4, 3, 1)), tile=16)
    yield "tiff_tiles_planar", tiff(np.tile(RGB, (4, 3, 1)), tile=16, planar=True)
    yield "tiff_tiles_16_planar", tiff(np.tile(noise(3, 65535, "u2"), (4, 3, 1)), 16, tile=16, planar=True)
    yield "tiff_strips", tiff(RGB, strip_rows=2)
    yield "tiff_predictor", tiff(RGB, compression=8, encode=zlib.compress, predictor=2)
    yield "tiff_packbits", tiff(RGB, compression=32773, encode=packbits, strip_rows=3)
    fill = {266: (SHORT, [2])}
    yield "tiff_fill_order_1", tiff(noise(1, 1), 1, tags=fill, encode=reversed_bits)
    yield "tiff_fill_order_8", tiff(RGB, tags=fill, encode=reversed_bits)
    for orientation in range(1, 9):
        yield f"tiff_turned_{orientation}", tiff(RGB, tags={274: (SHORT, [orientation])})
    yield "tiff_turned_strips_lzw", saved(Image.fromarray(RGB), "TIFF", compression="tiff_lzw", tiffinfo={274: 6})
    one = {256: (SHORT, [WIDTH]), 257: (SHORT, [HEIGHT]), 258: (SHORT, [8]), 259: (SHORT, [1]), 262: (SHORT, [1])}
    one |= {277: (SHORT, [1]), 278: (SHORT, [HEIGHT])}
    two = [([GRAY.tobytes()], one), ([(255 - GRAY).tobytes()], one)]
    yield "tiff_two_pages", tiff_directories(two)
    yield "tiff_thumbnail_first", saved(Image.fromarray(RGB[:3, :3]), "TIFF", save_all=True, append_images=[image])
    yield "tiff_one_bits_per_sample", tiff(RGB, tags={258: (SHORT, [8])})
    without = {tag: value for tag, value in one.items() if tag != 262}
    yield "tiff_no_photometric", tiff_directories([([GRAY.tobytes()], without)])
    without = {tag: value for tag, value in one.items() if tag != 278}
    yield "tiff_no_rows_per_strip", tiff_directories([([GRAY.tobytes()], without)])
    yield "tiff_cut", tiff(RGB, strip_rows=2)[:100]
    yield "tiff_strip_too_short", tiff_directories([([GRAY.tobytes()[:40]], one)])


def png_files():
    gamma = (b"gAMA", struct.pack(">I", 45455))
    text = (b"tEXt", b"Comment\0words")
    transparent = (b"tRNS", bytes([0, 50, 100, 200, 255, 30]))
    palette = (b"PLTE", bytes(PALETTE[:48]))
    for name, damaged in [
        ("header", [b"IHDR"]),
        ("palette", [b"PLTE"]),
        ("transparency", [b"tRNS"]),
        ("gamma", [b"gAMA"]),
        ("text", [b"tEXt"]),
        ("pixels", [b"IDAT"]),
        ("end", [b"IEND"]),
        ("pixels_and_end", [b"IDAT", b"IEND"]),
    ]:
        chunks = [gamma, text, palette, transparent]
        yield f"png_bad_checksum_{name}", png(noise(1, 15), 3, damaged=damaged, before=chunks)
    yield "png_bad_checksum_split", png(RGB, 2, damaged=[b"IDAT"], split=True)
    yield "png_bad_checksum_after", png(RGB, 2, damaged=[b"tEXt"], after=[text])
    whole = png(RGB, 2)
    yield "png_no_end", png(RGB, 2, end=False)
    yield "png_no_end_split", png(RGB, 2, end=False, split=True)
    yield "png_cut_checksum_of_pixels", png(RGB, 2, end=False)[:-4]
    yield "png_cut_half_checksum", png(RGB, 2, end=False)[:-2]
    yield "png_cut_adler", png(RGB, 2, end=False)[:-6]
    yield "png_cut_pixels", whole[:-60]
    yield "png_cut_in_end", whole[:-6]
    yield "png_garbage_after", whole + b"garbage" * 9
    damaged = bytearray(png(RGB, 2))
    damaged[60] ^= 0x10
    yield "png_damaged_pixels", bytes(damaged)
    wrong_sum = zlib.compress(b"".join(b"\0" + row.tobytes() for row in RGB))
    header = struct.pack(">2I5B", WIDTH, HEIGHT, 8, 2, 0, 0, 0)

    def of(data, header=header):
        return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")

    yield "png_bad_adler", of(wrong_sum[:-1] + bytes([wrong_sum[-1] ^ 1]))
    yield "png_too_many_rows", of(zlib.compress(b"".join(b"\0" + row.tobytes() for row in np.concatenate([RGB, RGB]))))
    yield "png_too_few_rows", of(zlib.compress(b"".join(b"\0" + row.tobytes() for row in RGB[:5])))
    for bits in (1, 2, 4):
        yield f"png_gray_{bits}", png(noise(1, 2**bits - 1), 0, bits)
        yield (
            f"png_palette_{bits}",
            png(noise(1, 2**bits - 1), 3, bits, before=[(b"PLTE", bytes(PALETTE[:48][: 3 * 2**bits]))]),
        )
    yield "png_gray_2_transparent", png(noise(1, 3), 0, 2, before=[(b"tRNS", b"\0\2")])
    yield (
        "png_gray_16_transparent",
        png(noise(1, 65535, "u2"), 0, 16, before=[(b"tRNS", struct.pack(">H", int(noise(1, 65535, "u2")[2, 3, 0])))]),
    )
    yield (
        "png_rgb_16_transparent",
        png(
            noise(3, 65535, "u2"), 2, 16, before=[(b"tRNS", struct.pack(">3H", *map(int, noise(3, 65535, "u2")[2, 3])))]
        ),
    )
    yield "png_gray_12_in_16", png(noise(1, 4095, "u2"), 0, 16, before=[(b"sBIT", b"\x0c")])
    yield "png_interlaced", png(RGB, 2, interlace=1)
    yield "png_interlaced_palette_2", png(noise(1, 3), 3, 2, interlace=1, before=[(b"PLTE", bytes(PALETTE[:12]))])
    yield "png_palette_short", png(noise(1, 15), 3, before=[(b"PLTE", bytes(PALETTE[:24]))])
    yield "png_palette_missing", png(noise(1, 15), 3)
    yield "png_chunk_unknown", png(RGB, 2, before=[(b"abCD", b"12345")])
    yield "png_chunk_unknown_critical", png(RGB, 2, before=[(b"ABCD", b"12345")])
    yield "png_two_palettes", png(noise(1, 15), 3, before=[palette, (b"PLTE", bytes(PALETTE[48:96]))])


def gif_files():
    small = noise(1, 200)[:4, :5, 0]
    whole = noise(1, 200)[..., 0]
    yield "gif_whole", gif((WIDTH, HEIGHT), [(0, 0, whole, {})], PALETTE)
    yield "gif_small_frame", gif((WIDTH, HEIGHT), [(3, 2, small, {})], PALETTE, background=7)
    yield "gif_small_frame_background_0", gif((WIDTH, HEIGHT), [(3, 2, small, {})], PALETTE)
    yield (
        "gif_small_frame_transparent",
        gif((WIDTH, HEIGHT), [(3, 2, small, {"transparent": int(small[1, 1])})], PALETTE, background=7),
    )
    local = PALETTE[::-1]
    yield "gif_small_frame_local", gif((WIDTH, HEIGHT), [(3, 2, small, {"palette": local})], PALETTE, background=7)
    yield "gif_local_only", gif((WIDTH, HEIGHT), [(0, 0, whole, {"palette": local})])
    yield "gif_small_frame_local_only", gif((WIDTH, HEIGHT), [(3, 2, small, {"palette": local})])
    yield "gif_short_palette", gif((WIDTH, HEIGHT), [(0, 0, whole, {})], PALETTE[:48])
    # The last codes in a block of their own.
    yield "gif_plain", saved(Image.new("L", (31, 18), 255), "GIF", optimize=True)
    yield "gif_plain_interlaced", saved(Image.new("L", (287, 147), 9), "GIF")
    yield "gif_no_palette", gif((WIDTH, HEIGHT), [(0, 0, whole, {})])
    yield "gif_interlaced", gif((WIDTH, HEIGHT), [(0, 0, whole, {"interlaced": True})], PALETTE)
    yield "gif_frame_beyond", gif((6, 5), [(3, 2, small, {})], PALETTE, background=7)
    yield (
        "gif_two_frames",
        gif((WIDTH, HEIGHT), [(3, 2, small, {"disposal": 2}), (0, 0, whole, {})], PALETTE, background=3),
    )
    yield "gif_no_end", gif((WIDTH, HEIGHT), [(0, 0, whole, {})], PALETTE, end=False)
    yield "gif_cut", gif((WIDTH, HEIGHT), [(0, 0, whole, {})], PALETTE)[:-40]
    yield "gif_transparent_beyond_palette", gif((WIDTH, HEIGHT), [(0, 0, whole, {"transparent": 250})], PALETTE)
    yield "gif_no_frame", gif((WIDTH, HEIGHT), [], PALETTE)
    gray = [value for value in range(256) for _ in range(3)]
    yield "gif_gray_palette", gif((WIDTH, HEIGHT), [(3, 2, small, {})], gray, background=9)


def bmp_files():
    palette = b"".join(bytes([*PALETTE[3 * i : 3 * i + 3], 0]) for i in range(256))
    for bits in (1, 2, 4, 8):
        rows = bmp_rows(noise(1, 2**bits - 1), bits)
        yield f"bmp_palette_{bits}", bmp(WIDTH, HEIGHT, bits, rows, palette=palette[: 4 * 2**bits])
    yield "bmp_palette_short", bmp(WIDTH, HEIGHT, 8, bmp_rows(noise(1, 9), 8), palette=palette[:40], used=10)
    yield "bmp_top_down", bmp(WIDTH, HEIGHT, 24, bmp_rows(RGB, 8, True), top_down=True)
    old = b"".join(bytes(PALETTE[3 * i : 3 * i + 3]) for i in range(16))
    yield "bmp_os2", bmp(WIDTH, HEIGHT, 4, bmp_rows(noise(1, 15), 4), header=12, palette=old)
    yield "bmp_os2_rgb", bmp(WIDTH, HEIGHT, 24, bmp_rows(RGB, 8), header=12)
    words = bmp_rows(noise(1, 65535, "u2"), 16)
    masks565 = struct.pack("<3I", 0xF800, 0x07E0, 0x001F)
    masks555 = struct.pack("<3I", 0x7C00, 0x03E0, 0x001F)
    yield "bmp_16_555", bmp(WIDTH, HEIGHT, 16, words)
    yield "bmp_16_565", bmp(WIDTH, HEIGHT, 16, words, compression=3, masks=masks565)
    yield "bmp_16_555_masks", bmp(WIDTH, HEIGHT, 16, words, compression=3, masks=masks555)
    masks444 = struct.pack("<3I", 0x0F00, 0x00F0, 0x000F)
    yield "bmp_16_444_masks", bmp(WIDTH, HEIGHT, 16, words, compression=3, masks=masks444)
    four = bmp_rows(RGBA, 8)
    yield "bmp_32", bmp(WIDTH, HEIGHT, 32, four)
    masks = struct.pack("<3I", 0xFF0000, 0xFF00, 0xFF)
    yield "bmp_32_masks", bmp(WIDTH, HEIGHT, 32, four, compression=3, masks=masks)
    yield "bmp_32_masks_v4_alpha", bmp(WIDTH, HEIGHT, 32, four, 3, masks + struct.pack("<I", 0xFF000000), header=108)
    yield "bmp_32_masks_v5_alpha", bmp(WIDTH, HEIGHT, 32, four, 3, masks + struct.pack("<I", 0xFF000000), header=124)
    zero = RGBA.copy()
    zero[..., 3] = 0
    yield "bmp_32_alpha_zero", bmp(WIDTH, HEIGHT, 32, bmp_rows(zero, 8))
    yield (
        "bmp_32_masks_v5_alpha_zero",
        bmp(WIDTH, HEIGHT, 32, bmp_rows(zero, 8), 3, masks + struct.pack("<I", 0xFF000000), header=124),
    )
    yield "bmp_32_v5_no_masks", bmp(WIDTH, HEIGHT, 32, four, 0, bytes(16), header=124)
    other = struct.pack("<3I", 0xFF, 0xFF00, 0xFF0000)
    yield "bmp_32_masks_rgbx", bmp(WIDTH, HEIGHT, 32, four, compression=3, masks=other)
    yield (
        "bmp_32_masks_xbgr",
        bmp(WIDTH, HEIGHT, 32, four, 3, struct.pack("<4I", 0xFF000000, 0xFF0000, 0xFF00, 0), header=56),
    )
    yield (
        "bmp_32_masks_abgr",
        bmp(WIDTH, HEIGHT, 32, four, 3, struct.pack("<4I", 0xFF000000, 0xFF0000, 0xFF00, 0xFF), header=56),
    )
    index = noise(1)[..., 0]
    runs = b"".join(
        b"".join(bytes([1, value]) for value in row[:4]) + bytes([0, 5, *row[4:9], 0, 2, row[9], 0, 0])
        for row in index[::-1]
    )
    yield "bmp_rle8", bmp(WIDTH, HEIGHT, 8, runs + b"\0\1", compression=1, palette=palette)
    jump = bytes([4, 9, 0, 2, 3, 2, 2, 17, 0, 0, 5, 33, 0, 1])
    yield "bmp_rle8_jumps", bmp(WIDTH, HEIGHT, 8, jump, compression=1, palette=palette)
    runs4 = b"".join(bytes([6, 0x12, 5, 0x3F, 0, 0]) for _ in range(HEIGHT))
    yield "bmp_rle4", bmp(WIDTH, HEIGHT, 4, runs4 + b"\0\1", compression=2, palette=palette[:64])
    absolute = b"".join(bytes([0, 11, 0x12, 0x34, 0x56, 0x78, 0x9A, 0xB0, 0, 0]) for _ in range(HEIGHT))
    yield "bmp_rle4_absolute", bmp(WIDTH, HEIGHT, 4, absolute + b"\0\1", compression=2, palette=palette[:64])
    yield "bmp_rle8_no_end", bmp(WIDTH, HEIGHT, 8, runs, compression=1, palette=palette)
    gray = b"".join(bytes([i, i, i, 0]) for i in range(256))
    yield "bmp_gray_palette", bmp(WIDTH, HEIGHT, 8, bmp_rows(GRAY, 8), palette=gray)
    yield "bmp_jpeg_inside", bmp(WIDTH, HEIGHT, 0, saved(Image.fromarray(RGB), "JPEG"), compression=4)
    yield "bmp_cut", bmp(WIDTH, HEIGHT, 24, bmp_rows(RGB, 8))[:-20]


def netpbm_files():
    yield "pbm_text", netpbm("P1", noise(1, 1))
    yield "pbm_text_joined", b"P1\n11 7\n" + b"\n".join(b"".join(b"%d" % v for v in row.ravel()) for row in noise(1, 1))
    yield "pbm", netpbm("P4", noise(1, 1))
    yield "pgm_text", netpbm("P2", GRAY, 255)
    yield "pgm_text_15", netpbm("P2", noise(1, 15), 15)
    yield "pgm_text_1000", netpbm("P2", noise(1, 1000, "u2"), 1000)
    yield "pgm_text_comments", b"P2 # words\n# more\n3 # wide\n2\n255\n1 2 3 # end\n4 5 6\n"
    yield "pgm", netpbm("P5", GRAY, 255)
    yield "pgm_100", netpbm("P5", noise(1, 100), 100)
    yield "pgm_1", netpbm("P5", noise(1, 1), 1)
    yield "pgm_4095", netpbm("P5", noise(1, 4095, "u2"), 4095)
    yield "pgm_65535", netpbm("P5", noise(1, 65535, "u2"), 65535)
    yield "pgm_above_maxval", netpbm("P5", GRAY, 100)
    yield "ppm_text", netpbm("P3", RGB, 255)
    yield "ppm_text_7", netpbm("P3", noise(3, 7), 7)
    yield "ppm_text_65535", netpbm("P3", noise(3, 65535, "u2"), 65535)
    yield "ppm_text_above_maxval", netpbm("P3", RGB, 100)
    yield "ppm", netpbm("P6", RGB, 255)
    yield "ppm_comment", netpbm("P6", RGB, 255, comment="# a comment\n# and another\n")
    yield "ppm_200", netpbm("P6", noise(3, 200), 200)
    yield "ppm_1023", netpbm("P6", noise(3, 1023, "u2"), 1023)
    yield "ppm_65535", netpbm("P6", noise(3, 65535, "u2"), 65535)
    yield "ppm_cr_lf", b"P6\r\n11 7\r\n255\n" + RGB.tobytes()
    yield "ppm_cut", netpbm("P6", RGB, 255)[:-30]
    yield "ppm_text_cut", netpbm("P3", RGB, 255)[:-30]
    yield "ppm_maxval_0", netpbm("P6", RGB, 0)
    yield "ppm_maxval_70000", b"P6\n11 7\n70000\n" + RGB.tobytes()
    yield "ppm_garbage_after", netpbm("P6", RGB, 255) + b"P6\n1 1\n255\nabc"
    yield "ppm_text_letter", b"P3\n2 1\n255\n1 2 x 4 5 6\n"
    yield "pgm_no_size", b"P5\n0 7\n255\n"
    yield "pam", b"P7\nWIDTH 11\nHEIGHT 7\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n" + RGB.tobytes()


def webp_files():
    image, alpha = Image.fromarray(RGB), Image.fromarray(RGBA)
    yield "webp_lossy_odd", saved(image, "WEBP", quality=60)
    yield "webp_lossy_alpha_odd", saved(alpha, "WEBP", quality=60)
    yield "webp_lossless_odd", saved(image, "WEBP", lossless=True)
    yield "webp_animated_lossy", saved(image, "WEBP", save_all=True, append_images=[alpha], duration=50)
    yield "webp_animated_alpha", saved(alpha, "WEBP", save_all=True, append_images=[image], duration=50, lossless=True)
    yield "webp_cut", saved(image, "WEBP", lossless=True)[:-30]
    yield "webp_gray", saved(image.convert("L"), "WEBP", lossless=True)


def jpeg2000_files():
    smooth = np.add.outer(np.arange(29) * 7, np.arange(23) * 3)[..., None] + np.array([0, 20, 60, 90])
    smooth = (smooth % 256).astype("u1")
    rgb, rgba, gray = Image.fromarray(smooth[..., :3]), Image.fromarray(smooth), Image.fromarray(smooth[..., 0])
    for name, image in [("rgb", rgb), ("rgba", rgba), ("gray", gray), ("gray_alpha", rgba.convert("LA"))]:
        yield f"jp2_{name}", saved(image, "JPEG2000")
    yield "jp2_noise", saved(Image.fromarray(RGB), "JPEG2000")
    yield "jp2_stream", saved(rgb, "JPEG2000", no_jp2=True)
    yield "jp2_stream_rgba", saved(rgba, "JPEG2000", no_jp2=True)
    yield "jp2_stream_gray_alpha", saved(rgba.convert("LA"), "JPEG2000", no_jp2=True)
    yield "jp2_ycbcr", saved(rgb.convert("YCbCr"), "JPEG2000")
    yield "jp2_cmyk", saved(rgb.convert("CMYK"), "JPEG2000")
    yield "jp2_tiles", saved(rgb, "JPEG2000", tile_size=(16, 16), tile_offset=(0, 0))
    yield "jp2_no_transform", saved(rgb, "JPEG2000", mct=0)
    for order in ("LRCP", "RLCP", "RPCL", "PCRL", "CPRL"):
        yield f"jp2_order_{order.lower()}", saved(rgb, "JPEG2000", progression=order, num_resolutions=3)
    yield "jp2_gray_16", saved(Image.fromarray(noise(1, 65535, "u2")[..., 0]), "JPEG2000")
    yield "jp2_lossy", saved(rgb, "JPEG2000", irreversible=True, quality_mode="dB", quality_layers=[38])
    yield "jp2_lossy_gray", saved(gray, "JPEG2000", irreversible=True, quality_mode="dB", quality_layers=[38])
    yield "jp2_cut", saved(rgb, "JPEG2000")[:-300]


FORMATS = [tiff_files, png_files, gif_files, bmp_files, netpbm_files, webp_files, jpeg2000_files]
