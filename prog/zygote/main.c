/*
 * The zygote: small, single-threaded, starts the sandboxed pairs. It parses nothing.
 *
 * It prepares what workers share, gives up what it can, and then forks a reader and a writer for every "spawn". Both share a ring that nobody
 * else has; each has one socket to the driver. When the driver goes, the zygote goes, and the kernel ends the workers with it.
 */
#include "codec/deflate.h"
#ifdef FORMATS_APART
#include "codec/pdf.h"
#endif
#include "conf/conf.h"
#include "neutral/neutral.h"
#include "reader/reader.h"
#include "sys/descriptor.h"
#include "sys/process.h"
#include "wire/wire.h"
#include "worker.h"
#include "writer/writer.h"

/* What a pair is made of; descriptors of the zygote's side are closed when the pair is on its way. */
struct pair {
	int driver_ends[2]; /* of the reader's and the writer's sockets */
	int worker_ends[2];
	int handles[2];
	int scratch;
	int ring_file;             /* goes to the driver: a renderer may stand in the reader's place */
	struct ring_shared *ring;
};

enum { READER, WRITER };

#define PAGE ((size_t)4096) /* memory is given back in pages */

/* What most jobs touch is together, in one huge page: the compressor, the stage, the output, the arena's beginning. */
static bool map_memory(struct worker *worker, struct sk_fault *fault)
{
	size_t arena = (size_t)limit(LIMIT_arena_bytes), stage = (NEUTRAL_IN_STAGE + PAGE - 1) & ~(PAGE - 1);
	uint8_t *memory = sys_map_arena(DEFLATE_NEAR + stage + WORKER_BUFFER + arena, fault), *far = sys_map_arena(DEFLATE_FAR, fault);

	if (memory == NULL || far == NULL)
		return false;
	deflate_use(memory, far);
	worker->stage = memory + DEFLATE_NEAR;
	worker->buffer = worker->stage + stage;
	sk_arena_init_clean(&worker->arena, worker->buffer + WORKER_BUFFER, arena);
	return true;
}

static void prepare_worker(struct worker *worker, struct pair *pair, int role)
{
	struct sk_fault fault;
	int keep[2] = {pair->worker_ends[role], -1};
	size_t kept = 1;

	*worker = (struct worker){.socket = pair->worker_ends[role], .scratch = -1};
	if (role == READER) {
		worker->scratch = pair->scratch;
		keep[1] = pair->scratch;
		kept = 2;
		if (keep[0] > keep[1]) {
			keep[0] = pair->scratch;
			keep[1] = pair->worker_ends[role];
		}
	}
	process_close_others(keep, kept);
	ring_init(&worker->ring, pair->ring);
	if (!map_memory(worker, &fault))
		process_exit(1);
}

static _Noreturn void become_worker(struct pair *pair, int role)
{
	struct worker worker;
	struct sk_fault fault;

	prepare_worker(&worker, pair, role);
	struct sandbox_profile profile = role == READER ? reader_profile() : writer_profile();
	if (!sandbox_enter(&profile, &fault))
		process_exit(2);
	if (role == READER)
		reader_serve(&worker);
	writer_serve(&worker);
}

static bool fork_workers(struct pair *pair, struct sk_fault *fault)
{
	for (int role = READER; role <= WRITER; role++) {
		int pid = process_fork(&pair->handles[role], fault);
		if (pid == 0)
			become_worker(pair, role);
		if (pid < 0)
			return false;
	}
	return true;
}

static bool make_pair(struct pair *pair, struct sk_fault *fault)
{
	pair->ring_file = sys_memory_file("ring", sizeof(struct ring_shared), fault);
	if (pair->ring_file < 0)
		return false;
	pair->ring = sys_map_shared(pair->ring_file, sizeof(struct ring_shared), fault);
	pair->scratch = sys_memory_file("inner", 0, fault);
	if (pair->ring == NULL || pair->scratch < 0)
		return false;
	for (int role = READER; role <= WRITER; role++) {
		int ends[2];
		if (!sys_packet_pair(ends, fault))
			return false;
		pair->driver_ends[role] = ends[0];
		pair->worker_ends[role] = ends[1];
	}
	return fork_workers(pair, fault);
}

/* Makes a pair, hands it over, keeps nothing of it. */
static bool spawn(int driver)
{
	struct pair pair = {.driver_ends = {-1, -1}, .worker_ends = {-1, -1}, .handles = {-1, -1}, .scratch = -1, .ring_file = -1};
	struct sk_fault fault;
	bool made = make_pair(&pair, &fault);

	if (made) {
		const int fds[] = {pair.driver_ends[READER], pair.driver_ends[WRITER], pair.handles[READER], pair.handles[WRITER],
				   pair.scratch, pair.ring_file};
		struct wire_message message = {.id = WIRE_spawned};
		memcpy(message.spawned.build, neutral_build_id().at, sizeof message.spawned.build);
		made = wire_send(driver, WIRE_ZYGOTE, &message, fds, SK_COUNT(fds)) == SK_OK;
	}
	for (int role = READER; role <= WRITER; role++) {
		sys_close(&pair.driver_ends[role]);
		sys_close(&pair.worker_ends[role]);
		sys_close(&pair.handles[role]);
	}
	sys_close(&pair.scratch);
	sys_close(&pair.ring_file);
	if (pair.ring != NULL)
		sys_unmap(sk_bytes_of(pair.ring, sizeof(struct ring_shared)));
	return made;
}

/* What decoders make once, and every worker inherits. */
static bool prepare(void)
{
#ifdef FORMATS_APART
	pdf_prepare();
#endif
	deflate_warm();
	return process_warm();
}

int main(void)
{
	struct wire_message message;
	int fds[WIRE_FDS_MAX];

	process_gather_code();
	if (!prepare())
		return 1;
	if (!sandbox_isolate())
		return 0; /* the child goes on */
	process_forget_children();
	while (wire_receive(PROCESS_SOCKET, WIRE_DRIVER, WIRE_ZYGOTE, &message, fds) == SK_OK && message.id == WIRE_spawn)
		if (!spawn(PROCESS_SOCKET))
			return 1;
	return 0;
}
