//! Names of classes that the files of a data set only number.

/// The flowers of Oxford, from class 1 on, a name a line: as torchvision calls them (`Flowers102.classes`); the
/// archives have no names.
pub(super) const FLOWERS102: &str = include_str!("flowers102.txt");

/// The articles of Fashion-MNIST, from label 0 on, as its README lists them.
pub(super) const FASHION_MNIST: [&str; 10] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
];

/// SHA-256 of the two files of labels of Fashion-MNIST, unpacked: for training, and for the test. No other data
/// set has them.
pub(super) const FASHION_MNIST_LABELS: [&str; 2] = [
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
];
