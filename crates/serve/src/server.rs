//! From a request of the command line to a service that runs until it is told to stop.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use classify::{ClassifyError, HeadClassifier, HeadRequest, HeatMaps};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::answering::Answering;
use crate::guard::{Guard, guard};
use crate::metrics::Metrics;
use crate::neighbors::{Neighbors, NeighborsError};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::uploads::Intake;
use crate::{kserve, page, predict};

/// How long requests at hand have to end once the service is told to stop.
const GRACE: Duration = Duration::from_secs(30);

/// The shortest token that keeps others out.
const TOKEN_LENGTH: usize = 16;

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct ServeRequest {
    /// The head, and how its features are computed.
    pub head: HeadRequest,
    /// The cache whose pictures are shown beside a picture that they are like.
    pub cache: Option<PathBuf>,
    /// The folder that the paths of the cache start from.
    pub images: Option<PathBuf>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// What clients must know. On another address than those of this machine alone there must be one.
    pub token: Option<String>,
    /// Pictures that may wait or be at work; further ones are refused until there is room.
    pub queue: usize,
}

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The head or its network is not there, or does not fit.
    #[error(transparent)]
    Classify(#[from] ClassifyError),
    /// The cache is not there, or does not fit.
    #[error(transparent)]
    Neighbors(#[from] NeighborsError),
    /// The address is not there or taken.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// Other machines could ask without a token.
    #[error("{0} can be reached from other machines, and there is no token that they must know")]
    NoToken(SocketAddr),
    /// The token is easily guessed, or cannot be sent.
    #[error(
        "the token must have at least {TOKEN_LENGTH} characters, all of them letters, digits, `-` or `_`"
    )]
    Token,
    /// The system has no threads or signals for the service.
    #[error("the service cannot run")]
    System(#[source] io::Error),
}

/// A service that is ready, and listens.
pub struct Server {
    listener: std::net::TcpListener,
    service: Arc<Service>,
}

impl Server {
    /// Loads everything, and listens.
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn open(request: &ServeRequest) -> Result<Self, ServeError> {
        check_token(request)?;
        let address = request.listen;
        let listen = |source| ServeError::Listen { address, source };
        // Before the network is loaded, which takes time.
        let listener = std::net::TcpListener::bind(address).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let classifier = HeadClassifier::load(&request.head, HeatMaps::WhereExact)?;
        let service = Arc::new(Service::new(request, classifier)?);
        Ok(Self { listener, service })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// [`ServeError::System`].
    pub fn address(&self) -> Result<SocketAddr, ServeError> {
        self.listener.local_addr().map_err(ServeError::System)
    }

    /// What computes, and what computed the features that the head was trained on.
    pub fn engines(&self) -> (&str, &str) {
        let trained_on = &self.service.answering.head.description.origin.provenance.engine;
        (&self.service.answering.engine, trained_on)
    }

    /// Answers until Ctrl-C or SIGTERM, then ends what is at hand. `told` is called when it is told to stop.
    ///
    /// # Errors
    /// [`ServeError::System`].
    pub fn run(self, told: impl FnOnce() + Send + 'static) -> Result<(), ServeError> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(ServeError::System)?;
        runtime.block_on(self.serve(told)).map_err(ServeError::System)
    }

    async fn serve(self, told: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let listener = TcpListener::from_std(self.listener)?;
        let stop = stop_signal()?;
        let (stopped, mut after) = tokio::sync::watch::channel(false);
        let stop = async move {
            stop.await;
            told();
            // Who waits for it is gone when the service is.
            let _ = stopped.send(true);
        };
        let late = async move {
            if after.wait_for(|stopped| *stopped).await.is_ok() {
                sleep(GRACE).await;
            } else {
                std::future::pending::<()>().await;
            }
        };
        let served = axum::serve(listener, router(self.service)).with_graceful_shutdown(stop);
        tokio::select! {
            ended = served => ended,
            () = late => Ok(()),
        }
    }
}

impl Service {
    fn new(request: &ServeRequest, classifier: HeadClassifier) -> Result<Self, ServeError> {
        let head = classifier.head();
        let neighbors = request.cache.as_ref().map(|cache| {
            Neighbors::open(cache, request.images.clone(), head, request.head.engines)
        });
        let metrics = Metrics::new();
        Ok(Self {
            model: request.head.head.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            kind: classifier.no_answers().kind,
            has_heat_maps: classifier.has_heat_maps(),
            neighbors: neighbors.transpose()?,
            decoders: Semaphore::new(available_parallelism().map_or(1, usize::from)),
            intake: Intake::new(request.head.limits.max_bytes),
            guard: Guard::new(request.listen, request.token.clone()),
            answering: Answering::start(classifier, request.queue, metrics.clone()),
            metrics,
        })
    }
}

fn check_token(request: &ServeRequest) -> Result<(), ServeError> {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    match &request.token {
        None if request.listen.ip().is_loopback() => Ok(()),
        None => Err(ServeError::NoToken(request.listen)),
        Some(token) if token.len() >= TOKEN_LENGTH && token.bytes().all(is_safe) => Ok(()),
        Some(_) => Err(ServeError::Token),
    }
}

/// What the service answers.
fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/", get(page::page))
        .route("/style.css", get(page::style))
        .route("/page.js", get(page::script))
        .route("/icon.svg", get(page::icon))
        .route("/about", get(page::about))
        .route("/neighbors/{file}", get(page::neighbor))
        .route("/predict", post(predict::predict))
        .route("/healthz", get(kserve::ready))
        .route("/metrics", get(metrics))
        .route("/openapi.json", get(page::openapi))
        .route("/v2", get(kserve::server))
        .route("/v2/health/live", get(kserve::live))
        .route("/v2/health/ready", get(kserve::ready))
        .route("/v2/models/{model}", get(kserve::model))
        .route("/v2/models/{model}/ready", get(kserve::model_ready))
        .route("/v2/models/{model}/infer", post(kserve::infer))
        .fallback(nothing)
        .layer(from_fn_with_state(Arc::clone(&service), guard))
        .with_state(service)
}

async fn metrics(State(service): State<Arc<Service>>) -> String {
    service.metrics.text(service.answering.n_waiting())
}

async fn nothing() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "there is nothing here: /openapi.json says what there is")
}

/// Ends with the first Ctrl-C or SIGTERM.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends with the first Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without the signal the service runs until its process is ended.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn what_the_system_refuses_is_the_cause() {
        let error = ServeError::System(io::Error::other("no threads"));
        assert_eq!(error.to_string(), "the service cannot run");
        assert_eq!(error.source().unwrap().to_string(), "no threads");
    }
}
