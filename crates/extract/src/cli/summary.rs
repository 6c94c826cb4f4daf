//! `extract summary`.

use std::fmt::Write as _;

use backbone::{Backbone, SummaryRow, TooSmall, summary as rows};
use clap::Args;
use console::{Advised, ExitCode};
use serde_json::json;

/// Show the layers of a network: names, shapes and numbers of parameters, as Keras' model.summary()
/// does.
///
/// The names are those that --tap takes. Nothing is fetched or computed.
#[derive(Args)]
#[command(after_help = "\
Example:
  extract summary --backbone vgg16 --include-top")]
pub(crate) struct SummaryArguments {
    /// The network
    #[arg(long, default_value = "vgg16")]
    backbone: String,
    /// Width and height of the images in pixels [default: those of training]
    #[arg(long, value_name = "SIDE")]
    input: Option<u16>,
    /// Show the classifier, too
    #[arg(long)]
    include_top: bool,
    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn summary(arguments: &SummaryArguments) -> anyhow::Result<ExitCode> {
    let backbone = Backbone::named(&arguments.backbone)?;
    let side = arguments.input.map_or(backbone.side, usize::from);
    let rows = rows(&backbone, side, side, arguments.include_top)
        .map_err(|too_small| refused(&backbone, side, too_small))?;
    if arguments.json {
        console::document(&document(&backbone, side, &rows))?;
    } else {
        console::result(&table(&backbone, &rows))?;
    }
    Ok(ExitCode::Done)
}

fn refused(backbone: &Backbone, side: usize, TooSmall { node }: TooSmall) -> anyhow::Error {
    let layer = backbone.nodes[node].names.first().map_or("a layer", String::as_str);
    let (name, trained) = (&backbone.name, backbone.side);
    let message =
        format!("nothing of images of {side}x{side} pixels is left at `{layer}` of `{name}`");
    Advised::new(message, format!("it was trained with images of {trained}x{trained}")).into()
}

fn n_parameters(rows: &[SummaryRow]) -> usize {
    rows.iter().map(|row| row.n_parameters).sum()
}

fn table(backbone: &Backbone, rows: &[SummaryRow]) -> String {
    let cells: Vec<[String; 3]> = rows
        .iter()
        .map(|row| {
            let sizes: Vec<String> = row.shape.iter().map(usize::to_string).collect();
            let layer = format!("{} ({})", row.name, row.kind);
            [layer, format!("(None, {})", sizes.join(", ")), thousands(row.n_parameters)]
        })
        .collect();
    let head = ["Layer (type)", "Output Shape", "Param #"].map(str::to_owned);
    let width = |column: usize| {
        let lengths = cells.iter().chain([&head]).map(|row| row[column].len());
        lengths.max().unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2)];
    let line = |row: &[String; 3]| {
        let [layer, shape, n] = row;
        format!("{layer:<0$}  {shape:<1$}  {n:>2$}\n", widths[0], widths[1], widths[2])
    };
    let rule = "-".repeat(widths.iter().sum::<usize>() + 4);
    let mut text = format!("Model: \"{}\"\n{}{rule}\n", backbone.name, line(&head));
    cells.iter().for_each(|row| text.push_str(&line(row)));
    let n = n_parameters(rows);
    let mebibytes = n as f64 * 4.0 / f64::from(1 << 20);
    writeln!(text, "{rule}\nTotal params: {} ({mebibytes:.2} MB)", thousands(n))
        .expect("a string takes everything");
    writeln!(
        text,
        "Trainable params: 0 (0.00 B)\nNon-trainable params: {} ({mebibytes:.2} MB)",
        thousands(n)
    )
    .expect("a string takes everything");
    text
}

fn document(backbone: &Backbone, side: usize, rows: &[SummaryRow]) -> String {
    let layers: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({
                "name": row.name,
                "type": row.kind,
                "output_shape": row.shape,
                "n_parameters": row.n_parameters,
            })
        })
        .collect();
    let taps: Vec<&[String]> = backbone
        .nodes
        .iter()
        .filter(|node| !node.names.is_empty())
        .map(|node| &node.names[..])
        .collect();
    let document = json!({
        "format": "offshelf-extract-summary",
        "version": 1,
        "backbone": backbone.name,
        "input": [side, side, 3],
        "layers": layers,
        "n_parameters": n_parameters(rows),
        "taps": taps,
    });
    format!("{document:#}\n")
}

/// 14714688 as 14,714,688.
fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn digits_are_grouped_by_three() {
        let numbers = [0, 999, 1000, 14_714_688];
        assert_eq!(numbers.map(thousands), ["0", "999", "1,000", "14,714,688"]);
    }
}
