//! Many clients, slow clients, hostile files, and the end in the midst of it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Barrier;
use std::thread;

use super::client::{ask, reply, request};
use super::server::Served;

/// How many requests each client sends; a long run sets another number (`OFFSHELF_REQUESTS`).
fn n_requests() -> usize {
    std::env::var("OFFSHELF_REQUESTS").map_or(4, |n| n.parse().unwrap())
}

/// The most memory that the process had in kB, of its own, at this moment.
fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

#[test]
fn many_clients_are_answered_beside_slow_ones_and_hostile_files() {
    let served = Served::new();
    let picture = fs::read(served.images().join("red/002.png")).unwrap();
    // They say that more will come, and keep silent.
    let mut slow: Vec<TcpStream> =
        (0..16).map(|_| TcpStream::connect(&served.address).unwrap()).collect();
    for stream in &mut slow {
        let head = request(&served.address, "POST", "/predict", &[], picture.len());
        stream.write_all(&head).unwrap();
        stream.write_all(&picture[..10]).unwrap();
    }
    let clients = 32;
    let before = resident(served.process_id());
    let ended: Vec<u16> = thread::scope(|scope| {
        let client = || {
            let statuses = (0..n_requests()).map(|_| {
                let reply = ask(&served.address, "POST", "/predict", &[], &picture).unwrap();
                if reply.status == 200 {
                    assert_eq!(reply.json()["predictions"][0]["prediction"], "red");
                }
                reply.status
            });
            statuses.collect::<Vec<u16>>()
        };
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    let after = resident(served.process_id());
    assert!(ended.iter().all(|status| *status == 200), "{ended:?}");
    println!("{} requests; {before} kB before, {after} kB after", ended.len());

    for file in hostile(&picture) {
        let reply = served.post("/predict", &[], &file);
        assert!((400..500).contains(&reply.status), "{reply:?}");
        assert!(!reply.error().is_empty());
    }
    // The slow ones come to an end, too; those that were silent for too long are told so, or find nobody there.
    for mut stream in slow {
        let _ = stream.write_all(&picture[10..]);
        if let Ok(reply) = reply(&mut stream) {
            assert!(reply.status == 200 || reply.error().contains("in time"), "{reply:?}");
        }
    }
}

/// Files that are no pictures, or say what is not true.
fn hostile(picture: &[u8]) -> Vec<Vec<u8>> {
    let mut files: Vec<Vec<u8>> = vec![
        b"GIF89a".to_vec(),
        b"\x89PNG\r\n\x1a\n".to_vec(),
        b"\xff\xd8\xff\xe0".to_vec(),
        b"RIFF\xff\xff\xff\xffWEBP".to_vec(),
        b"II*\0\xff\xff\xff\xff".to_vec(),
        b"P6 99999 99999 255\n".to_vec(),
        vec![0; 1 << 16],
    ];
    // A header that asks for 2^31 - 1 pixels a side.
    let mut huge = picture.to_vec();
    huge[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    files.push(huge);
    files.extend((8..picture.len().min(60)).step_by(7).map(|n| picture[..n].to_vec()));
    files
}

#[test]
fn what_finds_no_room_in_the_queue_may_try_again() {
    let served = Served::with(&["--queue", "2"], &[]);
    let picture = fs::read(served.images().join("red/002.png")).unwrap();
    let (kind, three) = super::client::form(&[
        ("a", picture.clone()),
        ("b", picture.clone()),
        ("c", picture.clone()),
    ]);
    let reply = served.post("/predict", &[("content-type", &kind)], &three);
    assert_eq!((reply.status, reply.error().contains("send fewer at a time")), (413, true));

    let clients = 24;
    let start = Barrier::new(clients);
    let mut ended: BTreeMap<u16, usize> = BTreeMap::new();
    thread::scope(|scope| {
        let client = || {
            start.wait();
            let reply = served.post("/predict", &[], &picture);
            if reply.status == 503 {
                assert_eq!(reply.header("retry-after"), "1");
            }
            reply.status
        };
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
        for client in clients {
            *ended.entry(client.join().unwrap()).or_default() += 1;
        }
    });
    assert_eq!(ended.values().sum::<usize>(), clients);
    assert!(ended.keys().all(|status| [200, 503].contains(status)), "{ended:?}");
    assert!(ended[&200] >= 1 && ended[&503] >= 1, "{ended:?}");
    assert_eq!(served.post("/predict", &[], &picture).status, 200, "there is room again");
}

#[test]
fn the_end_comes_after_the_requests_at_hand() {
    let mut served = Served::new();
    let picture = fs::read(served.images().join("red/002.png")).unwrap();
    let address = served.address.clone();
    let clients = 12;
    // All of each request but its last byte is there: it is accepted.
    let mut accepted: Vec<TcpStream> =
        (0..clients).map(|_| TcpStream::connect(&address).unwrap()).collect();
    for stream in &mut accepted {
        stream.write_all(&request(&address, "POST", "/predict", &[], picture.len())).unwrap();
        stream.write_all(&picture[..picture.len() - 1]).unwrap();
    }
    // An answered request came later than they did: the service has read their heads.
    while !served.get("/metrics").body.is_empty() && !is_busy(&served, clients) {}
    let ended = std::process::Command::new("kill").arg(served.process_id().to_string()).status();
    assert!(ended.unwrap().success());
    for mut stream in accepted {
        stream.write_all(&picture[picture.len() - 1..]).unwrap();
        assert_eq!(reply(&mut stream).unwrap().status, 200);
    }
    assert_eq!(served.wait(), Some(0));
    assert!(TcpStream::connect(&address).is_err());
}

/// Whether the service has taken the connections of `clients`: it holds as many sockets and more.
fn is_busy(served: &Served, clients: usize) -> bool {
    let folder = format!("/proc/{}/fd", served.process_id());
    let Ok(files) = fs::read_dir(folder) else { return true };
    let sockets = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    sockets.filter(|target| target.to_string_lossy().starts_with("socket:")).count() > clients
}
