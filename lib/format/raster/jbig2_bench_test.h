/* What the tests of JBIG2 stand on: pictures, a file that is written segment by segment, and what it decodes to. */
#ifndef FORMAT_RASTER_JBIG2_BENCH_TEST_H
#define FORMAT_RASTER_JBIG2_BENCH_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/raster/jbig2_encode_test.h"

extern struct sk_arena arena;
extern struct sk_buf file, content; /* content: of the segment that is being made */
extern struct enc e;
extern const struct jbig2_at nominal[4][4];

int begin(void **state);
int end(void **state);
uint32_t chance(uint32_t below);
void set(struct raster_bits *bits, int64_t x, int64_t y, unsigned value);
struct raster_bits picture(uint32_t width, uint32_t height);
void assert_same(const struct raster_bits *a, const struct raster_bits *b);
void file_begin(uint32_t width, uint32_t height, unsigned flags);
void segment(uint32_t number, unsigned type, const uint8_t *references, unsigned count);
struct raster_bits decode(void);
struct raster_bits decode_sound(void);
void put_at(const struct jbig2_at *at, unsigned count);
void generic_region(const struct raster_bits *bits, int32_t x, int32_t y, enum jbig2_operator operator, unsigned kind, const struct jbig2_at *at, bool typical);
struct raster_bits like(const struct raster_bits *bits, uint32_t width, uint32_t height, int64_t dx, int64_t dy);

#endif
