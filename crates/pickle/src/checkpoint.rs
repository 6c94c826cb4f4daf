//! What is left of a pickle once it has run.

use std::rc::Rc;

use super::error::PickleError;
use super::limits::NAME_BYTES;
use super::machine::{Budget, Finished, run};
use super::value::{Id, StridedTensor, Value};

/// Dictionaries and objects within one another. No checkpoint nests half as deep.
const DEPTH: usize = 64;

/// Attributes in which a module of PyTorch keeps its tensors: no part of their names in a state dict.
const ATTRIBUTES: [&str; 3] = ["_parameters", "_buffers", "_modules"];

/// The tensors of a pickled checkpoint.
#[derive(Debug)]
pub struct Checkpoint<'a> {
    /// Every tensor with its name, which begins with the keys of all dictionaries that it lies in, in their order.
    pub tensors: Vec<(String, Rc<StridedTensor>)>,
    /// Element types of the storages that are mentioned, by what the file calls them.
    pub storages: Vec<(Rc<str>, &'static str)>,
    /// The first class or function that is named and not known here.
    pub foreign: Option<String>,
    /// What follows the pickle.
    pub rest: &'a [u8],
}

/// The tensors of the checkpoint whose pickle `bytes` begin with.
///
/// # Errors
/// [`PickleError`].
pub fn read_checkpoint(bytes: &[u8]) -> Result<Checkpoint<'_>, PickleError> {
    let Finished { values, root, length, budget, foreign } = run(bytes)?;
    let mut walk = Walk { values: &values, budget, length, tensors: Vec::new() };
    walk.visit(root, "", DEPTH)?;
    let tensors = walk.tensors;
    let storage = |value: &Value| match value {
        Value::Storage { data_type, key } => Some((key.clone(), *data_type)),
        _ => None,
    };
    let storages = values.iter().filter_map(storage).collect();
    Ok(Checkpoint { tensors, storages, foreign, rest: &bytes[length..] })
}

/// A walk over the values that lie in one another. They may do so at very many places, or in a circle: what is
/// visited counts against the budget of the pickle.
struct Walk<'a> {
    values: &'a [Value],
    budget: Budget,
    /// Bytes of the pickle.
    length: usize,
    tensors: Vec<(String, Rc<StridedTensor>)>,
}

impl Walk<'_> {
    fn visit(&mut self, id: Id, name: &str, depth: usize) -> Result<(), PickleError> {
        let values = self.values;
        match &values[id] {
            Value::Tensor(tensor) => self.found(name, tensor),
            Value::Dict(entries) => self.visit_entries(entries, name, depth),
            Value::List(items) | Value::Tuple(items) => {
                self.budget.take(items.len() * size_of::<Id>())?;
                for (index, &item) in items.iter().enumerate() {
                    self.visit_below(item, name, &index.to_string(), depth)?;
                }
                Ok(())
            }
            Value::Object(object) => {
                self.visit_entries(&object.items, name, depth)?;
                object.state.map_or(Ok(()), |state| self.visit_state(state, name, depth))
            }
            _ => Ok(()),
        }
    }

    /// The attributes of an object; with slots they come in pairs of dictionaries.
    fn visit_state(&mut self, state: Id, name: &str, depth: usize) -> Result<(), PickleError> {
        match &self.values[state] {
            Value::Tuple(parts) => parts.iter().try_for_each(|&part| self.visit(part, name, depth)),
            _ => self.visit(state, name, depth),
        }
    }

    fn visit_entries(
        &mut self,
        entries: &[(Id, Id)],
        name: &str,
        depth: usize,
    ) -> Result<(), PickleError> {
        self.budget.take(size_of_val(entries))?;
        for &(key, value) in entries {
            match &self.values[key] {
                Value::Text(key) => {
                    let key = key.clone();
                    self.visit_below(value, name, &key, depth)?;
                }
                Value::Int(key) => self.visit_below(value, name, &key.to_string(), depth)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn visit_below(
        &mut self,
        value: Id,
        name: &str,
        key: &str,
        depth: usize,
    ) -> Result<(), PickleError> {
        use Value::{Dict, List, Object, Tensor, Tuple};
        if !matches!(self.values[value], Tensor(_) | Dict(_) | List(_) | Tuple(_) | Object(_)) {
            return Ok(());
        }
        let malformed = PickleError::Malformed { at: self.length };
        let depth = depth.checked_sub(1).ok_or(malformed)?;
        if ATTRIBUTES.contains(&key) {
            return self.visit(value, name, depth);
        }
        self.budget.take(name.len() + key.len())?;
        let name = if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
        self.visit(value, &name, depth)
    }

    fn found(&mut self, name: &str, tensor: &Rc<StridedTensor>) -> Result<(), PickleError> {
        if name.len() > NAME_BYTES {
            return Err(PickleError::Malformed { at: self.length });
        }
        // Each that is left out is listed by its name.
        self.budget.take(2 * name.len() + size_of::<(String, Id)>())?;
        self.tensors.push((name.to_owned(), tensor.clone()));
        Ok(())
    }
}

/// The value of a truth of that name in the dictionary whose pickle `bytes` begin with, if it has one,
/// and what follows the pickle.
///
/// # Errors
/// [`PickleError`].
pub fn read_truth<'a>(
    bytes: &'a [u8],
    name: &str,
) -> Result<(Option<bool>, &'a [u8]), PickleError> {
    let Finished { values, root, length, .. } = run(bytes)?;
    let Value::Dict(entries) = &values[root] else {
        return Err(PickleError::Malformed { at: length });
    };
    let truth = entries.iter().find_map(|&(key, value)| match (&values[key], &values[value]) {
        (Value::Text(key), &Value::Bool(truth)) if **key == *name => Some(truth),
        _ => None,
    });
    Ok((truth, &bytes[length..]))
}

/// The list of texts whose pickle `bytes` begin with, and what follows the pickle.
///
/// # Errors
/// [`PickleError`].
pub fn read_texts(bytes: &[u8]) -> Result<(Vec<Rc<str>>, &[u8]), PickleError> {
    let Finished { values, root, length, .. } = run(bytes)?;
    let malformed = PickleError::Malformed { at: length };
    let Value::List(items) = &values[root] else { return Err(malformed) };
    let text = |&id: &usize| match &values[id] {
        Value::Text(text) => Ok(text.clone()),
        _ => Err(malformed.clone()),
    };
    let texts: Result<Vec<Rc<str>>, PickleError> = items.iter().map(text).collect();
    Ok((texts?, &bytes[length..]))
}

/// What follows the number whose pickle `bytes` begin with.
///
/// # Errors
/// [`PickleError`].
pub fn skip_number(bytes: &[u8]) -> Result<&[u8], PickleError> {
    let Finished { values, root, length, .. } = run(bytes)?;
    match values[root] {
        Value::Int(_) => Ok(&bytes[length..]),
        _ => Err(PickleError::Malformed { at: length }),
    }
}

#[cfg(test)]
mod tests;
