/* The attacks: code that runs in a reader, with everything that a reader has. */
#include "abuse/attacks.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "abuse/abuse_vocabulary.h"
#include "sys/descriptor.h"
#include "wire/wire.h"
#include "zygote/worker.h"

/* The reader's context begins with its worker (prog/reader/reader.c). */
static struct worker *worker_of(const struct format_read *job)
{
	return *(struct worker **)job->context;
}

/* ---- the system ---- */

static void try_open(struct format_read *job) { (void)job, (void)open("/etc/passwd", O_RDONLY | O_CLOEXEC); }
static void try_socket(struct format_read *job) { (void)job, (void)socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }
static void try_ptrace(struct format_read *job) { (void)job, (void)ptrace(PTRACE_TRACEME, 0, NULL, NULL); }
static void try_kill(struct format_read *job) { (void)job, (void)kill(1, SIGKILL); }
static void try_getpid(struct format_read *job) { (void)job, (void)syscall(SYS_getpid); }
static void try_x32(struct format_read *job) { (void)job, (void)syscall(SYS_futex | 0x40000000, NULL, 0); }
static void try_fork(struct format_read *job)
{
	(void)job;
	for (;;)
		(void)fork();
}
static void try_exec(struct format_read *job)
{
	char *arguments[] = {NULL};
	(void)job;
	(void)execve("/bin/sh", arguments, arguments);
}
static void try_executable(struct format_read *job)
{
	(void)job;
	(void)mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
static void try_mprotect(struct format_read *job)
{
	(void)mprotect(job->arena->memory, 4096, PROT_READ | PROT_EXEC);
}

/* Decoders call malloc: small, large, growing. None of it is refused. */
static void allocate(struct format_read *job)
{
	(void)job;
	for (size_t size = 16; size < (size_t)64 << 20; size *= 4) {
		uint8_t *at = malloc(size);
		uint8_t *more = at == NULL ? NULL : realloc(at, size * 2);
		if (more == NULL)
			_exit(1);
		memset(more, 1, size * 2);
		free(more);
	}
}

/* ---- resources ---- */

static void loop(struct format_read *job)
{
	(void)job;
	for (volatile unsigned i = 0;; i++)
		continue;
}

/* 100 GB: what is refused is refused by the limit, and the attacker dies of it. */
static void memory(struct format_read *job)
{
	(void)job;
	for (int i = 0; i < 100; i++)
		if (mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) == MAP_FAILED)
			_exit(1);
}

static void fill_scratch(struct format_read *job)
{
	struct sk_fault fault;

	(void)sys_write_at(worker_of(job)->scratch, SK_BYTES("x"), (size_t)1 << 40, &fault);
}

/* Whatever the driver has as its output and error. */
static void standard_output(struct format_read *job)
{
	struct sk_fault fault;

	(void)job;
	for (int fd = 0; fd < 3; fd++)
		(void)sys_write_at(fd, SK_BYTES("escaped"), 0, &fault);
}

static void write_input(struct format_read *job)
{
	*(volatile uint8_t *)(uintptr_t)job->input.at = 'X';
}

static void die(struct format_read *job)
{
	(void)job;
	_exit(0);
}

/* ---- the driver ---- */

static void say_packet(struct format_read *job, sk_bytes packet, const int *fds, size_t count)
{
	struct sk_fault fault;

	if (!sys_packet_send(worker_of(job)->socket, packet, fds, count, true, &fault))
		_exit(1);
}

static void say_forever(struct format_read *job, struct wire_message message)
{
	while (wire_send(worker_of(job)->socket, WIRE_READER, &message, NULL, 0) == SK_OK)
		continue;
	_exit(1);
}

static void garbage(struct format_read *job) { say_packet(job, SK_BYTES("\xFF\xFF\xFF\xFFgarbage"), NULL, 0); }
static void short_packet(struct format_read *job) { say_packet(job, SK_BYTES("x"), NULL, 0); }
static void long_packet(struct format_read *job) { say_packet(job, sk_bytes_of(job->arena->memory, 65536), NULL, 0); }

static void descriptors(struct format_read *job)
{
	int fds[] = {worker_of(job)->socket, worker_of(job)->scratch, 0, 0};
	uint32_t id = WIRE_read_done;
	uint8_t packet[5] = {0};

	memcpy(packet, &id, sizeof id);
	fds[2] = fds[3] = fds[0];
	say_packet(job, sk_bytes_of(packet, sizeof packet), fds, SK_COUNT(fds));
}

/* A message of somebody else. */
static void pretend(struct format_read *job)
{
	uint32_t id = WIRE_write_done;
	uint8_t packet[sizeof id + sizeof(struct wire_write_done)] = {0};

	memcpy(packet, &id, sizeof id);
	say_packet(job, sk_bytes_of(packet, sizeof packet), NULL, 0);
}

static void kind_again(struct format_read *job)
{
	say_forever(job, (struct wire_message){.id = WIRE_kind, .kind = {.kind = KIND_text, .taken = 1}});
}

static void findings(struct format_read *job)
{
	say_forever(job, (struct wire_message){.id = WIRE_finding, .finding = {.code = FINDING_bad_value, .count = 1}});
}

static void bad_finding(struct format_read *job)
{
	say_forever(job, (struct wire_message){.id = WIRE_finding, .finding = {.code = 60000, .count = 1}});
}

static void bad_text(struct format_read *job)
{
	say_forever(job, (struct wire_message){.id = WIRE_finding,
					       .finding = {.code = FINDING_bad_value, .count = 1, .detail = {.len = 2, .at = "\x1b["}}});
}

/* A reason against the whole file, and then a file all the same. */
static void reason(struct format_read *job)
{
	finding_report(job->findings, FINDING_blocked_inside, FINDING_WHOLE, SK_BYTES(""), SK_BYTES(""), 1);
}

static void note(struct format_read *job)
{
	finding_report(job->findings, FINDING_thumbnail_removed, FINDING_WHOLE, SK_BYTES(""), SK_BYTES(""), 1);
}

static void removed(struct format_read *job)
{
	finding_report(job->findings, FINDING_macro_removed, FINDING_WHOLE, SK_BYTES(""), SK_BYTES("x"), 1);
}

/* Asks and asks, and never reads an answer. */
static void deaf(struct format_read *job)
{
	say_forever(job, (struct wire_message){.id = WIRE_inner, .inner = {.size = (uint64_t)1 << 62, .place = FINDING_PART}});
}

/* Bytes that the scratch file does not have. */
static void inner_beyond(struct format_read *job)
{
	say_forever(job, (struct wire_message){.id = WIRE_inner, .inner = {.size = 1 << 20, .place = FINDING_PART}});
}

static void inners(struct format_read *job)
{
	struct format_inner result;

	for (;;)
		(void)job->inner(job->context, SK_BYTES("?"), FINDING_PART, SK_BYTES("part"), &result);
}

static void done_early(struct format_read *job)
{
	say_forever(job, (struct wire_message){.id = WIRE_read_done});
}

/* ---- the writer ---- */

static void records(struct format_read *job)
{
	uint8_t bytes[256];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 37 + 11);
	for (;;)
		if (ring_send(&worker_of(job)->ring, sk_bytes_of(bytes, sizeof bytes)) != SK_OK)
			_exit(1);
}

static void ring_positions(struct format_read *job)
{
	struct ring *ring = &worker_of(job)->ring;

	atomic_store(&ring->shared->head, 0x7FFFFFFF);
	ring->position++; /* as if there were something to announce: the writer is woken and looks */
	ring_flush(ring);
	loop(job);
}

/* The number of an inner job that never was. */
static void inner_number(struct format_read *job)
{
	neutral_open(job->out, ABUSE_NODE_leaf_inner);
	neutral_number(job->out, ABUSE_NODE_leaf_inner, 7);
	neutral_close(job->out);
}

const struct attack attacks[] = {
	{"open", try_open}, {"socket", try_socket}, {"exec", try_exec}, {"ptrace", try_ptrace}, {"kill", try_kill}, {"fork", try_fork},
	{"getpid", try_getpid}, {"x32", try_x32}, {"executable", try_executable}, {"mprotect", try_mprotect},
	{"allocate", allocate}, {"loop", loop}, {"memory", memory}, {"scratch", fill_scratch}, {"write-input", write_input}, {"standard-output", standard_output}, {"die", die},
	{"garbage", garbage}, {"short", short_packet}, {"long", long_packet}, {"descriptors", descriptors}, {"pretend", pretend},
	{"kind-again", kind_again}, {"findings", findings}, {"bad-finding", bad_finding}, {"reason", reason}, {"note", note}, {"removed", removed}, {"bad-text", bad_text}, {"deaf", deaf},
	{"inner-beyond", inner_beyond}, {"inners", inners}, {"done-early", done_early},
	{"records", records}, {"ring", ring_positions}, {"inner-number", inner_number},
};
const size_t attack_count = SK_COUNT(attacks);
