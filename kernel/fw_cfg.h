/* SPDX-License-Identifier: MIT */
/* QEMU's fw_cfg: options without a new image. */
#ifndef FW_CFG_H
#define FW_CFG_H

#include <stdbool.h>

/* The options there. False: none there. At most size - 1 characters. */
bool fw_cfg_cmdline(char *text, unsigned size);

#endif
