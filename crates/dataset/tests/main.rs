//! Integration tests of `dataset`.
//!
//! - `layouts`: which class, split and order a tree of files gives
//! - `folder_tables`: what many layouts of folders are read as, popular data sets among them; or that they are refused
//! - `levels`: data sets in the folder above or below
//! - `links_and_errors`: links, what cannot be read, what is no image, and every error
//! - `voc`, `indoor_flowers_birds`, `caltech`, `tables`, `records`, `retrieval`: published data sets in
//!   miniature, with the names and quirks of their files
//! - `packed_records`: files of pixels as they are found
//! - `own_tables`, `pandas`: tables of people's own, and those that pandas writes
//! - `strangers`: files that are damaged, or made to do harm
//! - `mini_sets`: the script that lays pictures out as published data sets
//! - `tree`: makes trees of small files

#![cfg(test)]

mod caltech;
mod folder_tables;
mod indoor_flowers_birds;
mod layouts;
mod levels;
mod links_and_errors;
mod mini_sets;
mod own_tables;
mod packed_records;
mod pandas;
mod records;
mod retrieval;
mod strangers;
mod tables;
mod tree;
mod voc;
