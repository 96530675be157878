/* SPDX-License-Identifier: MIT */
/* The hazards, in the order in which people see them; tools/hazard_table.py judges them. */
#include "table.h"
#include "hazard.h"

const struct workload *const hazards[] = {
	&cause_hazard,	  &rewind_hazard, &gsbase_hazard,  &nmi_hazard,		&espfix_hazard,
	&vectors_hazard,  &source_hazard, &reraise_hazard, &eretu_hazard,	&sigstep_hazard,
	&stepover_hazard, &nullss_hazard, &rsp0_hazard,	   &doublefault_hazard, &newtask_hazard,
	&levels_hazard,	  &storm_hazard,
};

const unsigned hazards_count = sizeof(hazards) / sizeof(hazards[0]);
