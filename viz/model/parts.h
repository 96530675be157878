/* SPDX-License-Identifier: MIT */
/* How the model cuts steps into parts, and aligns a part. Only files of model/ include this. */
#ifndef MODEL_PARTS_H
#define MODEL_PARTS_H

#include "model.h"

/* Cuts the step if it is not cut yet. */
void parts_cut(struct model *m, struct model_step *step);
void parts_free(struct model *m, struct model_step *step);

/* Aligns the part if it is not aligned now; NULL: only one side has events, or no memory. */
const struct alignment *parts_align(struct model *m, struct model_part *part);

#endif
