// SPDX-License-Identifier: MIT
/*
 * What the loader handed over: the softcpu module, and options: on the command line, or
 * under QEMU in fw_cfg's opt/fredlab/cmdline. `test=` and `after=` take "group" or
 * "group.test"; `seed=` and `count=` are the random part's; `list` prints the tables; `silent`
 * asks softcpu to be a processor with FRED and no more; `differential` prints cases of
 * differential.c, of which `seed=`, `cases=` and `from=` say which.
 */
#include "suite.h"

#define MULTIBOOT2_MAGIC 0x36d76289
#define FW_CFG_SELECT	 0x510
#define FW_CFG_DATA	 0x511
#define FW_CFG_DIRECTORY 0x19

struct options options = {.seed = 1, .count = 20000, .cases = 3000};
struct module softcpu_module;

static bool starts_with(const char *s, const char *prefix)
{
	while (*prefix)
		if (*s++ != *prefix++)
			return false;
	return true;
}

static void copy_word(char *to, unsigned size, const char *from)
{
	while (*from && *from != ' ' && size-- > 1)
		*to++ = *from++;
	*to = 0;
}

static uint64_t number(const char *s)
{
	uint64_t value = 0;

	while (*s >= '0' && *s <= '9')
		value = 10 * value + *s++ - '0';
	return value;
}

static void parse(const char *s)
{
	while (*s) {
		if (starts_with(s, "test="))
			copy_word(options.test, sizeof(options.test), s + 5);
		else if (starts_with(s, "after="))
			copy_word(options.after, sizeof(options.after), s + 6);
		else if (starts_with(s, "seed="))
			options.seed = number(s + 5);
		else if (starts_with(s, "count="))
			options.count = number(s + 6);
		else if (starts_with(s, "cases="))
			options.cases = number(s + 6);
		else if (starts_with(s, "from="))
			options.from = number(s + 5);
		else if (starts_with(s, "differential"))
			options.differential = true;
		else if (starts_with(s, "list"))
			options.list = true;
		else if (starts_with(s, "silent"))
			options.silent = true;
		while (*s && *s != ' ')
			s++;
		while (*s == ' ')
			s++;
	}
}

static void fw_cfg_read(void *to, unsigned size)
{
	for (uint8_t *p = to; size--; p++)
		*p = inb(FW_CFG_DATA);
}

static bool fw_cfg_there(void)
{
	char signature[4];

	outw(FW_CFG_SELECT, 0);
	fw_cfg_read(signature, 4);
	return starts_with("QEMU",
			   (char[]){signature[0], signature[1], signature[2], signature[3], 0});
}

static void fw_cfg_options(void)
{
	static const char wanted[] = "opt/fredlab/cmdline";
	static char line[512];
	struct {
		uint32_t size;
		uint16_t select, reserved;
		char name[56];
	} file;
	uint32_t count;

	if (!fw_cfg_there())
		return;
	outw(FW_CFG_SELECT, FW_CFG_DIRECTORY);
	fw_cfg_read(&count, 4);
	count = __builtin_bswap32(count);
	for (uint32_t i = 0; i < count && i < 256; i++) {
		uint32_t size;

		fw_cfg_read(&file, sizeof(file));
		file.name[55] = 0;
		if (!starts_with(file.name, wanted))
			continue;
		size = __builtin_bswap32(file.size);
		outw(FW_CFG_SELECT, __builtin_bswap16(file.select));
		fw_cfg_read(line, size < sizeof(line) ? size : sizeof(line) - 1);
		parse(line);
		return;
	}
}

struct tag {
	uint32_t type, size;
};

static void take_tag(const struct tag *tag)
{
	const uint32_t *range = (const uint32_t *)(tag + 1);

	if (tag->type == 1)
		parse((const char *)(tag + 1));
	else if (tag->type == 3 && starts_with((const char *)(range + 2), "softcpu"))
		softcpu_module = (struct module){range[0], range[1]};
}

void options_init(uint32_t magic, uint64_t information)
{
	uint64_t at = information + 8, end = information;

	if (magic == MULTIBOOT2_MAGIC)
		end += *(const uint32_t *)information;
	while (at + sizeof(struct tag) <= end) {
		const struct tag *tag = (const struct tag *)at;

		if (!tag->type)
			break;
		take_tag(tag);
		at += (tag->size + 7) & ~7ull;
	}
	fw_cfg_options();
}
