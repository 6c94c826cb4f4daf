//! Integration tests of `extract`.

#![cfg(test)]

mod backbones;
mod commands;
mod run;
mod weights;
