/*
 * sekisho-render: forks renderers, each of which draws one hostile document with MuPDF and stands in the reader's place. This process
 * itself never sees a document.
 *
 * It is a program of its own because of what it links (LICENSE.md). Library, fonts and sandbox are prepared once; a renderer is a fork.
 */
#include "neutral/neutral.h"
#include "render/render.h"
#include "sys/descriptor.h"
#include "sys/process.h"
#include "wire/wire.h"

static _Noreturn void become_renderer(int socket, int ring)
{
	struct sk_fault fault;
	const int keep[] = {socket < ring ? socket : ring, socket < ring ? ring : socket};
	struct sandbox_profile profile = render_profile();

	process_close_others(keep, SK_COUNT(keep));
	struct ring_shared *shared = sys_map_shared(ring, sizeof *shared, &fault);
	uint8_t *stage = sys_map_arena(NEUTRAL_STAGE, &fault);
	sys_close(&ring);
	if (shared == NULL || stage == NULL || !sandbox_enter(&profile, &fault))
		process_exit(2);
	render_serve(socket, shared, stage);
}

/* Makes a renderer over that ring and hands it over. */
static bool spawn(int driver, int ring)
{
	struct wire_message message = {.id = WIRE_renderer};
	struct sk_fault fault;
	int ends[2], handle = -1;

	if (!sys_packet_pair(ends, &fault))
		return false;
	int pid = process_fork(&handle, &fault);
	if (pid == 0)
		become_renderer(ends[1], ring);
	const int fds[] = {ends[0], handle};
	memcpy(message.renderer.build, neutral_build_id().at, sizeof message.renderer.build);
	bool made = pid > 0 && wire_send(driver, WIRE_ZYGOTE, &message, fds, SK_COUNT(fds)) == SK_OK;
	sys_close(&ends[0]);
	sys_close(&ends[1]);
	sys_close(&handle);
	return made;
}

int main(void)
{
	struct wire_message message;
	int fds[WIRE_FDS_MAX];

	if (!process_warm() || !draw_prepare())
		return 1;
	if (!sandbox_isolate())
		return 0; /* the child goes on */
	process_forget_children();
	while (wire_receive(PROCESS_SOCKET, WIRE_DRIVER, WIRE_ZYGOTE, &message, fds) == SK_OK && message.id == WIRE_spawn_renderer) {
		bool made = spawn(PROCESS_SOCKET, fds[0]);
		sys_close(&fds[0]);
		if (!made)
			return 1;
	}
	return 0;
}
