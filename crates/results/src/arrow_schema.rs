//! Arrow's own description of columns, which Parquet files carry under `ARROW:schema`: a message of Arrow's IPC format
//! (Schema.fbs and Message.fbs of Apache Arrow), in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flatbuffers::{FlatBufferBuilder, TableFinishedWIPOffset, UnionWIPOffset, VOffsetT, WIPOffset};

/// A column.
pub(crate) struct ArrowField<'a> {
    pub(crate) name: &'a str,
    pub(crate) nullable: bool,
    pub(crate) of: ArrowType,
}

/// What a column holds.
#[derive(Clone, Copy)]
pub(crate) enum ArrowType {
    Text,
    Int32,
    /// Lists of so many 32-bit floats.
    Floats(i32),
}

type Table = WIPOffset<TableFinishedWIPOffset>;

/// Version 5 of the metadata, the one since Arrow 1.0.
const METADATA_VERSION: i16 = 4;

/// A message that is a schema.
const SCHEMA: u8 = 1;

/// Numbers of types in the union `Type`.
const INT: u8 = 2;
const FLOATING_POINT: u8 = 3;
const UTF8: u8 = 5;
const FIXED_SIZE_LIST: u8 = 16;

/// `FloatingPoint.precision` of 32 bits.
const SINGLE: i16 = 1;

/// Where the field number `number` of a table stands.
const fn slot(number: VOffsetT) -> VOffsetT {
    4 + 2 * number
}

/// The message that describes `fields`, in base64.
pub(crate) fn arrow_schema(fields: &[ArrowField<'_>]) -> String {
    let mut builder = FlatBufferBuilder::new();
    let fields: Vec<Table> = fields
        .iter()
        .map(|field| match field.of {
            ArrowType::Floats(size) => {
                let kind = builder.start_table();
                builder.push_slot_always(slot(0), SINGLE);
                let kind = builder.end_table(kind);
                let element =
                    add_field(&mut builder, "element", false, (FLOATING_POINT, kind), &[]);
                let kind = builder.start_table();
                builder.push_slot_always(slot(0), size);
                let kind = (FIXED_SIZE_LIST, builder.end_table(kind));
                add_field(&mut builder, field.name, field.nullable, kind, &[element])
            }
            ArrowType::Text => {
                let kind = builder.start_table();
                let kind = (UTF8, builder.end_table(kind));
                add_field(&mut builder, field.name, field.nullable, kind, &[])
            }
            ArrowType::Int32 => {
                let kind = builder.start_table();
                builder.push_slot_always(slot(0), 32_i32);
                builder.push_slot_always(slot(1), true);
                let kind = (INT, builder.end_table(kind));
                add_field(&mut builder, field.name, field.nullable, kind, &[])
            }
        })
        .collect();
    let fields = builder.create_vector(&fields);
    let schema = builder.start_table();
    builder.push_slot_always(slot(1), fields);
    let schema = builder.end_table(schema);
    let message = builder.start_table();
    builder.push_slot_always(slot(0), METADATA_VERSION);
    builder.push_slot_always(slot(1), SCHEMA);
    builder.push_slot_always(slot(2), schema);
    builder.push_slot_always(slot(3), 0_i64);
    let message = builder.end_table(message);
    builder.finish_minimal(message);
    STANDARD.encode(encapsulated(builder.finished_data()))
}

/// A `Field` of the type with this number and table.
fn add_field(
    builder: &mut FlatBufferBuilder<'_>,
    name: &str,
    nullable: bool,
    (number, kind): (u8, Table),
    children: &[Table],
) -> Table {
    let name = builder.create_string(name);
    let children = builder.create_vector(children);
    let kind: WIPOffset<UnionWIPOffset> = kind.as_union_value();
    let field = builder.start_table();
    builder.push_slot_always(slot(0), name);
    builder.push_slot_always(slot(1), nullable);
    builder.push_slot_always(slot(2), number);
    builder.push_slot_always(slot(3), kind);
    builder.push_slot_always(slot(5), children);
    builder.end_table(field)
}

/// A message as it lies in a stream: a mark, its length, and itself, filled up to a multiple of 8 bytes.
fn encapsulated(message: &[u8]) -> Vec<u8> {
    let length = message.len().next_multiple_of(8);
    let mut bytes = vec![0xff; 4];
    bytes.extend((length as u32).to_le_bytes());
    bytes.extend(message);
    bytes.resize(8 + length, 0);
    bytes
}
