//! Files that are damaged, or made to exhaust memory: none ends the run, takes memory beyond the
//! limits, or goes unmentioned.

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use feature_cache::Cache;
use image::{DynamicImage, ImageFormat};
use preprocess::{ExifOrientation, Limits, decode_with};
use rand::{Rng as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde_json::Value;

use super::cheap_run::{CheapRun, report};
use crate::programs::PACKAGE;

/// Images up to 1000 x 1000.
const LIMITS: Limits = Limits { max_pixels: 1_000_000, max_bytes: preprocess::MAX_BYTES };

/// What decoding may take by the documentation of [`Limits`], in each of the threads that decode.
const KIB_A_THREAD: u64 = (16 * LIMITS.max_pixels + (64 << 20)) / 1024;

/// The files that are spoiled: each format, and JPEG both ways.
fn sources() -> Vec<(&'static str, Vec<u8>)> {
    let read =
        |name: &str| fs::read(Path::new(PACKAGE).join("reference/images").join(name)).unwrap();
    let picture = image::load_from_memory(&read("04-rgb-small.png")).unwrap();
    let encode = |picture: &DynamicImage, format| {
        let mut file = Vec::new();
        picture.write_to(&mut Cursor::new(&mut file), format).unwrap();
        file
    };
    vec![
        ("png", read("05-rgba.png")),
        ("jpg", read("09-quality-90.jpg")),
        ("progressive.jpg", read("10-progressive.jpg")),
        ("gif", encode(&picture, ImageFormat::Gif)),
        ("bmp", encode(&picture, ImageFormat::Bmp)),
        ("webp", encode(&picture, ImageFormat::WebP)),
        ("tiff", encode(&picture, ImageFormat::Tiff)),
    ]
}

/// Writes at least 200 files into `folder`.
fn write_hostile_files(folder: &Path) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
    for (kind, file) in sources() {
        for tenth in 0..10 {
            let cut = &file[..file.len() * tenth / 10];
            fs::write(folder.join(format!("cut-{tenth}.{kind}")), cut).unwrap();
        }
        for i in 0..20 {
            let mut flipped = file.clone();
            // In the header, or anywhere.
            let end = if i % 2 == 0 { flipped.len() } else { 64 };
            for _ in 0..=i {
                flipped[random.gen_range(0..end)] ^= 1 << random.gen_range(0..8);
            }
            fs::write(folder.join(format!("flipped-{i}.{kind}")), flipped).unwrap();
        }
        // Under the name of another format, which changes nothing.
        fs::write(
            folder.join(format!("{kind}.{}", if kind == "png" { "jpg" } else { "png" })),
            file,
        )
        .unwrap();
    }
    // 10,000 x 10,000 pixels of nothing in some 100 kB; and the same compressed data as a color
    // profile and as a text of a small picture, for decoders that unpack these.
    let bomb = png_of_nothing(10_000);
    let data = chunks(&bomb).into_iter().filter(|(kind, _)| kind == b"IDAT");
    let data: Vec<u8> = data.flat_map(|(_, data)| data.to_vec()).collect();
    let small = png_of_nothing(2);
    for (kind, head) in [(b"iCCP", &b"profile\0\0"[..]), (b"zTXt", b"Comment\0\0")] {
        let mut file = small[..33].to_vec();
        file.extend(chunk(kind, &[head, &data].concat()));
        file.extend(&small[33..]);
        fs::write(folder.join(format!("bomb-{}.png", kind[0])), file).unwrap();
    }
    fs::write(folder.join("bomb.png"), bomb).unwrap();
    let mut lying = sources()[1].1.clone();
    let frame = lying.windows(2).position(|marker| marker == b"\xFF\xC0").unwrap();
    lying[frame + 5..frame + 9].fill(0xFF);
    fs::write(folder.join("bomb.jpg"), lying).unwrap();
}

fn png_of_nothing(side: u32) -> Vec<u8> {
    let mut file = Vec::new();
    DynamicImage::new_luma8(side, side)
        .write_to(&mut Cursor::new(&mut file), ImageFormat::Png)
        .unwrap();
    file
}

/// Kind and data of each chunk of a PNG file.
fn chunks(png: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut rest = &png[8..];
    let mut chunks = Vec::new();
    while let Some((head, after)) = rest.split_at_checked(8) {
        let length = u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
        chunks.push((&head[4..], &after[..length]));
        rest = &after[length + 4..];
    }
    chunks
}

/// A chunk of a PNG file with its checksum.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind, data].concat();
    let mut crc = !0_u32;
    for &byte in &body {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    [&(data.len() as u32).to_be_bytes(), &body[..], &(!crc).to_be_bytes()].concat()
}

fn run(command: &mut Command) -> Value {
    report(&command.arg("--max-pixels").arg(LIMITS.max_pixels.to_string()).output().unwrap())
}

#[test]
fn two_hundred_hostile_files_cost_neither_the_run_nor_memory_nor_go_unmentioned() {
    let folder = tempfile::tempdir().unwrap();
    let (good, hostile) = (folder.path().join("good"), folder.path().join("hostile"));
    fs::create_dir_all(&good).unwrap();
    fs::create_dir_all(&hostile).unwrap();
    for (kind, file) in sources() {
        fs::write(good.join(format!("good.{kind}")), file).unwrap();
    }
    write_hostile_files(&hostile);
    let mut files: Vec<_> = fs::read_dir(&hostile).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 200, "{}", files.len());

    let baseline = CheapRun::new(&good, &folder.path().join("baseline"));
    let baseline = run(&mut baseline.command())["peak_rss_kib"].as_u64().unwrap();
    let case = CheapRun::new(&hostile, &folder.path().join("out"));
    let outcome = run(&mut case.command());
    let peak = outcome["peak_rss_kib"].as_u64().unwrap();

    let (mut readable, mut unreadable) = (BTreeSet::new(), BTreeSet::new());
    for file in &files {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        match decode_with(&fs::read(file).unwrap(), ExifOrientation::Ignored, &LIMITS) {
            Ok(_) => readable.insert(name),
            Err(_) => unreadable.insert(name),
        };
    }
    println!(
        "{} files, {} unreadable: {} KiB more than the {baseline} KiB for {} good ones",
        files.len(),
        unreadable.len(),
        peak.saturating_sub(baseline),
        sources().len()
    );
    assert!(unreadable.len() >= 100 && unreadable.contains("bomb.png"));
    let n_threads = std::thread::available_parallelism().unwrap().get() as u64;
    assert!(peak < baseline + n_threads * KIB_A_THREAD, "{peak} KiB after {baseline} KiB");

    let cache = Cache::open(&case.out()).unwrap();
    let paths: BTreeSet<String> = cache.paths().unwrap().into_iter().collect();
    let errors: BTreeSet<String> =
        cache.errors().unwrap().into_iter().map(|error| error.path).collect();
    assert!(paths == readable, "{:?}", paths.symmetric_difference(&readable));
    assert!(errors == unreadable, "{:?}", errors.symmetric_difference(&unreadable));
}
