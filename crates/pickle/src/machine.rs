//! The stack machine.

use std::collections::HashMap;

use super::cursor::Cursor;
use super::error::PickleError;
use super::limits::PICKLE_MEMORY;
use super::opcode;
use super::value::{Global, Id, Object, Value};

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
    /// The first class or function that it names and that is not known here.
    pub(super) foreign: Option<String>,
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
        foreign: None,
    };
    let root = machine.run()?;
    let Machine { cursor, values, budget, foreign, .. } = machine;
    Ok(Finished { values, root, length: cursor.position(), budget, foreign })
}

pub(super) struct Machine<'a> {
    cursor: Cursor<'a>,
    pub(super) values: Vec<Value>,
    pub(super) stack: Vec<Id>,
    /// Heights of the stack at each open `MARK`.
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
    pub(super) budget: Budget,
    foreign: Option<String>,
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
                opcode::BINFLOAT => self.carried(8)?,
                opcode::BININT1 => self.int::<1>()?,
                opcode::BININT2 => self.int::<2>()?,
                opcode::BININT => self.int::<4>()?,
                opcode::LONG1 => {
                    let length = self.cursor.byte()?.into();
                    self.long(length)?;
                }
                opcode::LONG4 => {
                    let length = self.cursor.u32()? as usize;
                    self.long(length)?;
                }
                opcode::BINUNICODE => {
                    let length = self.cursor.u32()? as usize;
                    self.text(length)?;
                }
                opcode::SHORT_BINUNICODE => {
                    let length = self.cursor.byte()?.into();
                    self.text(length)?;
                }
                opcode::BINUNICODE8 => {
                    let length = self.cursor.length()?;
                    self.text(length)?;
                }
                opcode::SHORT_BINSTRING => {
                    let length = self.cursor.byte()?.into();
                    self.text_or_bytes(length)?;
                }
                opcode::BINSTRING => {
                    let length = self.cursor.u32()? as usize;
                    self.text_or_bytes(length)?;
                }
                opcode::SHORT_BINBYTES => {
                    let length = self.cursor.byte()?.into();
                    self.carried(length)?;
                }
                opcode::BINBYTES => {
                    let length = self.cursor.u32()? as usize;
                    self.carried(length)?;
                }
                opcode::BINBYTES8 | opcode::BYTEARRAY8 => {
                    let length = self.cursor.length()?;
                    self.carried(length)?;
                }
                opcode::POP => drop(self.pop()?),
                opcode::DUP => {
                    let Some(&top) = self.stack.last() else { return self.malformed() };
                    self.push_id(top)?;
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
                // Sets hold nothing that is of use here.
                opcode::EMPTY_SET => self.push(Value::List(vec![]))?,
                opcode::ADDITEMS => drop(self.pop_to_mark()?),
                opcode::FROZENSET => {
                    self.pop_to_mark()?;
                    self.push(Value::Other)?;
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
                opcode::MEMOIZE => {
                    let slot = self.memo.len() as u32;
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
                // What follows is read as it comes: how long it is does not matter.
                opcode::FRAME => drop(self.cursor.length()?),
                opcode::GLOBAL => {
                    let (module, name) = (self.cursor.line()?, self.cursor.line()?);
                    self.global(module, name)?;
                }
                opcode::STACK_GLOBAL => self.stack_global()?,
                opcode::BINPERSID => self.persistent_id()?,
                opcode::REDUCE => self.reduce()?,
                opcode::NEWOBJ => self.object(2)?,
                opcode::NEWOBJ_EX => self.object(3)?,
                opcode::BUILD => self.build()?,
                opcode => return Err(PickleError::Opcode { opcode, at }),
            }
        }
    }

    pub(super) fn malformed<T>(&self) -> Result<T, PickleError> {
        Err(self.cursor.malformed())
    }

    /// Pushes a new value. What a list, tuple or dictionary holds was on the stack, and counted there.
    pub(super) fn push(&mut self, value: Value) -> Result<(), PickleError> {
        self.budget.take(size_of::<Value>())?;
        self.push_id(self.values.len())?;
        self.values.push(value);
        Ok(())
    }

    pub(super) fn push_id(&mut self, id: Id) -> Result<(), PickleError> {
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

    /// Bytes that are text where they are UTF-8: Python 2 did not tell the two apart.
    fn text_or_bytes(&mut self, length: usize) -> Result<(), PickleError> {
        let bytes = self.cursor.take(length)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                self.budget.take(length)?;
                self.push(Value::Text(text.into()))
            }
            Err(_) => self.push(Value::Other),
        }
    }

    /// A value of so many bytes, which are not needed.
    fn carried(&mut self, length: usize) -> Result<(), PickleError> {
        self.cursor.take(length)?;
        self.push(Value::Other)
    }

    pub(super) fn pop(&mut self) -> Result<Id, PickleError> {
        self.stack.pop().map_or_else(|| self.malformed(), Ok)
    }

    pub(super) fn pop_many(&mut self, count: usize) -> Result<Vec<Id>, PickleError> {
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

    /// LONG1 and LONG4: a little-endian two's complement integer. The seeds of random numbers are long ones.
    fn long(&mut self, length: usize) -> Result<(), PickleError> {
        let taken = self.cursor.take(length)?;
        if length > 8 {
            return self.push(Value::Other);
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
            Some(Value::Dict(entries) | Value::Object(Object { items: entries, .. }))
                if odd.is_empty() =>
            {
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
            // Some kind of list.
            Some(Value::Object(_)) => Ok(()),
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

    pub(super) fn global(&mut self, module: &str, name: &str) -> Result<(), PickleError> {
        let global = Global::named(module, name);
        if global == Global::Foreign && self.foreign.is_none() {
            self.foreign = Some(format!("{module}.{name}"));
        }
        self.push(Value::Global(global))
    }
}
