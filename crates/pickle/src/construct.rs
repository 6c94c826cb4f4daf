//! What the functions and classes that a pickle names would construct of their arguments.
//!
//! Nothing is called. The few of [`Global`] are understood; of every other one an [`Object`] is made, which keeps
//! what it was given.

use std::rc::Rc;

use super::error::PickleError;
use super::limits::DIMENSIONS;
use super::machine::Machine;
use super::value::{Global, Id, Object, StridedTensor, Value};

impl Machine<'_> {
    /// STACK_GLOBAL: a name whose two halves are on the stack.
    pub(super) fn stack_global(&mut self) -> Result<(), PickleError> {
        let [module, name] = self.pop_many(2)?[..] else { return self.malformed() };
        match (&self.values[module], &self.values[name]) {
            (Value::Text(module), Value::Text(name)) => {
                let (module, name) = (module.clone(), name.clone());
                self.global(&module, &name)
            }
            _ => self.malformed(),
        }
    }

    /// BINPERSID: `('storage', class, key, device, number of elements)`; the format before PyTorch 1.6
    /// has `None` after that, or else what makes the storage a part of another one, which no state
    /// dict has. There, `('module', class, file, source)` is a class with its source.
    pub(super) fn persistent_id(&mut self) -> Result<(), PickleError> {
        let id = self.pop()?;
        let Value::Tuple(items) = &self.values[id] else { return self.malformed() };
        let [kind, class, key, ref rest @ ..] = items[..] else { return self.malformed() };
        if matches!(&self.values[kind], Value::Text(kind) if **kind == *"module") {
            return self.push_id(class);
        }
        let [_, _, ref part @ ..] = rest[..] else { return self.malformed() };
        if part.iter().any(|&id| self.values[id] != Value::Other) {
            return self.malformed();
        }
        match (&self.values[class], &self.values[key]) {
            (&Value::Global(Global::Storage(data_type)), Value::Text(key)) => {
                let key = key.clone();
                self.push(Value::Storage { data_type, key })
            }
            (Value::Global(Global::Foreign), Value::Text(_)) => self.push_object(),
            _ => self.malformed(),
        }
    }

    /// NEWOBJ and NEWOBJ_EX: an object of a class, of so many operands.
    pub(super) fn object(&mut self, n_operands: usize) -> Result<(), PickleError> {
        let operands = self.pop_many(n_operands)?;
        match &self.values[operands[0]] {
            Value::Global(Global::OrderedDict) => self.push(Value::Dict(vec![])),
            Value::Global(_) => self.push_object(),
            _ => self.malformed(),
        }
    }

    /// BUILD: sets attributes. Those of a dictionary (`_metadata`) are no weights.
    pub(super) fn build(&mut self) -> Result<(), PickleError> {
        let state = self.pop()?;
        if let Some(&top) = self.stack.last()
            && let Value::Object(object) = &mut self.values[top]
        {
            object.state = Some(state);
        }
        Ok(())
    }

    fn push_object(&mut self) -> Result<(), PickleError> {
        self.push(Value::Object(Object::default()))
    }

    /// REDUCE: what a function would make of its arguments.
    pub(super) fn reduce(&mut self) -> Result<(), PickleError> {
        let [function, arguments] = self.pop_many(2)?[..] else { return self.malformed() };
        let Value::Tuple(arguments) = &self.values[arguments] else { return self.malformed() };
        match (&self.values[function], &arguments[..]) {
            // Subclasses of tensors, once more with the arguments of their function.
            (Value::Global(Global::RebuildFromType), &[function, _, inner, ..]) => {
                match (&self.values[function], &self.values[inner]) {
                    (&Value::Global(global), Value::Tuple(inner)) => {
                        let inner = inner.clone();
                        self.budget.take(inner.len() * size_of::<Id>())?;
                        self.call(global, &inner)
                    }
                    _ => self.malformed(),
                }
            }
            (&Value::Global(global), _) => {
                let arguments = arguments.clone();
                self.budget.take(arguments.len() * size_of::<Id>())?;
                self.call(global, &arguments)
            }
            // A method of an object, or what it made.
            (Value::Object(_), _) => self.push_object(),
            _ => self.malformed(),
        }
    }

    fn call(&mut self, function: Global, arguments: &[Id]) -> Result<(), PickleError> {
        match (function, arguments) {
            (Global::OrderedDict, []) => self.push(Value::Dict(vec![])),
            // As Python 2 pickles it.
            (Global::OrderedDict, &[pairs]) => {
                let Value::List(pairs) = &self.values[pairs] else { return self.malformed() };
                // The list may be used again.
                self.budget.take(pairs.len() * size_of::<(Id, Id)>())?;
                match self.pairs(pairs) {
                    Some(entries) => self.push(Value::Dict(entries)),
                    None => self.malformed(),
                }
            }
            (Global::RebuildParameter, &[tensor, ..]) => self.push_id(tensor),
            (Global::RebuildTensor, &[storage, offset, shape, stride, ..]) => {
                if matches!(self.values[storage], Value::Object(_)) {
                    return self.push_object();
                }
                match self.rebuild_tensor(storage, offset, shape, stride) {
                    Some(tensor) => {
                        let n_sizes = tensor.shape.len() + tensor.stride.len();
                        let bytes = size_of::<StridedTensor>() + n_sizes * size_of::<usize>();
                        self.budget.take(bytes)?;
                        self.push(Value::Tensor(Rc::new(tensor)))
                    }
                    None => self.malformed(),
                }
            }
            (Global::Foreign, _) => self.push_object(),
            _ => self.malformed(),
        }
    }

    fn rebuild_tensor(
        &self,
        storage: Id,
        offset: Id,
        shape: Id,
        stride: Id,
    ) -> Option<StridedTensor> {
        let Value::Storage { data_type, key } = &self.values[storage] else { return None };
        let (shape, stride) = (self.sizes(shape)?, self.sizes(stride)?);
        (shape.len() == stride.len()).then_some(StridedTensor {
            data_type,
            storage: key.clone(),
            offset: self.size(offset)?,
            shape,
            stride,
        })
    }

    /// Lists of two as pairs.
    fn pairs(&self, pairs: &[Id]) -> Option<Vec<(Id, Id)>> {
        let pair = |&id: &Id| match &self.values[id] {
            Value::List(pair) => {
                <[Id; 2]>::try_from(&pair[..]).ok().map(|[key, value]| (key, value))
            }
            _ => None,
        };
        pairs.iter().map(pair).collect()
    }

    fn sizes(&self, id: Id) -> Option<Vec<usize>> {
        let Value::Tuple(items) = &self.values[id] else { return None };
        (items.len() <= DIMENSIONS).then(|| items.iter().map(|&item| self.size(item)).collect())?
    }

    fn size(&self, id: Id) -> Option<usize> {
        let Value::Int(value) = self.values[id] else { return None };
        usize::try_from(value).ok()
    }
}
