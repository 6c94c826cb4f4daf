//! Fits a path on features that stay in a file: more rows than one would hold in memory.
//!
//! ```text
//! cargo run --release -p heads --example out_of_core -- [n_samples] [n_features] [n_classes]
//! ```
//!
//! Writes rows like the activations of a network to a temporary file, maps it, and solves ten
//! values of C for softmax and squared hinge; prints for each the time, the passes over the file
//! and the largest memory so far. The pages of the file count as memory only as long as the system
//! has nothing better to do with them; what the solver itself holds is a few numbers for every row
//! and class.

#![expect(clippy::print_stdout, reason = "a measurement's result")]
#![expect(unsafe_code, reason = "a memory map of a file that nobody else writes")]

use std::{
    error::Error,
    fs::File,
    io::{BufWriter, Write},
    ops::{ControlFlow, Range},
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use heads::{
    ClassWeight, FeatureRows, Folds, HingeLoss, PathLoss, PathOptions, PathProblem, Targets,
    solve_path,
};
use memmap2::Mmap;
use ndarray::ArrayView2;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse::<usize>());
    let n_samples = args.next().transpose()?.unwrap_or(500_000);
    let n_features = args.next().transpose()?.unwrap_or(512);
    let n_classes = args.next().transpose()?.unwrap_or(100);

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("features.f32");
    let start = Instant::now();
    let labels = generate(&path, n_samples, n_features, n_classes)?;
    println!("{n_samples} x {n_features}, {n_classes} classes: made in {:.1?}", start.elapsed());

    let held_out_by: Vec<_> = (0..n_samples).map(|row| (row % 10 == 9).then_some(0)).collect();
    for (name, loss) in
        [("softmax", PathLoss::Softmax), ("squared hinge", PathLoss::Svm(HingeLoss::SquaredHinge))]
    {
        let rows = MappedRows::open(&path, n_samples, n_features)?;
        let problem = PathProblem {
            rows: &rows,
            targets: Targets::Classes(&labels),
            n_classes,
            folds: Folds { n_folds: 1, held_out_by: &held_out_by },
        };
        let options = PathOptions {
            cs: (0..10).map(|i| 10_f64.powf(-3.0 + 5.0 * f64::from(i) / 9.0)).collect(),
            tol: 1e-3,
            max_iter: 1000,
            class_weight: ClassWeight::Uniform,
            seed: 0,
            keep_heads: false,
        };
        let start = Instant::now();
        solve_path(&problem, loss, &options, &mut |point| {
            println!(
                "{name} C {:9.4}: {} iterations, converged {}, {:.1} s and {:.1} passes so far",
                point.c,
                point.reports[0].n_iter,
                point.reports[0].converged,
                start.elapsed().as_secs_f64(),
                rows.passes(),
            );
            ControlFlow::Continue(())
        })?;
        println!(
            "{name}: {:.1} s, {:.1} passes, largest memory {}",
            start.elapsed().as_secs_f64(),
            rows.passes(),
            peak_memory()?,
        );
    }
    Ok(())
}

/// Rows of a mapped file, and how many were read.
struct MappedRows {
    map: Mmap,
    n_samples: usize,
    n_features: usize,
    rows_read: AtomicUsize,
}

impl MappedRows {
    fn open(path: &Path, n_samples: usize, n_features: usize) -> std::io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: the file is this process's own, in a fresh temporary folder; it is written in
        // full before it is mapped, and not changed afterwards.
        let map = unsafe { Mmap::map(&file)? };
        Ok(Self { map, n_samples, n_features, rows_read: AtomicUsize::new(0) })
    }

    fn passes(&self) -> f64 {
        self.rows_read.load(Ordering::Relaxed) as f64 / self.n_samples as f64
    }
}

impl FeatureRows for MappedRows {
    fn n_samples(&self) -> usize {
        self.n_samples
    }

    fn n_features(&self) -> usize {
        self.n_features
    }

    fn block<'a>(&'a self, range: Range<usize>, _: &'a mut Vec<f32>) -> ArrayView2<'a, f32> {
        self.rows_read.fetch_add(range.len(), Ordering::Relaxed);
        let values: &[f32] = bytemuck::cast_slice(&self.map);
        let values = &values[range.start * self.n_features..range.end * self.n_features];
        ArrayView2::from_shape((range.len(), self.n_features), values)
            .expect("as many values as rows times features")
    }
}

/// Writes rows: the positive part of a linear image of class means with noise, of length 1.
/// Returns their classes, one in ten of them wrong.
fn generate(
    path: &Path,
    n_samples: usize,
    n_features: usize,
    n_classes: usize,
) -> std::io::Result<Vec<usize>> {
    const RANK: usize = 32;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(0);
    let mut noise = |n: usize| -> Vec<f32> {
        // Twelve uniform numbers add up to a nearly normal one.
        (0..n).map(|_| (0..12).map(|_| rng.r#gen::<f32>() - 0.5).sum()).collect()
    };
    let (mixing, offset) = (noise(RANK * n_features), noise(n_features));
    let means = noise(n_classes * RANK);
    let mut file = BufWriter::new(File::create(path)?);
    let mut labels = Vec::with_capacity(n_samples);
    for sample in 0..n_samples {
        let class = sample % n_classes;
        let latent: Vec<f32> = noise(RANK)
            .iter()
            .zip(&means[class * RANK..])
            .enumerate()
            .map(|(i, (noise, mean))| (0.5 * mean + noise) / ((i + 1) as f32).sqrt())
            .collect();
        let mut row: Vec<f32> = offset.iter().map(|offset| 0.5 - offset).collect();
        for (factor, mixing) in latent.iter().zip(mixing.chunks_exact(n_features)) {
            row.iter_mut().zip(mixing).for_each(|(value, mixing)| *value += factor * mixing);
        }
        row.iter_mut().for_each(|value| *value = value.max(0.0));
        let norm = row.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        row.iter_mut().for_each(|value| *value /= norm);
        file.write_all(bytemuck::cast_slice(&row))?;
        let wrong = sample % 10 == 3;
        labels.push(if wrong { sample / 10 % n_classes } else { class });
    }
    file.flush()?;
    Ok(labels)
}

/// The largest resident memory of this process so far, as the system says it.
fn peak_memory() -> std::io::Result<String> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.map_or_else(|| "unknown".to_owned(), |value| value.trim().to_owned()))
}
