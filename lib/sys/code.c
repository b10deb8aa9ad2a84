/*
 * The program's code and constants in huge pages (docs/decisions/0021-pages-of-workers.md).
 *
 * Pages of a file are not inherited by fork: each worker would meet every one of them by a page fault of its own, and every access to the
 * vocabularies' tables costs the translation of a small page. Anonymous memory is inherited, a huge page by one entry.
 */
#include "sys/process.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#define PAGE ((uintptr_t)4096)
#define HUGE_PAGE ((uintptr_t)2 << 20)

/* Linked at the start of the program's first segment. */
extern const ElfW(Ehdr) __ehdr_start;

static int protection(const ElfW(Phdr) *segment)
{
	return PROT_READ | ((segment->p_flags & PF_X) != 0 ? PROT_EXEC : 0);
}

/* An aligned piece of new memory; what is around it goes back. */
static uint8_t *map_aligned(size_t size)
{
	uint8_t *all = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		return NULL;
	size_t before = (HUGE_PAGE - (uintptr_t)all % HUGE_PAGE) % HUGE_PAGE;
	if (before > 0)
		(void)munmap(all, before);
	(void)munmap(all + before + size, HUGE_PAGE - before);
	return all + before;
}

/* Puts a copy of a segment in its place. The place may be the code that runs: it is the same before and after. */
static void gather(uint8_t *from, size_t len, int protect)
{
	size_t size = (len + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	uint8_t *copy = map_aligned(size);

	if (copy == NULL)
		return;
	(void)madvise(copy, size, MADV_HUGEPAGE);
	memcpy(copy, from, len);
	if (mprotect(copy, size, protect) != 0 || mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, from) == MAP_FAILED)
		(void)munmap(copy, size);
}

/* Whether the huge pages of a segment would be its own: the linker laid the segments apart (-z max-page-size). */
static bool stands_apart(const ElfW(Phdr) *segment, const ElfW(Phdr) *next, uintptr_t base)
{
	uintptr_t from = base + segment->p_vaddr, end = (from + segment->p_memsz + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	return from % HUGE_PAGE == 0 && next != NULL && base + next->p_vaddr >= end;
}

void process_gather_code(void)
{
	const uintptr_t base = (uintptr_t)&__ehdr_start;
	const ElfW(Phdr) *segments = (const void *)getauxval(AT_PHDR);
	size_t count = getauxval(AT_PHNUM);

	for (size_t i = 0; segments != NULL && i < count; i++) {
		const ElfW(Phdr) *segment = &segments[i], *next = i + 1 < count && segments[i + 1].p_type == PT_LOAD ? &segments[i + 1] : NULL;
		if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W) == 0 && stands_apart(segment, next, base))
			gather((uint8_t *)(base + segment->p_vaddr), segment->p_memsz, protection(segment));
	}
}
