//! What separates the cells of a row.

use std::fmt;
use std::str::FromStr;

use crate::error::TableError;
use crate::records::Records;

/// What separates the cells of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`, which spreadsheets write where the comma is the sign of decimals.
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Bar,
}

impl Separator {
    const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Bar];

    pub(crate) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }

    /// The one by which the `first` line has all columns that are `wanted`; the only one in it where none does.
    pub(crate) fn of(first: &[u8], wanted: &[&str]) -> Result<Self, TableError> {
        let cells = |separator: &Self| {
            let cells = Records::new(first, *separator).next();
            cells.ok().flatten().map(|record| record.cells).unwrap_or_default()
        };
        let finds = |separator: &Self| {
            let cells = cells(separator);
            wanted.iter().all(|wanted| cells.iter().any(|cell| cell == wanted))
        };
        let divide: Vec<Self> =
            Self::ALL.into_iter().filter(|separator| cells(separator).len() > 1).collect();
        let mut fitting = divide.clone();
        fitting.retain(finds);
        match (fitting.as_slice(), divide.as_slice()) {
            ([one], _) | ([], [one]) => Ok(*one),
            ([], _) => Ok(Self::Comma),
            _ => Err(TableError::Ambiguous(fitting)),
        }
    }
}

impl fmt::Display for Separator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Comma => "`,`",
            Self::Semicolon => "`;`",
            Self::Tab => "a tab",
            Self::Bar => "`|`",
        })
    }
}

impl FromStr for Separator {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "comma" => Ok(Self::Comma),
            "semicolon" => Ok(Self::Semicolon),
            "tab" => Ok(Self::Tab),
            "bar" => Ok(Self::Bar),
            _ => Err(()),
        }
    }
}
