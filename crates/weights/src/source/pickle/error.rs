//! Why a pickle is not read.

/// Why a pickle was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PickleError {
    /// The pickle ends before its `STOP` instruction.
    #[error("is damaged: its pickle is truncated")]
    Truncated,
    /// It names a function or class that a state dict has no use for.
    #[error(
        "is no state dict: its pickle names `{name}`, which none needs and which is not executed\n\
         hint: in Python, torch.save(model.state_dict(), FILE) writes weights alone"
    )]
    Global {
        /// Module and name.
        name: String,
    },
    /// An instruction that pickled state dicts do not have.
    #[error("is no state dict: its pickle has the unknown instruction {opcode:#04x} at byte {at}")]
    Opcode {
        /// The instruction.
        opcode: u8,
        /// Its position.
        at: usize,
    },
    /// It makes more of itself than any state dict.
    #[error("its pickle takes more than {} MB of memory, as no state dict does", limit >> 20)]
    TooLarge {
        /// How many bytes it may take.
        limit: usize,
    },
    /// An instruction finds other values than it needs.
    #[error("is damaged: its pickle is malformed at byte {at}")]
    Malformed {
        /// The position after the instruction.
        at: usize,
    },
}
