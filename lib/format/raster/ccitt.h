/* ccitt: what the reader and the writer of fax share, and the entrance for JBIG2's MMR. */
#ifndef FORMAT_RASTER_CCITT_H
#define FORMAT_RASTER_CCITT_H

#include "format/raster/raster.h"

struct ccitt_code {
	uint16_t code;
	uint8_t len; /* bits */
};

#define CCITT_TERMINATING 64
#define CCITT_MAKE_UP 27  /* 64 to 1728 */
#define CCITT_EXTENDED 13 /* 1792 to 2560, both colours */
#define CCITT_RUNS (CCITT_TERMINATING + CCITT_MAKE_UP + CCITT_EXTENDED)
#define CCITT_RUN_MAX 2560u

/* The codes of runs by colour (0 white): ITU-T T.4 tables 2 and 3. Row i stands for ccitt_run(i) pixels. */
extern const struct ccitt_code ccitt_runs[2][CCITT_RUNS];
static inline uint32_t ccitt_run(uint32_t row)
{
	return row < CCITT_TERMINATING ? row : (row - CCITT_TERMINATING + 1) * 64;
}

/* The modes of T.6 table 1 (T.4 table 4). */
enum ccitt_mode { CCITT_VL3, CCITT_VL2, CCITT_VL1, CCITT_V0, CCITT_VR1, CCITT_VR2, CCITT_VR3, CCITT_PASS, CCITT_HORIZONTAL, CCITT_MODES };
extern const struct ccitt_code ccitt_modes[CCITT_MODES];

#define CCITT_EOL_BITS 12 /* eleven 0 and a 1 */
#define CCITT_EOFB 0x001001u
#define CCITT_EOFB_BITS 24

/* T.88 6.2.6: rows of T.6 into bits, which are made and white. *used: bytes taken, with an EOFB that follows. */
enum sk_status SK_MUST_USE ccitt_decode_mmr(sk_bytes in, struct sk_arena *arena, struct raster_bits *bits, size_t *used);

#endif
