/* Writing ZIP containers: local headers with sizes known, the directory at the end, nothing that depends on time or host. */
#include "format/zip/zip_parts.h"

#include "codec/deflate.h"

#define VERSION_DEFLATE 20 /* 4.4.3: needed to extract; also "made by", host 0 */
#define VERSION_ZIP64 45

void zip_writer_init(struct zip_writer *writer, enum sk_status (*put)(void *context, sk_bytes bytes), void *context,
		     struct sk_arena *arena)
{
	*writer = (struct zip_writer){.put = put, .context = context, .arena = arena};
	void *room = sk_arena_top(arena, ZIP_DIRECTORY_MAX);
	sk_buf_fixed(&writer->directory, room, room == NULL ? 0 : ZIP_DIRECTORY_MAX);
}

static bool is_ascii(sk_bytes name)
{
	uint8_t bits = 0;

	for (size_t i = 0; i < name.len; i++)
		bits |= name.at[i];
	return bits < 0x80;
}

/* What one entry's two headers say alike. */
struct entry_facts {
	sk_bytes name;
	size_t packed, size;
	uint32_t crc, time;
	uint16_t method;
};

/* 4.3.7 from "version needed" to "extra field length", which 4.3.12 repeats. */
static void common_fields(struct sk_buf *buf, const struct entry_facts *facts, unsigned version, unsigned extra)
{
	sk_buf_u16le(buf, (uint16_t)version);
	sk_buf_u16le(buf, is_ascii(facts->name) ? 0 : ZIP_FLAG_UTF8);
	sk_buf_u16le(buf, facts->method);
	sk_buf_u16le(buf, (uint16_t)facts->time);
	sk_buf_u16le(buf, (uint16_t)(facts->time >> 16));
	sk_buf_u32le(buf, facts->crc);
	sk_buf_u32le(buf, (uint32_t)facts->packed);
	sk_buf_u32le(buf, (uint32_t)facts->size);
	sk_buf_u16le(buf, (uint16_t)facts->name.len);
	sk_buf_u16le(buf, (uint16_t)extra);
}

static void directory_add(struct zip_writer *writer, const struct entry_facts *facts)
{
	struct sk_buf *buf = &writer->directory;
	bool far = writer->offset >= UINT32_MAX;

	sk_buf_u32le(buf, ZIP_CENTRAL);
	sk_buf_u16le(buf, far ? VERSION_ZIP64 : VERSION_DEFLATE);
	common_fields(buf, facts, far ? VERSION_ZIP64 : VERSION_DEFLATE, far ? 12 : 0);
	sk_buf_u16le(buf, 0); /* comment */
	sk_buf_u16le(buf, 0); /* disk */
	sk_buf_u16le(buf, 0); /* internal attributes */
	sk_buf_u32le(buf, sk_bytes_ends(facts->name, SK_BYTES("/")) ? 0x10 : 0); /* MS-DOS directory */
	sk_buf_u32le(buf, far ? UINT32_MAX : (uint32_t)writer->offset);
	sk_buf_put(buf, facts->name);
	if (far) {
		sk_buf_u16le(buf, 1);
		sk_buf_u16le(buf, 8);
		sk_buf_u64le(buf, writer->offset);
	}
}

enum sk_status zip_write(struct zip_writer *writer, sk_bytes name, sk_bytes bytes, bool compress)
{
	return zip_write_dated(writer, name, bytes, compress, ZIP_NO_TIME);
}

enum sk_status zip_write_dated(struct zip_writer *writer, sk_bytes name, sk_bytes bytes, bool compress, uint32_t time)
{
	uint8_t header[ZIP_LOCAL_BYTES];
	struct sk_buf buf;
	size_t mark = sk_arena_mark(writer->arena);
	sk_bytes packed = bytes;
	struct entry_facts facts = {.name = name, .size = bytes.len, .time = time, .crc = deflate_crc32(0, bytes)};

	if (name.len > UINT16_MAX || bytes.len >= UINT32_MAX)
		return SK_LIMIT;
	if (compress && bytes.len > 0) {
		uint8_t *room = sk_arena_raw(writer->arena, bytes.len);
		if (room == NULL)
			return SK_LIMIT;
		size_t len = deflate_deflate(DEFLATE_RAW, bytes, room, bytes.len - 1);
		if (len > 0) {
			packed = sk_bytes_of(room, len);
			facts.method = ZIP_DEFLATED;
		}
	}
	facts.packed = packed.len;
	sk_buf_fixed(&buf, header, sizeof(header));
	sk_buf_u32le(&buf, ZIP_LOCAL);
	common_fields(&buf, &facts, VERSION_DEFLATE, 0);
	SK_TRY(writer->put(writer->context, sk_buf_bytes(&buf)));
	SK_TRY(writer->put(writer->context, name));
	SK_TRY(writer->put(writer->context, packed));
	sk_arena_release(writer->arena, mark);
	directory_add(writer, &facts);
	writer->offset += ZIP_LOCAL_BYTES + name.len + packed.len;
	writer->count++;
	return writer->directory.status;
}

/* 4.3.14 and 4.3.15. */
static void end_64(struct sk_buf *buf, const struct zip_writer *writer, uint64_t directory_size)
{
	sk_buf_u32le(buf, ZIP64_END);
	sk_buf_u64le(buf, 44);
	sk_buf_u16le(buf, VERSION_ZIP64);
	sk_buf_u16le(buf, VERSION_ZIP64);
	sk_buf_u32le(buf, 0);
	sk_buf_u32le(buf, 0);
	sk_buf_u64le(buf, writer->count);
	sk_buf_u64le(buf, writer->count);
	sk_buf_u64le(buf, directory_size);
	sk_buf_u64le(buf, writer->offset);
	sk_buf_u32le(buf, ZIP64_LOCATOR);
	sk_buf_u32le(buf, 0);
	sk_buf_u64le(buf, writer->offset + directory_size);
	sk_buf_u32le(buf, 1);
}

enum sk_status zip_finish(struct zip_writer *writer)
{
	uint8_t room[128];
	struct sk_buf buf;
	size_t size = writer->directory.len;
	bool large = writer->count >= UINT16_MAX || writer->offset >= UINT32_MAX;

	if (writer->directory.status != SK_OK)
		return writer->directory.status;
	SK_TRY(writer->put(writer->context, sk_buf_bytes(&writer->directory)));
	sk_buf_fixed(&buf, room, sizeof(room));
	if (large)
		end_64(&buf, writer, size);
	uint16_t count = large ? UINT16_MAX : (uint16_t)writer->count;
	sk_buf_u32le(&buf, ZIP_END);
	sk_buf_u16le(&buf, 0);
	sk_buf_u16le(&buf, 0);
	sk_buf_u16le(&buf, count);
	sk_buf_u16le(&buf, count);
	sk_buf_u32le(&buf, (uint32_t)size);
	sk_buf_u32le(&buf, large ? UINT32_MAX : (uint32_t)writer->offset);
	sk_buf_u16le(&buf, 0);
	return writer->put(writer->context, sk_buf_bytes(&buf));
}
