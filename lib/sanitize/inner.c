/* Clean results of inner jobs, kept in one memory file until the outer writer asks for them. */
#include "sanitize/line.h"

#include <stdlib.h>

#include "sys/descriptor.h"

static bool make_room(struct inner_results *r)
{
	if (r->count < r->room)
		return true;
	uint32_t room = r->room == 0 ? 16 : r->room * 2;
	struct inner_row *rows = realloc(r->rows, room * sizeof *rows);
	if (rows == NULL)
		return false;
	r->rows = rows;
	r->room = room;
	return true;
}

static bool append(struct inner_results *r, int output, uint64_t size)
{
	sk_bytes bytes;
	struct sk_fault fault;

	if (r->file < 0)
		r->file = sys_memory_file("results", 0, &fault);
	if (r->file < 0 || !sys_map(output, 0, (size_t)size, &bytes, &fault))
		return false;
	bool done = sys_write(r->file, bytes, &fault);
	sys_unmap(bytes);
	return done;
}

bool inner_results_add(struct inner_results *r, int output, uint64_t size, unsigned kind, bool clean)
{
	if (!make_room(r) || (clean && !append(r, output, size)))
		return false;
	r->rows[r->count++] = (struct inner_row){.offset = r->end, .size = clean ? size : 0, .kind = (uint16_t)kind, .clean = clean};
	if (clean)
		r->end += size;
	return true;
}

void inner_results_end(struct inner_results *r)
{
	sys_close(&r->file);
	free(r->rows);
	r->rows = NULL;
}
