/* SPDX-License-Identifier: MIT */
#include "symbols.h"

#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "talk/message.h"
#include "talk/text.h"

/* Both programs lie at fixed addresses, but may overlap: one session for each. */
struct image {
	Dwfl *dwfl;
	Dwfl_Module *module;
};

struct symbols {
	struct image kernel, user;
};

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

static void open_image(struct image *image, const char *path, bool required)
{
	if (!path)
		return;
	if (access(path, R_OK)) {
		if (required)
			complain("%s: %s; addresses stay without names", path, strerror(errno));
		return;
	}
	image->dwfl = dwfl_begin(&callbacks);
	if (!image->dwfl)
		return;
	dwfl_report_begin(image->dwfl);
	image->module = dwfl_report_elf(image->dwfl, "", path, -1, 0, false);
	dwfl_report_end(image->dwfl, NULL, NULL);
	if (!image->module)
		complain("%s: not a usable ELF file (%s); addresses stay without names", path,
			 dwfl_errmsg(-1));
}

struct symbols *symbols_open(const char *kernel, const char *user, bool required)
{
	struct symbols *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	open_image(&s->kernel, kernel, required);
	open_image(&s->user, user, required);
	return s;
}

void symbols_close(struct symbols *s)
{
	if (!s)
		return;
	if (s->kernel.dwfl)
		dwfl_end(s->kernel.dwfl);
	if (s->user.dwfl)
		dwfl_end(s->user.dwfl);
	free(s);
}

bool symbols_find(struct symbols *s, uint64_t address, struct symbol *symbol)
{
	Dwfl_Module *module = address >> 63 ? s->kernel.module : s->user.module;
	GElf_Off offset = 0;
	GElf_Sym sym;
	int line = 0;

	memset(symbol, 0, sizeof(*symbol));
	if (!module)
		return false;
	const char *name = dwfl_module_addrinfo(module, address, &offset, &sym, NULL, NULL, NULL);

	if (name) {
		text_clean(symbol->function, sizeof(symbol->function), name, SYMBOL_TEXT);
		symbol->offset = offset;
	}
	Dwfl_Line *found = dwfl_module_getsrc(module, address);
	const char *file = found ? dwfl_lineinfo(found, NULL, &line, NULL, NULL, NULL) : NULL;

	if (file) {
		text_clean(symbol->file, sizeof(symbol->file), file, strlen(file));
		symbol->line = line;
	}
	return name || file;
}
