/* What the files of sekisho-render share: the worker that draws one document. */
#ifndef RENDER_RENDER_H
#define RENDER_RENDER_H

#include "base/base.h"
#include "neutral/finding.h"
#include "neutral/neutral.h"
#include "render/draw.h"
#include "sys/ring.h"
#include "sys/sandbox.h"

struct sandbox_profile render_profile(void);

/* In a worker: takes one job from the driver, draws, and ends the process. */
_Noreturn void render_serve(int socket, struct ring_shared *ring, uint8_t *stage);

/* Says page number (from 0) of a document of so many pages; a page without pixels is said empty. */
void say_page(struct neutral_out *out, const struct finding_sink *findings, unsigned number, unsigned pages, const struct drawn *drawn);
/* The characters of a page, as runs. */
void say_text(struct neutral_out *out, const struct drawn *drawn);

/* Places of the vocabulary: hundredths of a point, kept within its range. */
int64_t say_place(float points);
int64_t say_length(float points);

#endif
