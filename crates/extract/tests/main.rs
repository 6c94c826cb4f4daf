//! Integration tests of `extract`.

#![cfg(test)]

mod commands;
mod run;
