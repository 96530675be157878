#include "view.h"
void draw_stacks(struct session *s, struct area area) {(void)s;(void)area;}
void draw_time(struct session *s, struct area area) {(void)s;(void)area;}
void draw_frame(struct session *s, struct area area) {(void)s;(void)area;}
void draw_summary(struct session *s, struct area area) {(void)s;(void)area;}
void draw_explain(struct session *s, struct area area) {(void)s;(void)area;}
void act_zoom(struct session *s, int c);
void act_zoom(struct session *s, int c) {(void)s;(void)c;}
