/* SPDX-License-Identifier: MIT */
#include "align.h"

#include <stdlib.h>
#include <string.h>

struct search {
	const uint64_t *a, *b;
	ptrdiff_t *forward, *backward; /* furthest x on each diagonal, from either end */
	size_t cap;
	struct alignment *result;
	bool failed;
};

static bool append(struct alignment *al, enum align_side side, size_t a, size_t b, size_t length)
{
	struct align_segment *last = al->count ? &al->segment[al->count - 1] : NULL;

	if (!length)
		return true;
	al->rows += length;
	if (last && last->side == side) {
		last->length += length;
		return true;
	}
	if (al->count == al->room) {
		size_t room = al->room ? 2 * al->room : 16;
		struct align_segment *larger = realloc(al->segment, room * sizeof(*larger));

		if (!larger)
			return false;
		al->segment = larger;
		al->room = room;
	}
	if (!al->segment)
		return false;
	al->segment[al->count++] = (struct align_segment){side, a, b, length, al->rows - length};
	return true;
}

static void emit(struct search *s, enum align_side side, size_t a, size_t b, size_t length)
{
	s->failed |= !append(s->result, side, a, b, length);
}

struct point {
	ptrdiff_t x, y;
};

/* One more edit from the front; true if it met the search from the back, at *meet. */
static bool step_forward(struct search *s, ptrdiff_t d, ptrdiff_t n, ptrdiff_t m, const uint64_t *a,
			 const uint64_t *b, struct point *meet)
{
	ptrdiff_t delta = n - m, *f = s->forward, *r = s->backward;

	for (ptrdiff_t k = -d; k <= d; k += 2) {
		if (k < -m || k > n)
			continue;
		bool down = k == -d || (k != d && f[k - 1] < f[k + 1]);
		ptrdiff_t x = down ? f[k + 1] : f[k - 1] + 1;

		if (x > n || x - k > m || x < 0 || x - k < 0) {
			/* Off the grid: remember it as the edge, it cannot win. */
			f[k] = down ? f[k + 1] : f[k - 1] + 1;
			continue;
		}
		while (x < n && x - k < m && a[x] == b[x - k])
			x++;
		f[k] = x;
		ptrdiff_t other = k - delta;

		if (delta % 2 && other >= -(d - 1) && other <= d - 1 && x >= r[other]) {
			*meet = (struct point){x, x - k};
			return true;
		}
	}
	return false;
}

/* The same from the back: r[c] is the smallest x reached on diagonal c + delta. */
static bool step_backward(struct search *s, ptrdiff_t d, ptrdiff_t n, ptrdiff_t m,
			  const uint64_t *a, const uint64_t *b, struct point *meet)
{
	ptrdiff_t delta = n - m, *f = s->forward, *r = s->backward;

	for (ptrdiff_t c = -d; c <= d; c += 2) {
		ptrdiff_t k = c + delta;

		if (k < -m || k > n)
			continue;
		bool up = c == d || (c != -d && r[c - 1] < r[c + 1]);
		ptrdiff_t x = up ? r[c - 1] : r[c + 1] - 1;

		if (x > n || x - k > m || x < 0 || x - k < 0) {
			r[c] = x;
			continue;
		}
		while (x > 0 && x - k > 0 && a[x - 1] == b[x - k - 1])
			x--;
		r[c] = x;
		if (!(delta % 2) && k >= -d && k <= d && f[k] >= x) {
			*meet = (struct point){f[k], f[k] - k};
			return true;
		}
	}
	return false;
}

/* The search is too expensive: cut where the path from the front got furthest. */
static struct point give_up(struct search *s, ptrdiff_t d, ptrdiff_t n, ptrdiff_t m)
{
	struct point best = {0, 0};

	for (ptrdiff_t k = -d; k <= d; k += 2) {
		if (k < -m || k > n)
			continue;
		ptrdiff_t x = s->forward[k], y = x - k;

		if (x < 0 || y < 0 || x > n || y > m)
			continue;
		if (x + y > best.x + best.y)
			best = (struct point){x, y};
	}
	s->result->approximate = true;
	return best;
}

/* A point that some shortest script (or a good one) from (0,0) to (n,m) goes through. */
static struct point middle(struct search *s, const uint64_t *a, ptrdiff_t n, const uint64_t *b,
			   ptrdiff_t m)
{
	struct point meet = {0, 0};

	for (ptrdiff_t d = 0;; d++) {
		/* Diagonals beyond the last step's are entered from a place off the grid. */
		s->forward[d + 1] = d ? -1 : 0;
		s->forward[-d - 1] = -1;
		s->backward[d + 1] = d ? n + m + 2 : n;
		s->backward[-d - 1] = d ? n + m + 2 : n;
		if (step_forward(s, d, n, m, a, b, &meet) || step_backward(s, d, n, m, a, b, &meet))
			return meet;
		if (d >= (ptrdiff_t)s->cap)
			return give_up(s, d, n, m);
	}
}

static void solve(struct search *s, size_t a0, size_t n, size_t b0, size_t m)
{
	size_t head = 0, tail = 0;
	const uint64_t *a = s->a + a0, *b = s->b + b0;

	while (head < n && head < m && a[head] == b[head])
		head++;
	while (tail < n - head && tail < m - head && a[n - 1 - tail] == b[m - 1 - tail])
		tail++;
	emit(s, ALIGN_BOTH, a0, b0, head);
	size_t rest_n = n - head - tail, rest_m = m - head - tail;

	if (!rest_n || !rest_m) {
		emit(s, ALIGN_ONLY_A, a0 + head, b0 + head, rest_n);
		emit(s, ALIGN_ONLY_B, a0 + head + rest_n, b0 + head, rest_m);
	} else {
		struct point p =
			middle(s, a + head, (ptrdiff_t)rest_n, b + head, (ptrdiff_t)rest_m);
		size_t x = (size_t)p.x, y = (size_t)p.y;

		if ((!x && !y) || (x == rest_n && y == rest_m)) {
			emit(s, ALIGN_ONLY_A, a0 + head, b0 + head, rest_n);
			emit(s, ALIGN_ONLY_B, a0 + head + rest_n, b0 + head, rest_m);
		} else {
			solve(s, a0 + head, x, b0 + head, y);
			solve(s, a0 + head + x, rest_n - x, b0 + head + y, rest_m - y);
		}
	}
	emit(s, ALIGN_BOTH, a0 + n - tail, b0 + m - tail, tail);
}

/* Only diagonals within cap of where a search begins are ever looked at. */
static bool begin(struct search *s, size_t cap, struct alignment *result, ptrdiff_t **memory)
{
	size_t half;

	memset(s, 0, sizeof(*s));
	memset(result, 0, sizeof(*result));
	s->cap = cap ? cap : ALIGN_CAP;
	s->result = result;
	half = s->cap + 4;
	*memory = malloc(4 * half * sizeof(ptrdiff_t));
	if (!*memory)
		return false;
	s->forward = *memory + half;
	s->backward = *memory + 3 * half;
	return true;
}

bool align(const uint64_t *a, size_t n, const uint64_t *b, size_t m, size_t cap,
	   struct alignment *result)
{
	struct search s;
	ptrdiff_t *memory;

	if (!begin(&s, cap, result, &memory))
		return false;
	s.a = a;
	s.b = b;
	solve(&s, 0, n, 0, m);
	free(memory);
	if (s.failed)
		align_free(result);
	return !s.failed;
}

bool align_refine(const struct alignment *base, const uint64_t *a, const uint64_t *b, size_t cap,
		  struct alignment *result)
{
	struct search s;
	ptrdiff_t *memory;

	if (!begin(&s, cap, result, &memory))
		return false;
	s.a = a;
	s.b = b;
	result->approximate = base->approximate;
	for (size_t i = 0; i < base->count;) {
		const struct align_segment *first = &base->segment[i];
		size_t n = 0, m = 0;

		if (first->side == ALIGN_BOTH) {
			emit(&s, ALIGN_BOTH, first->a, first->b, first->length);
			i++;
			continue;
		}
		/* Stretches of one side and the other, up to the next common one */
		for (; i < base->count && base->segment[i].side != ALIGN_BOTH; i++) {
			n += base->segment[i].side == ALIGN_ONLY_A ? base->segment[i].length : 0;
			m += base->segment[i].side == ALIGN_ONLY_B ? base->segment[i].length : 0;
		}
		solve(&s, first->a, n, first->b, m);
	}
	free(memory);
	if (s.failed)
		align_free(result);
	return !s.failed;
}

bool align_reach(const uint64_t *a, size_t n, const uint64_t *b, size_t m, size_t cap, size_t *x,
		 size_t *y)
{
	ptrdiff_t *memory = calloc(2 * cap + 5, sizeof(*memory)), *f;
	ptrdiff_t right = (ptrdiff_t)n, low = (ptrdiff_t)m;
	bool met = false;

	*x = *y = 0;
	if (!memory)
		return false;
	f = memory + cap + 2;
	for (ptrdiff_t d = 0; d <= (ptrdiff_t)cap && !met; d++) {
		f[d + 1] = d ? -1 : 0;
		f[-d - 1] = -1;
		/* No path is off the grid: the first at its edge ends the search */
		for (ptrdiff_t k = -d; k <= d && !met; k += 2) {
			bool down = k == -d || (k != d && f[k - 1] < f[k + 1]);
			ptrdiff_t at = down ? f[k + 1] : f[k - 1] + 1;

			while (at < right && at - k < low && a[at] == b[at - k])
				at++;
			f[k] = at;
			met = at >= right || at - k >= low;
			*x = (size_t)at;
			*y = (size_t)(at - k);
		}
	}
	free(memory);
	return met;
}

void align_free(struct alignment *result)
{
	free(result->segment);
	memset(result, 0, sizeof(*result));
}

const struct align_segment *align_find(const struct alignment *al, size_t row)
{
	size_t low = 0, high = al->count;

	while (high - low > 1) {
		size_t middle_row = low + (high - low) / 2;

		if (al->segment[middle_row].row <= row)
			low = middle_row;
		else
			high = middle_row;
	}
	return al->count ? &al->segment[low] : NULL;
}
