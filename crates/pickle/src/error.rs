//! Why a pickle is not read.

/// Why a pickle was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PickleError {
    /// The pickle ends before its `STOP` instruction.
    #[error("is damaged: its pickle is truncated")]
    Truncated,
    /// An instruction that `torch.save` does not write.
    #[error(
        "is no checkpoint that can be read: its pickle has the unknown instruction {opcode:#04x} at byte {at}"
    )]
    Opcode {
        /// The instruction.
        opcode: u8,
        /// Its position.
        at: usize,
    },
    /// It makes more of itself than any checkpoint.
    #[error("its pickle takes more than {} MB of memory, as no checkpoint does", limit >> 20)]
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
