//! What happens when a file that is mapped into memory is cut short by somebody else: the system sends the
//! signal SIGBUS to whoever reads what is gone. Nothing can be read in its place, so the process ends, but
//! it says which file it was.
#![expect(unsafe_code, reason = "a signal handler is unsafe; see the safety comments below")]

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicUsize, Ordering};

/// Maps that are watched at a time. A process has a few; one more is not watched.
const N_SLOTS: usize = 64;

/// A map in memory, and what to say when it is lost.
struct Slot {
    /// Zero when the slot is free.
    start: AtomicUsize,
    end: AtomicUsize,
    message: AtomicPtr<String>,
}

static SLOTS: [Slot; N_SLOTS] = [const {
    Slot {
        start: AtomicUsize::new(0),
        end: AtomicUsize::new(0),
        message: AtomicPtr::new(ptr::null_mut()),
    }
}; N_SLOTS];

static EXIT_CODE: AtomicI32 = AtomicI32::new(1);

/// From now on, a process that reads a cache which somebody else has cut short says so on standard error
/// and exits with `code`, in place of dying of SIGBUS without a word. A program calls this, as it begins;
/// a library should not.
pub fn exit_when_a_cache_is_cut(code: i32) {
    EXIT_CODE.store(code, Ordering::Relaxed);
    // SAFETY: an action of zeros is valid, and its fields are set to what the system asks for: a handler with
    // three arguments, which calls nothing that may not be called in a handler.
    unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        action.sa_sigaction = handle as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigaction(libc::SIGBUS, &raw const action, ptr::null_mut());
    }
}

extern "C" fn handle(signal: c_int, info: *mut libc::siginfo_t, _context: *mut c_void) {
    // SAFETY: the system hands over a valid `info`. `write`, `_exit` and `signal` may be called in a handler;
    // messages are never freed, so that the string is there even if its map has just gone.
    unsafe {
        let address = (*info).si_addr() as usize;
        for slot in &SLOTS {
            let start = slot.start.load(Ordering::Acquire);
            if start != 0 && (start..slot.end.load(Ordering::Acquire)).contains(&address) {
                let message = &*slot.message.load(Ordering::Acquire);
                libc::write(libc::STDERR_FILENO, message.as_ptr().cast(), message.len());
                libc::_exit(EXIT_CODE.load(Ordering::Relaxed));
            }
        }
        // Some other memory: it fails again as this returns, and the process dies as it would have.
        libc::signal(signal, libc::SIG_DFL);
    }
}

/// Watches a map as long as it lives.
pub(crate) struct Watch(Option<&'static Slot>);

impl Watch {
    /// `map` is a part of the file `path`.
    pub(crate) fn new(map: &[u8], path: &Path) -> Self {
        let start = map.as_ptr() as usize;
        let slot = SLOTS.iter().find(|slot| {
            let taken = slot.end.compare_exchange(0, 1, Ordering::AcqRel, Ordering::Relaxed);
            taken.is_ok()
        });
        if let Some(slot) = slot {
            // A few short strings in the life of a process, which the handler may read at any time.
            let message = Box::leak(Box::new(format!(
                "error: `{}` was cut short while it was being read\nhint: extract it again\n",
                // It goes to a terminal, and the name may be anybody's.
                path.to_string_lossy().replace(char::is_control, "\u{fffd}")
            )));
            slot.message.store(message, Ordering::Release);
            slot.end.store(start + map.len(), Ordering::Release);
            slot.start.store(start, Ordering::Release);
        }
        Self(slot)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(slot) = self.0 {
            slot.start.store(0, Ordering::Release);
            slot.end.store(0, Ordering::Release);
        }
    }
}
