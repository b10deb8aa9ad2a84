/* The zygote and its pairs: starting, asking, ending. */
#include "sanitize/line.h"

#include <errno.h>
#include <stdlib.h>

#include "conf/conf.h"
#include "neutral/neutral.h"
#include "sys/descriptor.h"
#include "sys/process.h"

#define PATH_BYTES 2048

/* Where a program is, seen from the program or the shared library that this code is in: in the build directory (beside both), where both
 * were installed together (bin, lib, lib/x86_64-linux-gnu), or where the build installs it. % is that directory, & the program's folder, @
 * its name. */
static const char *const places[] = {
	"%/../&/@", "%/../../prog/&/@", "%/../libexec/sekisho/@", "%/../../libexec/sekisho/@", SEKISHO_LIBEXEC "/@",
};

static bool expand(const char *place, const char *directory, const char *folder, const char *name, char to[PATH_BYTES])
{
	struct sk_buf buf;

	sk_buf_fixed(&buf, to, PATH_BYTES);
	for (; *place != '\0'; place++)
		if (*place == '%')
			sk_buf_str(&buf, directory);
		else if (*place == '&')
			sk_buf_str(&buf, folder);
		else if (*place == '@')
			sk_buf_str(&buf, name);
		else
			sk_buf_u8(&buf, (uint8_t)*place);
	sk_buf_u8(&buf, 0);
	return buf.status == SK_OK;
}

bool program_start(const char *told, const char *variable, const char *folder, const char *name, int *socket, int *pid, struct sk_fault *fault)
{
	char own[PATH_BYTES], path[PATH_BYTES];

	if (told == NULL)
		told = getenv(variable);
	if (told != NULL)
		return process_start(told, name, socket, pid, fault);
	if (!process_own_path(own, sizeof own))
		own[0] = '\0';
	char *slash = strrchr(own, '/');
	if (slash != NULL)
		*slash = '\0';
	for (size_t i = 0; i < SK_COUNT(places); i++)
		if (expand(places[i], own, folder, name, path) && process_start(path, name, socket, pid, fault))
			return true;
	return false;
}

/* Has so many pairs under way. One more than needed is always asked for, so that it is forked while the one before works. */
static bool ask(struct zygote *z, unsigned count)
{
	const struct wire_message message = {.id = WIRE_spawn};

	for (; z->asked < count; z->asked++)
		if (wire_send(z->socket, WIRE_DRIVER, &message, NULL, 0) != SK_OK)
			return false;
	return true;
}

/* Where somebody told that the zygote is; the one apart is beside it, with its name behind. */
static const char *told_path(const struct sanitizer *s, enum which_zygote which, char room[PATH_BYTES])
{
	const char *told = s->path != NULL ? s->path : getenv("SEKISHO_ZYGOTE");
	struct sk_buf buf;

	if (told == NULL || which == ZYGOTE_COMMON)
		return told;
	sk_buf_fixed(&buf, room, PATH_BYTES);
	sk_buf_str(&buf, told);
	sk_buf_put(&buf, sk_bytes_of("-apart", sizeof "-apart"));
	return buf.status == SK_OK ? room : told;
}

static bool launch(struct sanitizer *s, enum which_zygote which, struct sk_fault *fault)
{
	static const char *const names[] = {[ZYGOTE_COMMON] = "sekisho-zygote", [ZYGOTE_APART] = "sekisho-zygote-apart"};
	struct zygote *z = &s->zygotes[which];
	char room[PATH_BYTES];

	z->asked = 0;
	struct process_cpus before;
	bool bound = process_bind(s->cpu, &before);
	bool started = program_start(told_path(s, which, room), "SEKISHO_ZYGOTE", "zygote", names[which], &z->socket, &z->pid, fault);
	if (bound)
		process_unbind(&before);
	if (!started)
		return false;
	*fault = (struct sk_fault){.error = EPIPE, .operation = "zygote"}; /* it ended at once: no zygote, or none for this host */
	return ask(z, 1); /* forked while the file is opened */
}

static void stop(struct zygote *z)
{
	if (z->socket < 0)
		return;
	sys_close(&z->socket);
	process_reap(z->pid);
}

bool sanitizer_open(const struct sanitizer_options *options, struct sanitizer **sanitizer, struct sk_fault *fault)
{
	struct sanitizer *s = malloc(sizeof *s);

	*sanitizer = NULL;
	if (s == NULL) {
		*fault = (struct sk_fault){.error = 12, .operation = "malloc"};
		return false;
	}
	*s = (struct sanitizer){.zygotes = {{.socket = -1}, {.socket = -1}}, .render = -1, .office = -1, .passwords = -1, .cpu = -1};
	if (options != NULL && options->lanes > 1)
		s->cpu = process_cpu(options->lane, options->lanes);
	sanitizer_set_seconds(s, options != NULL ? options->seconds : 0);
	if (options != NULL && options->zygote != NULL)
		s->path = strdup(options->zygote);
	if (!launch(s, ZYGOTE_COMMON, fault)) {
		sanitizer_close(s);
		return false;
	}
	*sanitizer = s;
	return true;
}

void sanitizer_set_seconds(struct sanitizer *s, unsigned seconds)
{
	s->job_milliseconds = (int64_t)seconds * 1000;
}

bool sanitizer_are_passwords(sk_bytes candidates)
{
	sk_bytes password;
	size_t count = 0;

	for (size_t at = 0; format_password(candidates, &at, &password); count++)
		if (password.len > limit(LIMIT_password_bytes) || count == limit(LIMIT_passwords))
			return false;
	return candidates.len <= limit(LIMIT_password_bytes) * limit(LIMIT_passwords);
}

bool sanitizer_set_passwords(struct sanitizer *s, sk_bytes candidates, struct sk_fault *fault)
{
	*fault = (struct sk_fault){.error = EINVAL, .operation = "passwords"};
	sys_close(&s->passwords);
	s->passwords_size = 0;
	if (candidates.len == 0)
		return true;
	if (!sanitizer_are_passwords(candidates))
		return false;
	s->passwords = sys_memory_file("passwords", 0, fault);
	if (s->passwords < 0)
		return false;
	if (!sys_write(s->passwords, candidates, fault) || !sys_seal(s->passwords, SYS_SEAL_ALL, fault)) {
		sys_close(&s->passwords);
		return false;
	}
	s->passwords_size = candidates.len;
	return true;
}

void sanitizer_set_pages(struct sanitizer *s, const struct sanitizer_pages *pages)
{
	s->pages = *pages;
}

void sanitizer_set_entries(struct sanitizer *s, const struct sanitizer_entries *entries)
{
	s->entries = *entries;
}

void sanitizer_close(struct sanitizer *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < ZYGOTES; i++)
		stop(&s->zygotes[i]);
	image_close(s);
	sys_close(&s->passwords);
	free(s->path);
	free(s);
}

static bool receive_pair(struct zygote *z, int64_t deadline, struct pair *pair)
{
	struct wire_message message;
	struct sk_fault fault;
	int fds[WIRE_FDS_MAX];
	unsigned ready;

	if (!ask(z, 1) || !sys_wait(&z->socket, 1, deadline, &ready, &fault) || ready == 0 ||
	    wire_receive(z->socket, WIRE_ZYGOTE, WIRE_DRIVER, &message, fds) != SK_OK)
		return false;
	z->asked--;
	(void)ask(z, 1);
	*pair = (struct pair){.reader = fds[0], .writer = fds[1], .reader_handle = fds[2], .writer_handle = fds[3], .scratch = fds[4], .output = -1, .ring = fds[5]};
	return sk_bytes_equal(sk_bytes_of(message.spawned.build, sizeof message.spawned.build), neutral_build_id());
}

/* A zygote that ended (the system was out of memory or of processes) is started again, once. */
bool pair_take(struct sanitizer *s, enum which_zygote which, int64_t deadline, struct pair *pair)
{
	struct zygote *z = &s->zygotes[which];
	struct sk_fault fault;

	*pair = PAIR_NONE;
	if (z->socket >= 0 && receive_pair(z, deadline, pair))
		return true;
	pair_end(pair);
	if (sys_now() >= deadline)
		return false;
	stop(z);
	if (launch(s, which, &fault) && receive_pair(z, deadline, pair))
		return true;
	pair_end(pair);
	stop(z); /* what it was asked for is not known any more: the next job begins anew */
	return false;
}

void pair_end(struct pair *pair)
{
	process_kill(pair->reader_handle);
	process_kill(pair->writer_handle);
	sys_close(&pair->reader);
	sys_close(&pair->writer);
	sys_close(&pair->reader_handle);
	sys_close(&pair->writer_handle);
	sys_close(&pair->scratch);
	sys_close(&pair->output);
	sys_close(&pair->ring);
}
