#include "fredviz.h"
int cmd_view(int argc, char **argv) { (void)argc; (void)argv; return 2; }
