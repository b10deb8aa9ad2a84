/* ooxml, for siblings only: a package as it is written. Nothing here comes from the sender unchecked. */
#ifndef OOXML_WRITE_H
#define OOXML_WRITE_H

#include "format/ooxml/ooxml.h"

struct out_relation {
	uint16_t row; /* of relation_rows */
	bool is_link;
	uint32_t target;
	sk_bytes url;
};

struct out_part {
	enum part_kind kind;
	sk_bytes name;      /* "word/media/image1.png" */
	struct out_relation *relations;
	uint32_t relation_count, relation_room;
	bool has_inner;
	uint32_t inner;
	uint32_t width, height; /* of a placeholder */
	sk_bytes bytes;         /* of the inner job's clean result */
	unsigned inner_kind;
	bool written;
};

struct out_package {
	struct format_write *job;
	struct zip_writer zip;
	unsigned main;
	struct out_part *parts; /* parts[0] is the package itself */
	uint32_t part_count, part_room;
	struct xml_phrase *phrases; /* NEUTRAL_PHRASES */
};

/* Reads the manifest's records, from OPEN of the package to the first content; *record is the first record after it. */
enum sk_status manifest_read(struct out_package *package, struct neutral_record *record);
/* Checks that the manifest makes sense, gives names to all parts and fetches inner results. */
enum sk_status manifest_settle(struct out_package *package);
/* Writes [Content_Types].xml. */
enum sk_status content_types_write(struct out_package *package);
/* Writes the relationships of a part, if it has any. */
enum sk_status relations_write(struct out_package *package, uint32_t part);

#endif
