//! A local page and service that asks a trained head about pictures.
//!
//! [`Server::open`] loads a head and the network whose features it takes, [`Server::run`] answers until it is told
//! to stop. Requests are asynchronous; the network works in one thread, which takes the pictures that wait together.
//!
//! ```text
//! request -> guard (who may ask) -> uploads (bytes) -> predict (pixels) -> answering (queue, network, head) -> response
//! ```

mod answering;
mod guard;
mod kserve;
mod metrics;
mod neighbors;
mod page;
mod predict;
mod refusal;
mod server;
mod service;
mod uploads;

pub use neighbors::NeighborsError;
pub use server::{ServeError, ServeRequest, Server};
