//! The stack machine.

use std::collections::HashMap;
use std::rc::Rc;

use super::cursor::Cursor;
use super::error::PickleError;
use super::opcode;
use super::value::{Global, Id, StridedTensor, Value};
use crate::source::limits::{DIMENSIONS, PICKLE_MEMORY};

/// What a pickle may still take. All that it ever took counts, given back or not: that bounds time as well.
pub(super) struct Budget(usize);

impl Budget {
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), PickleError> {
        let left = self.0.checked_sub(bytes);
        self.0 = left.ok_or(PickleError::TooLarge { limit: PICKLE_MEMORY })?;
        Ok(())
    }
}

/// What is left of a pickle that was run.
pub(super) struct Finished {
    pub(super) values: Vec<Value>,
    /// Which of the values is the result.
    pub(super) root: Id,
    /// Number of bytes of the pickle.
    pub(super) length: usize,
    pub(super) budget: Budget,
}

/// Runs the pickle that `bytes` begin with.
pub(super) fn run(bytes: &[u8]) -> Result<Finished, PickleError> {
    let mut machine = Machine {
        cursor: Cursor::new(bytes),
        values: vec![],
        stack: vec![],
        marks: vec![],
        memo: HashMap::new(),
        budget: Budget(PICKLE_MEMORY),
    };
    let root = machine.run()?;
    let Machine { cursor, values, budget, .. } = machine;
    Ok(Finished { values, root, length: cursor.position(), budget })
}

struct Machine<'a> {
    cursor: Cursor<'a>,
    values: Vec<Value>,
    stack: Vec<Id>,
    /// Heights of the stack at each open `MARK`.
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
    budget: Budget,
}

impl Machine<'_> {
    /// Executes instructions up to `STOP`; the result is the value on top.
    fn run(&mut self) -> Result<Id, PickleError> {
        loop {
            let at = self.cursor.position();
            match self.cursor.byte()? {
                opcode::STOP => return self.pop(),
                // The version says nothing that the instructions themselves do not.
                opcode::PROTO => drop(self.cursor.byte()?),
                opcode::MARK => {
                    self.budget.take(size_of::<usize>())?;
                    self.marks.push(self.stack.len());
                }
                opcode::NONE => self.push(Value::Other)?,
                opcode::NEWTRUE => self.push(Value::Bool(true))?,
                opcode::NEWFALSE => self.push(Value::Bool(false))?,
                opcode::BINFLOAT => {
                    self.cursor.take(8)?;
                    self.push(Value::Other)?;
                }
                opcode::BININT1 => self.int::<1>()?,
                opcode::BININT2 => self.int::<2>()?,
                opcode::BININT => self.int::<4>()?,
                opcode::LONG1 => self.long()?,
                opcode::BINUNICODE => {
                    let length = self.cursor.u32()? as usize;
                    self.text(length)?;
                }
                opcode::SHORT_BINSTRING => {
                    let length = self.cursor.byte()?.into();
                    self.text(length)?;
                }
                opcode::EMPTY_TUPLE => self.push(Value::Tuple(vec![]))?,
                opcode::TUPLE1 => self.tuple(1)?,
                opcode::TUPLE2 => self.tuple(2)?,
                opcode::TUPLE3 => self.tuple(3)?,
                opcode::TUPLE => {
                    let items = self.pop_to_mark()?;
                    self.push(Value::Tuple(items))?;
                }
                opcode::EMPTY_DICT => self.push(Value::Dict(vec![]))?,
                opcode::SETITEM => {
                    let items = self.pop_many(2)?;
                    self.set_items(&items)?;
                }
                opcode::SETITEMS => {
                    let items = self.pop_to_mark()?;
                    self.set_items(&items)?;
                }
                opcode::EMPTY_LIST => self.push(Value::List(vec![]))?,
                opcode::APPEND => {
                    let items = self.pop_many(1)?;
                    self.append(&items)?;
                }
                opcode::APPENDS => {
                    let items = self.pop_to_mark()?;
                    self.append(&items)?;
                }
                opcode::BINPUT => {
                    let slot = self.cursor.byte()?.into();
                    self.remember(slot)?;
                }
                opcode::LONG_BINPUT => {
                    let slot = self.cursor.u32()?;
                    self.remember(slot)?;
                }
                opcode::BINGET => {
                    let slot = self.cursor.byte()?.into();
                    self.recall(slot)?;
                }
                opcode::LONG_BINGET => {
                    let slot = self.cursor.u32()?;
                    self.recall(slot)?;
                }
                opcode::GLOBAL => self.global()?,
                opcode::BINPERSID => self.persistent_id()?,
                opcode::REDUCE => self.reduce()?,
                // It sets attributes; those of a state dict (`_metadata`) are no weights.
                opcode::BUILD => drop(self.pop()?),
                opcode => return Err(PickleError::Opcode { opcode, at }),
            }
        }
    }

    fn malformed<T>(&self) -> Result<T, PickleError> {
        Err(self.cursor.malformed())
    }

    /// Pushes a new value. What a list, tuple or dictionary holds was on the stack, and counted there.
    fn push(&mut self, value: Value) -> Result<(), PickleError> {
        self.budget.take(size_of::<Value>())?;
        self.push_id(self.values.len())?;
        self.values.push(value);
        Ok(())
    }

    fn push_id(&mut self, id: Id) -> Result<(), PickleError> {
        // Once for the stack, and once for what takes it from there.
        self.budget.take(2 * size_of::<Id>())?;
        self.stack.push(id);
        Ok(())
    }

    fn text(&mut self, length: usize) -> Result<(), PickleError> {
        let text = self.cursor.text(length)?;
        self.budget.take(length)?;
        self.push(Value::Text(text.into()))
    }

    fn pop(&mut self) -> Result<Id, PickleError> {
        self.stack.pop().map_or_else(|| self.malformed(), Ok)
    }

    fn pop_many(&mut self, count: usize) -> Result<Vec<Id>, PickleError> {
        match self.stack.len().checked_sub(count) {
            Some(height) => Ok(self.stack.split_off(height)),
            None => self.malformed(),
        }
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Id>, PickleError> {
        match self.marks.pop() {
            Some(height) if height <= self.stack.len() => Ok(self.stack.split_off(height)),
            _ => self.malformed(),
        }
    }

    /// A little-endian integer of `N` bytes; the shorter ones are unsigned, that of four is signed.
    fn int<const N: usize>(&mut self) -> Result<(), PickleError> {
        let mut bytes = [0; 4];
        bytes[..N].copy_from_slice(self.cursor.take(N)?);
        self.push(Value::Int(i32::from_le_bytes(bytes).into()))
    }

    /// LONG1: a little-endian two's complement integer with its length before it.
    fn long(&mut self) -> Result<(), PickleError> {
        let length = usize::from(self.cursor.byte()?);
        let taken = self.cursor.take(length)?;
        if length > 8 {
            return self.malformed();
        }
        let negative = taken.last().is_some_and(|&byte| byte >= 0x80);
        let mut bytes = [if negative { 0xff } else { 0 }; 8];
        bytes[..length].copy_from_slice(taken);
        self.push(Value::Int(i64::from_le_bytes(bytes)))
    }

    fn tuple(&mut self, count: usize) -> Result<(), PickleError> {
        let items = self.pop_many(count)?;
        self.push(Value::Tuple(items))
    }

    fn set_items(&mut self, items: &[Id]) -> Result<(), PickleError> {
        let (pairs, odd) = items.as_chunks::<2>();
        let top = self.stack.last().copied();
        match top.map(|id| &mut self.values[id]) {
            Some(Value::Dict(entries)) if odd.is_empty() => {
                entries.extend(pairs.iter().map(|&[key, value]| (key, value)));
                Ok(())
            }
            _ => self.malformed(),
        }
    }

    fn append(&mut self, items: &[Id]) -> Result<(), PickleError> {
        match self.stack.last().map(|&id| &mut self.values[id]) {
            Some(Value::List(list)) => {
                list.extend(items);
                Ok(())
            }
            _ => self.malformed(),
        }
    }

    fn remember(&mut self, slot: u32) -> Result<(), PickleError> {
        let Some(&id) = self.stack.last() else { return self.malformed() };
        self.budget.take(2 * size_of::<(u32, Id)>())?;
        self.memo.insert(slot, id);
        Ok(())
    }

    fn recall(&mut self, slot: u32) -> Result<(), PickleError> {
        let Some(&id) = self.memo.get(&slot) else { return self.malformed() };
        self.push_id(id)
    }

    fn global(&mut self) -> Result<(), PickleError> {
        let module = self.cursor.line()?;
        let name = self.cursor.line()?;
        let global = Global::named(module, name)
            .ok_or_else(|| PickleError::Global { name: format!("{module}.{name}") })?;
        self.push(Value::Global(global))
    }

    /// BINPERSID: `('storage', class, key, device, number of elements)`; the format before PyTorch 1.6
    /// has `None` after that, or else what makes the storage a part of another one, which no state
    /// dict has.
    fn persistent_id(&mut self) -> Result<(), PickleError> {
        let id = self.pop()?;
        let Value::Tuple(items) = &self.values[id] else { return self.malformed() };
        let [_, class, key, _, _, ref part @ ..] = items[..] else { return self.malformed() };
        if part.iter().any(|&id| self.values[id] != Value::Other) {
            return self.malformed();
        }
        match (&self.values[class], &self.values[key]) {
            (&Value::Global(Global::Storage(data_type)), Value::Text(key)) => {
                let key = key.clone();
                self.push(Value::Storage { data_type, key })
            }
            _ => self.malformed(),
        }
    }

    /// REDUCE: constructs what one of the known functions would from its arguments.
    fn reduce(&mut self) -> Result<(), PickleError> {
        let [function, arguments] = self.pop_many(2)?[..] else { return self.malformed() };
        let Value::Tuple(arguments) = &self.values[arguments] else { return self.malformed() };
        match (&self.values[function], &arguments[..]) {
            (Value::Global(Global::OrderedDict), []) => self.push(Value::Dict(vec![])),
            // As Python 2 pickles it.
            (Value::Global(Global::OrderedDict), &[pairs]) => {
                let Value::List(pairs) = &self.values[pairs] else { return self.malformed() };
                // The list may be used again.
                self.budget.take(pairs.len() * size_of::<(Id, Id)>())?;
                match self.pairs(pairs) {
                    Some(entries) => self.push(Value::Dict(entries)),
                    None => self.malformed(),
                }
            }
            (Value::Global(Global::RebuildParameter), &[tensor, ..]) => self.push_id(tensor),
            (Value::Global(Global::RebuildTensor), &[storage, offset, shape, stride, ..]) => {
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
