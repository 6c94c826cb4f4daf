//! `fit reproduce`

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use atomic_file::check_vacant;
use clap::Args;
use console::{ExitCode, quote_for_shell};
use metrics::Bootstrap;
use protocols::reproduce::table::{TableRow, rows_of};
use protocols::reproduce::{
    Protocol, RecipeOptions, ReproduceError, ReproduceRequest, Scales, Variant, reproduce,
};
use train::CGrid;

use super::PROGRAM;
use super::fit_args::{ChecksumsArg, existing, usage};
use super::words::{SCALES, VARIANTS, one_of, word_of};
use crate::report;
use crate::report::reproduce::{MissingRow, ReproduceDocument, ReproducedRow};

/// The word for every protocol.
const ALL: &str = "all";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReproduceArgs {
    /// The protocol: voc2007, mit67, cub200, cub200-box, flowers102, uiuc-attributes, h3d, caltech101 or
    /// caltech256; or `all`, for every protocol that has a cache in a folder
    #[arg(value_name = "PROTOCOL")]
    protocol: String,

    /// The feature cache, made by `extract run`; with `all`, a folder of caches named
    /// `<protocol>-<variant>.h5` or `<protocol>.h5`
    #[arg(value_name = "FILE.h5|DIR")]
    cache: PathBuf,

    #[command(flatten)]
    checksums: ChecksumsArg,

    /// How features become scores [default: cnn-svm; with `all`, each that has a cache]
    #[arg(long, value_parser = one_of(VARIANTS))]
    variant: Option<Variant>,

    /// The tap to use; needed when the cache has several
    #[arg(long, value_name = "NAME")]
    tap: Option<String>,

    /// C, or several to choose from on the training images: a list such as `0.1,1,10`, or
    /// `1e-3..1e2:10` [default: the paper's]
    #[arg(long, value_name = "GRID")]
    c: Option<CGrid>,

    /// Folds to choose C by, for cnn-svm and cnnaug-svm [default: 5]
    #[arg(long, value_name = "K")]
    folds: Option<usize>,

    /// Take the signed power of cnnaug-svm before the norm, not after it
    #[arg(long)]
    power_first: bool,

    /// What vgg does with the scales of an image [default: average on voc2007, else stack]
    #[arg(long, value_parser = one_of(SCALES))]
    scales: Option<Scales>,

    /// Resamples of the bootstrap that gives the 95 % interval, at most 1000000; 0 for none
    #[arg(long, value_name = "N", default_value_t = 1000)]
    bootstrap: usize,

    /// Seed of divisions and of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Write the table into this folder, too, as `NAME.json` and `NAME.md`: NAME is
    /// `<protocol>-<variant>`, or `table` with `all`
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Replace existing files of `--out`
    #[arg(long)]
    force: bool,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
What each protocol and variant does, and what the papers leave open, is in docs/razavian.md.

Examples:
  fit reproduce mit67 mit67.h5
  fit reproduce mit67 mit67-cnnaug-svm.h5 --variant cnnaug-svm
  fit reproduce voc2007 voc2007.h5 --c 0.01,0.1,1 --json
  fit reproduce all caches --out table";

pub(super) fn run(args: &ReproduceArgs) -> anyhow::Result<ExitCode> {
    let rows = args.rows()?;
    let name = match rows.as_slice() {
        [only] if args.protocol != ALL => format!("{}-{}", only.protocol, only.variant),
        _ => "table".to_owned(),
    };
    let files = args
        .out
        .as_ref()
        .map(|folder| ["json", "md"].map(|extension| folder.join(format!("{name}.{extension}"))));
    for file in files.iter().flatten() {
        check_vacant(file, existing(args.force))?;
    }

    let (mut done, mut missing, mut code) = (Vec::new(), Vec::new(), ExitCode::Done);
    for TableRow { protocol, variant, cache } in rows {
        let Some(path) = cache else {
            missing.push(MissingRow::new(protocol, variant, "there is no cache of it".to_owned()));
            continue;
        };
        match args.row(protocol, variant, &path) {
            Ok(row) if row.report.converged => done.push(row),
            Ok(row) => {
                let note =
                    format!("warning: not converged: {protocol} {variant}; try a smaller `--c`");
                console::note(PROGRAM, &note);
                code = code.merge(ExitCode::Incomplete);
                done.push(row);
            }
            // One row that cannot be does not take the others away.
            Err(error) if args.protocol == ALL => {
                let error =
                    anyhow::Error::from(error).context(format!("no row of {protocol} {variant}"));
                code = code.merge(super::failure::report(&error));
                let reason = format!("`{}` does not serve", path.display());
                missing.push(MissingRow::new(protocol, variant, reason));
            }
            Err(error) => return Err(error.into()),
        }
    }

    let document = ReproduceDocument { rows: done, missing };
    let to_json = |document| report::document("offshelf-reproduce", document);
    if let Some([json, markdown]) = &files {
        let folder = args.out.as_deref().expect("there are files because there is a folder");
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        atomic_file::write(json, to_json(&document).as_bytes(), existing(args.force))?;
        atomic_file::write(markdown, document.markdown().as_bytes(), existing(args.force))?;
    }
    if args.json {
        console::document(&to_json(&document))?;
    } else {
        console::result(&document.text())?;
    }
    Ok(code)
}

impl ReproduceArgs {
    /// The rows asked for.
    fn rows(&self) -> anyhow::Result<Vec<TableRow>> {
        if self.protocol != ALL {
            let protocol = self.protocol.parse().map_err(|error| usage(&format!("{error}")))?;
            let (variant, cache) = (self.variant.unwrap_or(Variant::CnnSvm), self.cache.clone());
            return Ok(vec![TableRow { protocol, variant, cache: Some(cache) }]);
        }
        if !self.cache.is_dir() {
            let folder = self.cache.display();
            return Err(
                usage(&format!("`all` takes a folder of caches, and `{folder}` is none")).into()
            );
        }
        let wanted = |row: &TableRow| self.variant.is_none_or(|variant| row.variant == variant);
        Ok(rows_of(&self.cache).into_iter().filter(wanted).collect())
    }

    /// Computes a row.
    fn row(
        &self,
        protocol: &'static Protocol,
        variant: Variant,
        path: &Path,
    ) -> Result<ReproducedRow, ReproduceError> {
        let resamples = self.bootstrap;
        let report = reproduce(&ReproduceRequest {
            cache: path.to_owned(),
            checksums: self.checksums.checksums(),
            protocol,
            variant,
            tap: self.tap.clone(),
            options: RecipeOptions {
                c: self.c.clone(),
                folds: self.folds,
                power_first: self.power_first,
                scales: self.scales,
            },
            seed: self.seed,
            bootstrap: (resamples > 0).then_some(Bootstrap { resamples, seed: self.seed }),
        })?;
        Ok(ReproducedRow::new(report, self.command(protocol, variant, path)))
    }

    /// The command that computes a row alone, with every option that decides it.
    fn command(&self, protocol: &Protocol, variant: Variant, path: &Path) -> String {
        let mut command =
            format!("fit reproduce {protocol} {} --variant {variant}", quote_for_shell(path));
        if let Some(tap) = &self.tap {
            command += &format!(" --tap {}", quote_for_shell(tap));
        }
        if let Some(c) = &self.c {
            let cs: Vec<String> = c.values().iter().map(f64::to_string).collect();
            command += &format!(" --c {}", cs.join(","));
        }
        if let Some(folds) = self.folds {
            command += &format!(" --folds {folds}");
        }
        if self.power_first {
            command += " --power-first";
        }
        if let Some(scales) = self.scales {
            command += &format!(" --scales {}", word_of(SCALES, scales));
        }
        command + &format!(" --bootstrap {} --seed {}", self.bootstrap, self.seed)
    }
}
