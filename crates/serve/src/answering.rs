//! The one thread at work with the network: pictures that wait go through it together.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use classify::{ClassifyError, HeadClassifier, HeatMap, Pixels};
use head::{Prediction, SavedHead};
use ndarray::{Array1, Array2};
use preprocess::Rgb;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::metrics::Metrics;

/// A picture of a request, ready for the network.
pub(crate) struct Prepared {
    pub(crate) name: String,
    pub(crate) views: Vec<Rgb>,
}

/// What the head says of one picture.
pub(crate) struct Answer {
    pub(crate) prediction: Prediction,
    /// What the head was given.
    pub(crate) features: Array1<f32>,
    pub(crate) heat_map: Option<HeatMap>,
}

/// Why pictures are not answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerError {
    /// The network or the head fails on these pictures.
    #[error("{0}")]
    Classify(String),
    /// The thread is gone.
    #[error("the network has stopped")]
    Stopped,
}

/// Pictures that wait, with the way back to their request.
struct Question {
    pictures: Vec<Prepared>,
    reply: oneshot::Sender<Result<Vec<Answer>, AnswerError>>,
    /// Places in the queue, free again when this is dropped.
    _places: OwnedSemaphorePermit,
}

/// The way to the network, for all requests.
pub(crate) struct Answering {
    questions: Sender<Question>,
    thread: JoinHandle<()>,
    places: Arc<Semaphore>,
    pub(crate) n_places: usize,
    pub(crate) head: SavedHead,
    pub(crate) pixels: Pixels,
    pub(crate) engine: String,
}

/// Places in the queue for the pictures of one request.
pub(crate) struct Places(OwnedSemaphorePermit);

impl Answering {
    /// Starts the thread, which ends when this is gone. At most `n_places` pictures wait or are
    /// at work.
    pub(crate) fn start(classifier: HeadClassifier, n_places: usize, metrics: Metrics) -> Self {
        let (questions, asked) = channel();
        let (head, pixels) = (classifier.head().clone(), classifier.pixels().clone());
        let engine = classifier.engine().to_owned();
        let thread = thread::spawn(move || work(classifier, &asked, &metrics));
        Self {
            questions,
            thread,
            places: Arc::new(Semaphore::new(n_places)),
            n_places,
            head,
            pixels,
            engine,
        }
    }

    /// Places for `n` pictures, where the queue has them.
    pub(crate) fn reserve(&self, n: usize) -> Option<Places> {
        let n = u32::try_from(n).ok()?;
        Arc::clone(&self.places).try_acquire_many_owned(n).ok().map(Places)
    }

    /// Pictures that wait or are at work.
    pub(crate) fn n_waiting(&self) -> usize {
        self.n_places - self.places.available_permits()
    }

    /// Whether the thread is there.
    pub(crate) fn is_at_work(&self) -> bool {
        !self.thread.is_finished()
    }

    /// Answers for `pictures`, in their order.
    ///
    /// # Errors
    /// [`AnswerError`].
    pub(crate) async fn ask(
        &self,
        pictures: Vec<Prepared>,
        places: Places,
    ) -> Result<Vec<Answer>, AnswerError> {
        let (reply, answer) = oneshot::channel();
        let question = Question { pictures, reply, _places: places.0 };
        self.questions.send(question).map_err(|_| AnswerError::Stopped)?;
        answer.await.map_err(|_| AnswerError::Stopped)?
    }
}

fn work(mut classifier: HeadClassifier, asked: &Receiver<Question>, metrics: &Metrics) {
    let full = classifier.pixels().n_pictures_a_pass();
    while let Ok(first) = asked.recv() {
        let mut n = first.pictures.len();
        let mut together = vec![first];
        while n < full {
            let Ok(next) = asked.try_recv() else { break };
            n += next.pictures.len();
            together.push(next);
        }
        metrics.batch(n);
        answer(&mut classifier, together);
    }
}

fn answer(classifier: &mut HeadClassifier, questions: Vec<Question>) {
    let is_one = questions.len() == 1;
    let all = questions.iter().flat_map(|question| &question.pictures);
    match answers(classifier, all) {
        Ok(answers) => {
            let mut answers = answers.into_iter();
            for Question { pictures, reply, _places } in questions {
                // A client that went away takes no answer.
                let _ = reply.send(Ok(answers.by_ref().take(pictures.len()).collect()));
            }
        }
        Err(error) if is_one => {
            for Question { reply, .. } in questions {
                let _ = reply.send(Err(AnswerError::Classify(with_causes(&error))));
            }
        }
        // One picture can spoil what it is together with; it alone is to suffer for it.
        Err(_) => questions.into_iter().for_each(|question| answer(classifier, vec![question])),
    }
}

fn answers<'a>(
    classifier: &mut HeadClassifier,
    pictures: impl Iterator<Item = &'a Prepared>,
) -> Result<Vec<Answer>, ClassifyError> {
    let (mut names, mut views) = (Vec::new(), Vec::new());
    for picture in pictures {
        names.push(picture.name.clone());
        // They stay for a second try, each request by itself.
        views.extend(picture.views.iter().cloned());
    }
    let answered = classifier.answer(names, views)?;
    let features: Array2<f32> = answered.features;
    let mut heat_maps = answered.heat_maps.into_iter();
    let predictions = answered.answers.predictions.into_iter();
    let answer = |(prediction, features): (Prediction, ndarray::ArrayView1<'_, f32>)| Answer {
        prediction,
        features: features.to_owned(),
        heat_map: heat_maps.next(),
    };
    Ok(predictions.zip(features.rows()).map(answer).collect())
}

/// A message with those of its causes.
fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
