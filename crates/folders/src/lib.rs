//! What the folders of a tree of images mean, told by their names and by where images lie: which are splits, which
//! are classes, which are neither. Nothing is read here: a tree is made of the paths of its images.
//!
//! # Examples
//!
//! ```
//! use folders::{Chooser, FolderOptions, Tree};
//! use schema::Split;
//!
//! let paths = ["data/Training/cat/1.jpg", "data/Training/dog/2.jpg", "data/Testing/cat/3.jpg"];
//! let tree = Tree::new(paths.into_iter());
//! let options = FolderOptions::default();
//! let readings = Chooser::new(&tree, &options).readings();
//! assert_eq!(readings.len(), 1, "there is no other way to read these");
//! assert_eq!(readings[0].meaning(paths[2]), (Some("cat"), Split::Test));
//! ```

mod choice;
mod choose;
mod read;
mod reading;
mod split_names;
mod tree;

pub use choice::{Choice, ChoiceError, ClassDepth, FolderOptions, SplitFolders};
pub use choose::Chooser;
pub use reading::{Reading, distinct};
pub use tree::{Tree, below, depth, join, parent};
