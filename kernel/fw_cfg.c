/* SPDX-License-Identifier: MIT */
/* QEMU's fw_cfg by its two I/O ports (QEMU docs/specs/fw_cfg): options without a new image. */
#include "fw_cfg.h"
#include <stdint.h>
#include "cpu.h"
#include "library.h"

#define PORT_SELECT   0x510
#define PORT_DATA     0x511
#define KEY_SIGNATURE 0x0000
#define KEY_DIRECTORY 0x0019
#define FILES_LIMIT   256
#define CMDLINE_FILE  "opt/fredlab/cmdline"

struct fw_cfg_file {
	uint32_t size; /* big endian, like select */
	uint16_t select;
	uint16_t reserved;
	char name[56];
};

static void read_item(void *to, unsigned length)
{
	uint8_t *bytes = to;

	for (unsigned i = 0; i < length; i++)
		bytes[i] = inb(PORT_DATA);
}

static bool find_file(const char *name, struct fw_cfg_file *file)
{
	uint32_t count;

	outw(PORT_SELECT, KEY_DIRECTORY);
	read_item(&count, sizeof(count));
	count = __builtin_bswap32(count);
	for (unsigned i = 0; i < count && i < FILES_LIMIT; i++) {
		read_item(file, sizeof(*file));
		if (strncmp(file->name, name, sizeof(file->name)) == 0)
			return true;
	}
	return false;
}

bool fw_cfg_cmdline(char *text, unsigned size)
{
	struct fw_cfg_file file;
	char signature[4];
	unsigned length;

	outw(PORT_SELECT, KEY_SIGNATURE);
	read_item(signature, sizeof(signature));
	if (memcmp(signature, "QEMU", sizeof(signature)) != 0 || !find_file(CMDLINE_FILE, &file))
		return false;
	length = __builtin_bswap32(file.size);
	if (length > size - 1)
		length = size - 1;
	outw(PORT_SELECT, __builtin_bswap16(file.select));
	read_item(text, length);
	text[length] = 0;
	return true;
}
