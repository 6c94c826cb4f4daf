//! Damaged caches: given any bytes, the reader refuses them or reads them, without a panic and
//! without asking for much more memory than the file is long. A hang is seen by whoever waits.
//!
//! A binary of its own, since it counts what is allocated in the whole process. The cases are the
//! same in every run; `OFFSHELF_FUZZ_SEED` asks for others, and `OFFSHELF_FUZZ_CASES` for more.
#![expect(unsafe_code, reason = "a global allocator is unsafe to implement")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, hint, panic};

use feature_cache::{Cache, Checksums, verify};
use hostile::{Random, damage};

/// Counts the bytes that Rust code holds, and the most it ever held.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(held, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Most bytes that Rust code may hold for a golden file, of 8 kB: sixteen times as much.
const HEAP_LIMIT: usize = 16 * 8_000;
/// Most bytes by which the process may grow over all cases: HDF5 allocates with `malloc`, which
/// cannot be counted here. Its own caches are a few MB; a wild length is GB.
const GROWTH_LIMIT: usize = 64 << 20;

/// Asks for everything that an open cache offers. Whether it opened.
fn read(path: &Path) -> bool {
    hint::black_box(Cache::open(path).is_ok());
    // Checksums would keep nearly all of it from what comes after them.
    let Ok(cache) = Cache::open_with(path, Checksums::Ignore) else { return false };
    hint::black_box((cache.provenance(), cache.created_by(), cache.classes(), cache.shard()));
    hint::black_box((cache.labels(), cache.splits(), cache.samples().count()));
    hint::black_box((cache.paths().is_ok(), cache.content_hashes().is_ok()));
    hint::black_box((cache.errors().is_ok(), cache.checksums().is_ok(), verify(&cache).is_ok()));
    hint::black_box((cache.is_multilabel(), cache.annotations().is_ok()));
    for tap in cache.taps() {
        if let Ok(features) = cache.features(&tap.name) {
            hint::black_box(features.view().sum());
        }
    }
    true
}

/// Bytes of memory that the process has ever asked the system for, where that can be known.
fn peak_address_space() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmPeak:"))?;
    Some(line.split_whitespace().next()?.parse::<usize>().ok()? * 1024)
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

#[test]
fn no_bytes_make_the_reader_panic_or_ask_for_much_memory() {
    let seed = number("OFFSHELF_FUZZ_SEED").unwrap_or(0);
    let n_cases = number("OFFSHELF_FUZZ_CASES").unwrap_or(3000);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden");
    let sound = ["format-1-f32.h5", "format-1-f16.h5", "format-1-annotated.h5"];
    let sound = sound.map(|name| fs::read(golden.join(name)).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.h5");

    // Threads and HDF5's tables come into being with the first file.
    fs::write(&path, &sound[0]).unwrap();
    assert!(read(&path));
    let before = peak_address_space();
    let mut n_opened = 0;
    for case in 0..n_cases {
        let mut random = Random::new(seed.wrapping_add(case << 32));
        fs::write(&path, damage(&sound[case as usize % sound.len()], &mut random)).unwrap();
        let held = HELD.load(Ordering::Relaxed);
        PEAK.store(held, Ordering::Relaxed);
        let opened = panic::catch_unwind(|| read(&path));
        let allocated = PEAK.load(Ordering::Relaxed) - held;
        let opened = opened.unwrap_or_else(|_| panic!("panic in case {case} of seed {seed}"));
        n_opened += u64::from(opened);
        assert!(allocated < HEAP_LIMIT, "{allocated} bytes in case {case} of seed {seed}");
        if let (Some(before), Some(now)) = (before, peak_address_space()) {
            let grown = now - before;
            assert!(grown < GROWTH_LIMIT, "{grown} bytes by case {case} of seed {seed}");
        }
    }
    println!("{n_opened} of {n_cases} damaged files still opened");
    assert!((1..n_cases).contains(&n_opened), "the cases reach both sides of the reader");
}
