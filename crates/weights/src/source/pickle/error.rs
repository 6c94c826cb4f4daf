//! Why a pickle is not read.

/// Why a pickle was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PickleError {
    /// The pickle ends before its `STOP` instruction.
    #[error("its pickle is truncated")]
    Truncated,
    /// It names a function or class that a state dict has no use for.
    #[error(
        "its pickle names `{name}`, which no state dict needs and which is not executed\n\
         hint: in Python, torch.save(model.state_dict(), FILE) writes weights alone"
    )]
    Global {
        /// Module and name.
        name: String,
    },
    /// An instruction that pickled state dicts do not have.
    #[error("its pickle has the unknown instruction {opcode:#04x} at byte {at}")]
    Opcode {
        /// The instruction.
        opcode: u8,
        /// Its position.
        at: usize,
    },
    /// An instruction finds other values than it needs.
    #[error("its pickle is malformed at byte {at}")]
    Malformed {
        /// The position after the instruction.
        at: usize,
    },
}
