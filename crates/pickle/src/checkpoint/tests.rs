use super::*;

use std::io::Read;
use std::path::Path;

/// The pickle of a state dict that PyTorch wrote.
fn pickle() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../weights/tests/reference/weights/torchvision.pth");
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut bytes = Vec::new();
    archive.by_name("torchvision/data.pkl").unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// The tensors of a checkpoint, by name.
type Tensors = Vec<(String, Rc<StridedTensor>)>;

fn read(bytes: &[u8]) -> Result<Tensors, PickleError> {
    read_checkpoint(bytes).map(|checkpoint| checkpoint.tensors)
}

#[test]
fn a_state_dict_maps_names_to_windows_on_storages() {
    let entries = read(&pickle()).unwrap();
    let names: Vec<_> = entries.iter().map(|(name, _)| &**name).collect();
    assert_eq!(
        names,
        [
            "features.0.weight",
            "features.0.bias",
            "features.2.weight",
            "features.2.bias",
            "classifier.0.weight"
        ]
    );
    let tensor = |index: usize| entries[index].1.clone();
    assert_eq!(
        (&tensor(0).shape[..], &tensor(0).stride[..]),
        (&[4, 3, 3, 3][..], &[1, 4, 36, 12][..])
    );
    // Both biases are windows on one storage.
    assert_eq!((&tensor(1).shape[..], tensor(1).offset), (&[4][..], 5));
    assert_eq!((&tensor(3).shape[..], tensor(3).offset), (&[8][..], 9));
    assert_eq!(tensor(1).storage, tensor(3).storage);
}

#[test]
fn a_pickle_cut_anywhere_is_truncated() {
    let pickle = pickle();
    for length in 0..pickle.len() {
        assert_eq!(read(&pickle[..length]), Err(PickleError::Truncated), "{length}");
    }
}

#[test]
fn no_altered_byte_makes_the_reader_panic() {
    let pickle = pickle();
    let mut refused = 0;
    for at in 0..pickle.len() {
        for flip in [0x01, 0x20, 0x80, 0xff] {
            let mut altered = pickle.clone();
            altered[at] ^= flip;
            refused += usize::from(read(&altered).is_err());
        }
    }
    assert!(refused > pickle.len(), "{refused} of {} were refused", 4 * pickle.len());
}

#[test]
fn any_other_global_is_named_and_never_run() {
    let checkpoint = read_checkpoint(b"\x80\x02cbuiltins\neval\n(X\x01\x00\x00\x001tR.").unwrap();
    assert_eq!(checkpoint.foreign.as_deref(), Some("builtins.eval"));
    assert!(checkpoint.tensors.is_empty());
}

#[test]
fn an_unknown_instruction_is_named_with_its_place() {
    let error = read(b"\x80\x04\xff").unwrap_err();
    assert_eq!(
        error.to_string(),
        "is no checkpoint that can be read: its pickle has the unknown instruction 0xff at byte 2"
    );
}

#[test]
fn instructions_without_their_operands_are_malformed() {
    let pickles: [&[u8]; 8] = [
        b".",                                  // nothing to return
        b"h\x00.",                             // nothing remembered there
        b"q\x00.",                             // nothing to remember
        b"u.",                                 // no mark
        b"}(K\x01u.",                          // a key without a value
        b"ccollections\nOrderedDict\nK\x01R.", // arguments that are no tuple
        b"K\x01K\x02\x86Q.",                   // an identifier that is no storage's
        b"X\x01\x00\x00\x00\xff.",             // text that is not UTF-8
    ];
    for pickle in pickles {
        let error = read(pickle).unwrap_err();
        assert!(matches!(error, PickleError::Malformed { .. }), "{pickle:?}: {error}");
    }
}

#[test]
fn a_dictionary_of_python_2_is_a_list_of_pairs() {
    let pickle = b"\x80\x02ccollections\nOrderedDict\n](](U\x01aK\x01ee\x85R.";
    assert_eq!(read(pickle), Ok(vec![]));
    // A list of three is no pair.
    let pickle = b"\x80\x02ccollections\nOrderedDict\n](](U\x01aK\x01K\x02ee\x85R.";
    assert!(matches!(read(pickle), Err(PickleError::Malformed { .. })));
}

/// {"a": _rebuild_tensor(FloatStorage "0" of two elements, 0, (2,), (1,))}, where the storage is
/// a part of another one or, with `N` (None), is not.
fn tensor_of_2017(part: &str) -> Vec<u8> {
    let begin = "}X\x01\x00\x00\x00actorch._utils\n_rebuild_tensor\n((X\x07\x00\x00\x00storage\
        ctorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x02";
    let end = "tQK\x00K\x02";
    let mut pickle = format!("{begin}{part}{end}").into_bytes();
    pickle.extend_from_slice(b"\x85K\x01\x85tRs.");
    pickle
}

#[test]
fn a_tensor_of_2017_is_rebuilt() {
    let entries = read(&tensor_of_2017("N")).unwrap();
    let tensor = entries[0].1.clone();
    assert_eq!((&tensor.shape[..], &tensor.stride[..], tensor.offset), (&[2][..], &[1][..], 0));
}

#[test]
fn a_storage_that_is_a_part_of_another_is_refused() {
    let error = read(&tensor_of_2017("K\x01")).unwrap_err();
    assert!(matches!(error, PickleError::Malformed { .. }), "{error}");
}

#[test]
fn what_follows_a_pickle_is_left() {
    let bytes = b"\x80\x02}U\x01a\x88s.\x80\x02](U\x010e.rest";
    let (truth, rest) = read_truth(bytes, "a").unwrap();
    assert_eq!((truth, read_texts(rest)), (Some(true), Ok((vec!["0".into()], &b"rest"[..]))));
}

#[test]
fn a_negative_size_is_malformed() {
    // _rebuild_tensor_v2(FloatStorage "0", 0, (-1,), (1,))
    let pickle = b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storage\
        ctorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x01tQ\
        K\x00J\xff\xff\xff\xff\x85K\x01\x85tR.";
    assert!(matches!(read(pickle), Err(PickleError::Malformed { .. })));
}

#[test]
fn tuples_of_tuples_do_not_grow_beyond_the_pickle() {
    // Each round makes a pair of twice the last value: 2^64 leaves, were they copied.
    let mut pickle = b"}q\x00".to_vec();
    for _ in 0..64 {
        pickle.extend_from_slice(b"q\x01h\x01\x86");
    }
    pickle.extend_from_slice(b"h\x00.");
    assert_eq!(read(&pickle), Ok(vec![]));
}

/// What is used many times over takes no more memory each time, or is counted.
#[test]
fn what_a_small_pickle_makes_of_itself_is_limited() {
    let tensor = {
        let mut pickle = tensor_of_2017("N");
        pickle.truncate(pickle.len() - 2);
        pickle
    };
    let many = |n: usize, instructions: &[u8]| instructions.repeat(n);
    // A shape of very many dimensions, and a tensor with it each time.
    let sizes = [b"(", &many(200_000, b"K\x01")[..], b"tq\x01"].concat();
    let shapes = [
        &b"ctorch._utils\n_rebuild_tensor\nq\x02"[..],
        &tensor,
        &sizes,
        &many(200_000, b"h\x02(K\x00K\x00h\x01h\x01tR"),
        b".",
    ];
    assert!(matches!(
        read(&shapes.concat()),
        Err(PickleError::Malformed { .. } | PickleError::TooLarge { .. })
    ));
    // A list of very many pairs, and a dictionary of it each time.
    let pairs = [
        &b"](K\x01K\x02eq\x00]("[..],
        &many(200_000, b"h\x00"),
        b"e\x85q\x01ccollections\nOrderedDict\nq\x02",
        &many(200_000, b"h\x02h\x01R"),
        b".",
    ];
    let too_large = PickleError::TooLarge { limit: crate::limits::PICKLE_MEMORY };
    assert_eq!(read(&pairs.concat()), Err(too_large.clone()));
    // Values, references to one, and marks.
    for instructions in [&b"N"[..], b"K\x01", b"(", b"}", b")", b"h\x00"] {
        let pickle = [&b"Nq\x00"[..], &many(20_000_000, instructions), b"."].concat();
        assert_eq!(read(&pickle), Err(too_large.clone()), "{instructions:?}");
    }
    // A name that is very long, or long and very often used.
    let named = |length: u32, n: usize| {
        let name = "n".repeat(length as usize);
        let text = [b"X", &length.to_le_bytes()[..], name.as_bytes(), b"q\x00"].concat();
        // The tensor without the dictionary around it.
        let tensor = [&tensor_of_2017("N")[7..tensor.len()], b"q\x01"].concat();
        read(&[&text, &tensor, &b"}("[..], &many(n, b"h\x00h\x01"), b"u."].concat())
    };
    assert_eq!(named(1000, 1).unwrap().len(), 1);
    assert_eq!(named(1000, 1_000_000), Err(too_large));
    assert!(matches!(named(1 << 20, 1), Err(PickleError::Malformed { .. })));
}

#[test]
fn values_at_very_many_places_and_in_circles_are_not_followed_for_ever() {
    // Pairs of pairs, 2^40 leaves; and a list that is in itself.
    let mut pickle = b"}q\x00".to_vec();
    for _ in 0..40 {
        pickle.extend_from_slice(b"h\x00h\x00\x86q\x00");
    }
    pickle.push(b'.');
    assert!(matches!(read(&pickle), Err(PickleError::TooLarge { .. })));
    assert!(matches!(read(b"]q\x00h\x00a."), Err(PickleError::Malformed { .. })));
}

/// `{"net": <object of a class, with {"_modules": {"conv": <object with {"_parameters": {"bias": tensor}}>}}>}`
#[test]
fn tensors_are_found_in_objects_of_unknown_classes() {
    let tensor = tensor_of_2017("N");
    let tensor = &tensor[7..tensor.len() - 2];
    let text =
        |text: &str| [b"X", &(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat();
    let object =
        |key: &str, value: &[u8]| [&b"cnets\nNet\n)\x81}"[..], &text(key), value, b"sb"].concat();
    let within = |key: &str, value: &[u8]| [&b"}"[..], &text(key), value, b"s"].concat();
    let conv = object("_parameters", &within("bias", tensor));
    let net = object("_modules", &within("conv", &conv));
    let pickle = [&within("net", &net)[..], b"."].concat();
    let checkpoint = read_checkpoint(&pickle).unwrap();
    assert_eq!(checkpoint.foreign.as_deref(), Some("nets.Net"));
    assert_eq!(checkpoint.tensors[0].0, "net.conv.bias");
}
