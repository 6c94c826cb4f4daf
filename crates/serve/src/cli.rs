//! The command line.

use std::env;
use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, value_parser};
use classify::{ClassifyError, HeadRequest};
use console::{ExitCode, Told, shown};
use feature_cache::OpenError;
use head::Engines;
use preprocess::{Limits, MAX_PIXELS};
use serve::{NeighborsError, ServeError, ServeRequest, Server};
use simd::{Level, UnknownLevel};

/// Name before every line on standard error.
const PROGRAM: &str = "serve";

/// The variable that holds the token: an option could be read by every user of the machine.
const TOKEN: &str = "OFFSHELF_TOKEN";

/// Shows a page on which a trained head is asked about pictures, and answers programs that do the same.
///
/// The head knows weights, tap, preprocessing, views and engine; the numbers are those of `extract classify`. The
/// page takes pictures that are dropped, pasted, chosen or photographed, and shows the classes, where in the
/// picture the best one is (for linear heads on averages, tap `:gap`), and with --cache the nearest training
/// pictures. It asks no other machine for anything.
#[derive(Parser)]
#[command(name = "serve", version, max_term_width = 100)]
#[command(after_help = "\
Examples:
  serve birds.safetensors
  serve birds.safetensors --cache birds.h5 --images photos/
  curl -s --data-binary @a.jpg 'http://127.0.0.1:8000/predict?top=3'
  curl -s -F a=@a.jpg -F b=@b.jpg http://127.0.0.1:8000/predict
  OFFSHELF_TOKEN=$(openssl rand -hex 16) serve birds.safetensors --listen 0.0.0.0:8000

It answers POST /predict, GET /healthz, /metrics (Prometheus), /openapi.json, and version 2 of the KServe protocol
below /v2. Ctrl-C or SIGTERM ends what is at hand, then the program.

Exit codes: 0 told to stop; 1 failed; 2 usage; 3 a cache or the weights are of other features.")]
pub(crate) struct Arguments {
    /// A head that `fit train` or `fit sweep` wrote
    #[arg(value_name = "HEAD.safetensors")]
    head: PathBuf,
    /// The cache that the head was trained on: the nearest of its pictures are shown
    #[arg(long, value_name = "FILE.h5")]
    cache: Option<PathBuf>,
    /// The folder of the cache's pictures, to show them and not only their names
    #[arg(long, value_name = "DIR", requires = "cache")]
    images: Option<PathBuf>,
    /// Address and port; port 0 takes a free one. Where other machines can reach it, the environment variable
    /// OFFSHELF_TOKEN must hold a token that clients then send
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8000")]
    listen: SocketAddr,
    /// Name of fetched weights, or a converted file [default: those that the head was trained on]
    #[arg(long, value_name = "NAME|PATH")]
    weights: Option<String>,
    /// Where the network computes: auto, cpu, cuda or cuda:N
    #[arg(long, default_value = "auto")]
    device: String,
    /// Compute features with the engine that is best here, not with the one that the head was trained on
    /// features of: they differ in the last bits
    #[arg(long)]
    any_engine: bool,
    /// Pictures that may wait or be at work; more are refused with the status 503
    #[arg(long, value_name = "N", default_value_t = 128, value_parser = value_parser!(u32).range(1..=65_536))]
    queue: u32,
    /// Do not decode pictures of more pixels; decoding one takes up to 16 bytes a pixel on each core
    #[arg(long, value_name = "N", default_value_t = MAX_PIXELS, help_heading = "Limits")]
    max_pixels: u64,
    /// Take no request of more bytes
    #[arg(long, value_name = "N", default_value_t = 64 << 20, help_heading = "Limits")]
    max_bytes: u64,
}

impl Arguments {
    /// Serves until it is told to stop.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        Level::from_env()?;
        let server = Server::open(&self.request()?)?;
        let (here, trained_on) = server.engines();
        if here != trained_on {
            let (here, trained_on) = (shown(here), shown(trained_on));
            let differs = "they differ in the last bits";
            console::note(
                PROGRAM,
                &format!("features by `{here}`, the head's are by `{trained_on}`: {differs}"),
            );
        }
        console::result(&format!("http://{}/\n", server.address()?))?;
        server.run(|| console::note(PROGRAM, "stopping after the requests at hand"))?;
        Ok(ExitCode::Done)
    }

    fn request(self) -> anyhow::Result<ServeRequest> {
        let token = match env::var(TOKEN) {
            Err(env::VarError::NotPresent) => None,
            token => Some(token.with_context(|| format!("cannot use {TOKEN}"))?),
        };
        Ok(ServeRequest {
            head: HeadRequest {
                head: self.head,
                weights: self.weights,
                engines: if self.any_engine { Engines::Any } else { Engines::Same },
                limits: Limits { max_pixels: self.max_pixels, max_bytes: self.max_bytes },
                device: self.device,
            },
            cache: self.cache,
            images: self.images,
            listen: self.listen,
            token,
            queue: self.queue as usize,
        })
    }
}

/// Says what failed on standard error, and gives the exit code.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    console::raw_note(&console::render_error(PROGRAM, error.chain().map(told)));
    exit_code(error)
}

/// What a user reads of a cause of a failure: its message, and below it what to do.
fn told(cause: &(dyn Error + 'static)) -> Told {
    let hints = match cause.downcast_ref() {
        Some(ServeError::Classify(error)) => network_hints::hint(error),
        Some(ServeError::NoToken(_) | ServeError::Token) => {
            Some(format!("{TOKEN}=$(openssl rand -hex 16) {PROGRAM} ..."))
        }
        Some(ServeError::Listen { .. }) => {
            Some("name another port with `--listen`; port 0 takes a free one".to_owned())
        }
        Some(ServeError::Neighbors(NeighborsError::Provenance { .. })) => {
            Some("name the cache that the head was trained on, or leave `--cache` out".to_owned())
        }
        _ => None,
    };
    hints.iter().flat_map(|hints| hints.lines()).fold(Told::of(cause), Told::hint)
}

fn exit_code(error: &anyhow::Error) -> ExitCode {
    if error.is::<UnknownLevel>() {
        return ExitCode::Usage;
    }
    match error.downcast_ref() {
        Some(ServeError::NoToken(_) | ServeError::Token) => ExitCode::Usage,
        Some(
            ServeError::Classify(
                ClassifyError::OtherFeatures { .. }
                | ClassifyError::OtherPixels { .. }
                | ClassifyError::Width { .. },
            )
            | ServeError::Neighbors(NeighborsError::Provenance { .. }),
        ) => ExitCode::Cache,
        Some(ServeError::Neighbors(NeighborsError::Open(error))) => match error {
            OpenError::Missing { .. } => ExitCode::Failed,
            _ => ExitCode::Cache,
        },
        _ => ExitCode::Failed,
    }
}
