/* usage: disturb REPORT ROOT PLAN -- COMMAND...

   Runs a command and looks at each of its system calls that concerns a file below the folder ROOT (a path without
   symbolic links) before it is made. The kernel asks (seccomp's user notification), so no call gets around it, whichever
   library makes it; a library to preload would miss those that Rust's crates make without the C library. PLAN is one of

     fail N ERROR once      call number N (from 1) fails with ERROR
     fail N ERROR lasting   so do all after it
     swap N PATH WITH       before call number N that names PATH, WITH is renamed to PATH
     cut N PATH -           before call number N, the second half of PATH is cut off

   ERROR is ENOSPC, of which calls are counted that can need space, or EIO, of which all are. With N = 0 calls are counted,
   and that is all. REPORT gets a line for each call that was counted, with `!` before those that were interfered with.
   Ends as the command does, by the same signal if by one; with code 125 where the kernel has no such notification. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the arguments of a call are: each letter is one. `p` is a path below the working folder, `a` the folder of the
   path that comes next, `f` an open file, `c` flags that may create a file. */
struct call { int number; const char *name, *arguments; int takes_space; };

#define CALL(name, arguments, takes_space) {SYS_##name, #name, arguments, takes_space}
static const struct call CALLS[] = {
#ifdef SYS_open /* the calls that newer machines lack */
    CALL(open, "pc", 0), CALL(creat, "p", 1), CALL(mkdir, "p", 1), CALL(rename, "pp", 1), CALL(link, "pp", 1),
    CALL(symlink, "-p", 1), CALL(unlink, "p", 0), CALL(rmdir, "p", 0), CALL(stat, "p", 0), CALL(lstat, "p", 0),
    CALL(readlink, "p", 0), CALL(access, "p", 0),
#endif
#ifdef SYS_renameat
    CALL(renameat, "apap", 1),
#endif
    CALL(openat, "apc", 0), CALL(openat2, "ap", 0), CALL(mkdirat, "ap", 1), CALL(renameat2, "apap", 1),
    CALL(linkat, "apap", 1), CALL(symlinkat, "-ap", 1), CALL(unlinkat, "ap", 0), CALL(newfstatat, "ap", 0),
    CALL(statx, "ap", 0), CALL(readlinkat, "ap", 0), CALL(faccessat, "ap", 0), CALL(truncate, "p", 1),
    CALL(write, "f", 1), CALL(pwrite64, "f", 1), CALL(writev, "f", 1), CALL(pwritev, "f", 1), CALL(pwritev2, "f", 1),
    CALL(ftruncate, "f", 1), CALL(fallocate, "f", 1), CALL(fsync, "f", 1), CALL(fdatasync, "f", 1),
    CALL(copy_file_range, "--f", 1), CALL(sendfile, "f", 1), 
    CALL(read, "f", 0), CALL(pread64, "f", 0), CALL(readv, "f", 0), CALL(preadv, "f", 0), CALL(mmap, "----f", 0),
    CALL(getdents64, "f", 0), CALL(fstat, "f", 0), CALL(flock, "f", 0),
};
enum { N_CALLS = sizeof CALLS / sizeof *CALLS };

static void fail(const char *what)
{
    fprintf(stderr, "disturb: %s: %s\n", what, strerror(errno));
    exit(125);
}

/* Lets the kernel ask before each of CALLS; the file that it asks through. */
static int notifications(void)
{
    struct sock_filter filter[N_CALLS + 3];
    int n = 0;
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (int i = 0; i < N_CALLS; i++)
        filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALLS[i].number, N_CALLS - i, 0);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    struct sock_fprog program = {n, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return -errno;
    int file = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    return file < 0 ? -errno : file;
}

/* Where a link of /proc/THREAD leads; empty where it leads nowhere. */
static void follow(char *path, int thread, const char *kind, int file)
{
    char link[64];
    snprintf(link, sizeof link, file < 0 ? "/proc/%d/%s" : "/proc/%d/%s/%d", thread, kind, file);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
}

/* The path at `address` of a process, below `folder` unless it is absolute. */
static void read_path(char *path, int thread, unsigned long address, const char *folder)
{
    char name[PATH_MAX] = "";
    /* In pieces that do not cross a page: the next one may not be there. */
    for (size_t n = 0; n < sizeof name - 1 && !memchr(name, 0, n);) {
        size_t length = 4096 - (address + n) % 4096;
        if (length > sizeof name - 1 - n) length = sizeof name - 1 - n;
        struct iovec here = {name + n, length}, there = {(void *)(address + n), length};
        if (process_vm_readv(thread, &here, 1, &there, 1, 0) <= 0) break;
        n += length;
    }
    const char *slash = name[0] && folder[0] ? "/" : "";
    if (name[0] == '/') snprintf(path, PATH_MAX, "%s", name);
    else snprintf(path, PATH_MAX, "%.2000s%s%.2000s", folder, slash, name);
}

static int is_below(const char *path, const char *root)
{
    size_t length = strlen(root);
    return !strncmp(path, root, length) && (path[length] == '/' || path[length] == 0);
}

/* The plan. */
static const char *root, *swapped, *with, *cut;
static long at;
static int error, lasting, n_counted, report;

static void cut_off(const char *path)
{
    struct stat file;
    if (stat(path, &file) || truncate(path, file.st_size / 2)) fail(path);
}

/* What becomes of a call: 0 to let it be, or the error that it ends with. */
static int decide(const struct seccomp_notif *request)
{
    const struct call *call = CALLS;
    while (call->number != request->data.nr) call++;
    char paths[2][PATH_MAX] = {"", ""}, folder[PATH_MAX];
    int n = 0, takes_space = call->takes_space, thread = request->pid, names_path = 0;
    follow(folder, thread, "cwd", -1);
    for (int i = 0; call->arguments[i]; i++) {
        unsigned long argument = request->data.args[i];
        switch (call->arguments[i]) {
        case 'a':
            if ((int)argument == AT_FDCWD) follow(folder, thread, "cwd", -1);
            else follow(folder, thread, "fd", (int)argument);
            break;
        case 'p':
            read_path(paths[n++], thread, argument, folder);
            names_path = 1;
            break;
        case 'f':
            if ((int)argument >= 0) follow(paths[n++], thread, "fd", (int)argument);
            break;
        case 'c': takes_space |= (argument & O_CREAT) != 0;
        }
    }
    int concerned = swapped ? names_path && (!strcmp(paths[0], swapped) || !strcmp(paths[1], swapped))
                            : (is_below(paths[0], root) || is_below(paths[1], root)) && (error != ENOSPC || takes_space);
    if (!concerned) return 0;
    n_counted++;
    int interferes = at && (n_counted == at || (lasting && n_counted > at));
    if (interferes && swapped && rename(with, swapped)) fail(with);
    if (interferes && cut) cut_off(cut);
    dprintf(report, "%s%s %s%s%s\n", interferes ? "! " : "", call->name, paths[0], paths[1][0] ? " " : "", paths[1]);
    return interferes ? error : 0;
}

int main(int n, char **arguments)
{
    if (n < 9 || strcmp(arguments[7], "--")) return fputs("disturb: see its source for the usage\n", stderr), 125;
    root = arguments[2];
    at = atol(arguments[4]);
    if (!strcmp(arguments[3], "swap")) swapped = arguments[5], with = arguments[6];
    else if (!strcmp(arguments[3], "cut")) cut = arguments[5];
    else error = strcmp(arguments[5], "ENOSPC") ? EIO : ENOSPC, lasting = !strcmp(arguments[6], "lasting");
    if ((report = open(arguments[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) < 0) fail(arguments[1]);

    /* The child's table of open files is this process's until it executes the command, so that the file of the
       notifications is here as well. */
    volatile int *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) fail("mmap");
    *shared = INT_MIN;
    pid_t child = syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL);
    if (child < 0) fail("clone");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        *shared = notifications();
        if (*shared < 0) _exit(125);
        execvp(arguments[8], arguments + 8);
        _exit(127);
    }
    while (*shared == INT_MIN) usleep(100);
    int listener = *shared;
    if (listener < 0) errno = -listener, fail("seccomp");

    struct pollfd ready = {listener, POLLIN, 0};
    union { struct seccomp_notif it; char room[1024]; } request;
    union { struct seccomp_notif_resp it; char room[1024]; } answer;
    while (poll(&ready, 1, -1) > 0 && !(ready.revents & POLLHUP)) {
        memset(&request, 0, sizeof request);
        /* The process may have died meanwhile. */
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request)) continue;
        memset(&answer, 0, sizeof answer);
        answer.it.id = request.it.id;
        answer.it.error = -decide(&request.it);
        answer.it.flags = answer.it.error ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
    int status;
    if (waitpid(child, &status, 0) < 0) fail("waitpid");
    if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    return 125;
}
