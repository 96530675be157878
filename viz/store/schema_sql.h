/* SPDX-License-Identifier: MIT */
/*
 * Tables and views of the run database, schema version 3. docs/run-database.md tells
 * them with examples. 64-bit words are stored as SQLite's signed integers; the views
 * show addresses as hexadecimal text.
 */
#ifndef STORE_SCHEMA_SQL_H
#define STORE_SCHEMA_SQL_H

/* SQL in pieces, laid out as SQL */
/* clang-format off */

static const char schema_tables[] =
	"CREATE TABLE IF NOT EXISTS run("
	" id INTEGER PRIMARY KEY,"
	" boot INTEGER NOT NULL,"      /* runs of one boot share it */
	" created INTEGER NOT NULL,"   /* seconds since 1970 */
	" name TEXT NOT NULL,"	       /* import --name */
	" source TEXT NOT NULL,"       /* the trace file or socket */
	" workload TEXT NOT NULL,"
	" options INTEGER NOT NULL,"   /* enum ft_run */
	" events INTEGER NOT NULL,"
	" gaps INTEGER NOT NULL,"
	" lost INTEGER NOT NULL,"      /* records known to be lost */
	" begin_tsc INTEGER NOT NULL,"
	" end_tsc INTEGER NOT NULL,"
	" result INTEGER,"	       /* of FT_END; NULL = it did not come */
	" incomplete TEXT"	       /* why the run is not whole; NULL = it is */
	") STRICT;"
	"CREATE TABLE IF NOT EXISTS info(run INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS task(run INTEGER NOT NULL, task INTEGER NOT NULL, name TEXT NOT NULL,"
	" PRIMARY KEY(run, task)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS stack(run INTEGER NOT NULL, task INTEGER NOT NULL, stack INTEGER NOT NULL,"
	" low INTEGER NOT NULL, size INTEGER NOT NULL,"
	" PRIMARY KEY(run, task, stack)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS step(run INTEGER NOT NULL, step INTEGER NOT NULL, value INTEGER NOT NULL,"
	" text TEXT NOT NULL, tsc INTEGER NOT NULL, first_n INTEGER NOT NULL,"
	" PRIMARY KEY(run, step)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS result(run INTEGER NOT NULL, step INTEGER NOT NULL, value INTEGER NOT NULL)"
	" STRICT;"
	"CREATE TABLE IF NOT EXISTS switch(run INTEGER NOT NULL, after_n INTEGER NOT NULL, cpu INTEGER NOT NULL,"
	" tsc INTEGER NOT NULL, from_task INTEGER NOT NULL, to_task INTEGER NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS work(run INTEGER NOT NULL, after_n INTEGER NOT NULL, cpu INTEGER NOT NULL,"
	" tsc INTEGER NOT NULL, work INTEGER NOT NULL, times INTEGER NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS nmi_window(run INTEGER NOT NULL, cpu INTEGER NOT NULL,"
	" from_n INTEGER NOT NULL, to_n INTEGER NOT NULL,"
	" from_tsc INTEGER NOT NULL, to_tsc INTEGER NOT NULL, observed INTEGER NOT NULL,"
	" pending INTEGER NOT NULL, closed INTEGER NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS symbol(boot INTEGER NOT NULL, address INTEGER NOT NULL,"
	" function TEXT, offset INTEGER, file TEXT, line INTEGER,"
	" PRIMARY KEY(boot, address)) STRICT, WITHOUT ROWID;"
	/* One row per event or gap, n = 1.. in the order of the entries. */
	"CREATE TABLE IF NOT EXISTS event("
	" run INTEGER NOT NULL,"
	" n INTEGER NOT NULL,"
	" step INTEGER NOT NULL,"
	" cpu INTEGER NOT NULL,"
	" lost INTEGER,"	 /* a gap of that many records (-1 unknown); NULL = an event */
	" task INTEGER, depth INTEGER, parent INTEGER, type INTEGER, vector INTEGER,"
	" stack INTEGER, flags INTEGER,"
	" seq INTEGER,"		 /* of the entry's record; NULL = entry lost */
	" tsc INTEGER, nmi INTEGER, work INTEGER, address INTEGER, gsbase INTEGER, cr2 INTEGER,"
	" error INTEGER, rip INTEGER, cs INTEGER, rflags INTEGER, rsp INTEGER, ss INTEGER,"
	" data INTEGER, zero INTEGER,"
	" exit_seq INTEGER,"	 /* NULL = the event never returned */
	" exit_tsc INTEGER, exit_nmi INTEGER, exit_work INTEGER,"
	" edited INTEGER,"	 /* bit i: frame word i changed on purpose */
	" changed INTEGER,"	 /* bit i: frame word i differs at the exit */
	" PRIMARY KEY(run, n)) STRICT, WITHOUT ROWID;"
	/* The frame about to be popped, where it is not the frame that was pushed. */
	"CREATE TABLE IF NOT EXISTS exit_frame("
	" run INTEGER NOT NULL, n INTEGER NOT NULL, address INTEGER, gsbase INTEGER,"
	" error INTEGER, rip INTEGER, cs INTEGER, rflags INTEGER, rsp INTEGER, ss INTEGER,"
	" data INTEGER, zero INTEGER,"
	" PRIMARY KEY(run, n)) STRICT, WITHOUT ROWID;"
	/* What went wrong and was contained; n = the event that was harmed. Since version 2. */
	"CREATE TABLE IF NOT EXISTS harm(run INTEGER NOT NULL, n INTEGER NOT NULL,"
	" harm INTEGER NOT NULL, means TEXT NOT NULL, address INTEGER NOT NULL,"
	" value INTEGER NOT NULL) STRICT;"
	/* Since version 3, what views of long runs go by (viz/event/digest.h, zone.h, anchor.h, totals.h): */
	"CREATE TABLE IF NOT EXISTS digest(id INTEGER PRIMARY KEY, events BLOB NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS zone(run INTEGER NOT NULL, block INTEGER NOT NULL, tsc INTEGER NOT NULL,"
	" has INTEGER NOT NULL, types INTEGER NOT NULL, stacks INTEGER NOT NULL, tasks INTEGER NOT NULL,"
	" deepest INTEGER NOT NULL, v0 INTEGER NOT NULL, v1 INTEGER NOT NULL, v2 INTEGER NOT NULL,"
	" v3 INTEGER NOT NULL, PRIMARY KEY(run, block)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS anchor(run INTEGER NOT NULL, n INTEGER NOT NULL, hash INTEGER NOT NULL,"
	" PRIMARY KEY(run, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS total(run INTEGER NOT NULL, what TEXT NOT NULL, number INTEGER NOT NULL,"
	" PRIMARY KEY(run, what)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS cost(run INTEGER NOT NULL, fred INTEGER NOT NULL, type INTEGER NOT NULL,"
	" vector INTEGER NOT NULL, events INTEGER NOT NULL, returned INTEGER NOT NULL, ticks INTEGER NOT NULL,"
	" least INTEGER NOT NULL, most INTEGER NOT NULL, work INTEGER NOT NULL,"
	" PRIMARY KEY(run, fred, type, vector)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS event_name(type INTEGER NOT NULL, vector INTEGER NOT NULL,"
	" name TEXT NOT NULL, PRIMARY KEY(type, vector)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS stack_name(stack INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS work_name(bit INTEGER PRIMARY KEY, name TEXT NOT NULL, means TEXT NOT NULL)"
	" STRICT;";

/*
 * Small, since their WHERE rarely holds, but the making reads the whole table: made with
 * the first such row. A database without the index holds no such row.
 */
static const char schema_index_clobbered[] =
	"CREATE INDEX IF NOT EXISTS event_clobbered ON event(run, n) WHERE changed & ~edited;";
static const char schema_index_gap[] =
	"CREATE INDEX IF NOT EXISTS event_gap ON event(run, n) WHERE lost IS NOT NULL;";

#define SQL_NAME                                                                              \
	"coalesce(m.name, CASE e.type WHEN 0 THEN printf('interrupt 0x%02x', e.vector)"       \
	" WHEN 4 THEN printf('INT 0x%02x', e.vector)"                                         \
	" ELSE printf('type %d vector %d', e.type, e.vector) END)"
#define SQL_NMI(c)                                                                            \
	"CASE WHEN " c " & 1 THEN 'blocked' ELSE 'open' END ||"                               \
	" CASE WHEN " c " & 2 THEN ', pending' ELSE '' END ||"                                \
	" CASE WHEN " c " & 128 THEN ' (observed)' ELSE ' (inferred)' END"
#define SQL_JOIN_NAME " LEFT JOIN event_name m ON m.type = e.type AND m.vector = e.vector"
#define SQL_JOIN_SYMBOL                                                                       \
	" JOIN run r ON r.id = e.run"                                                         \
	" LEFT JOIN symbol y ON y.boot = r.boot AND y.address = e.rip"
#define SQL_BIT(c, b) "((" c " >> " #b ") & 1)"
#define SQL_BITS(c)                                                                           \
	"(" SQL_BIT(c, 0) "+" SQL_BIT(c, 1) "+" SQL_BIT(c, 2) "+" SQL_BIT(c, 3) "+"           \
	SQL_BIT(c, 4) "+" SQL_BIT(c, 5) "+" SQL_BIT(c, 6) "+" SQL_BIT(c, 7) "+"               \
	SQL_BIT(c, 8) "+" SQL_BIT(c, 9) "+" SQL_BIT(c, 10) "+" SQL_BIT(c, 11) "+"         \
	SQL_BIT(c, 12) ")"

static const char schema_views[] =
	"CREATE VIEW IF NOT EXISTS events AS SELECT e.run, e.n, e.step, e.task, e.depth,"
	" nullif(e.parent, 0) AS parent, " SQL_NAME " AS name, e.type, e.vector,"
	" s.name AS stack, " SQL_NMI("e.nmi") " AS nmi, printf('0x%x', e.rip) AS rip,"
	" y.function, y.offset, y.file, y.line, e.tsc, e.exit_tsc - e.tsc AS ticks,"
	" e.exit_seq IS NOT NULL AS returned, (e.changed & ~e.edited) <> 0 AS clobbered,"
	" e.flags >> 4 & 1 AS injected"
	" FROM event e LEFT JOIN stack_name s ON s.stack = e.stack" SQL_JOIN_NAME SQL_JOIN_SYMBOL
	" WHERE e.lost IS NULL;"
	"CREATE VIEW IF NOT EXISTS frames AS SELECT e.run, e.n, 'entry' AS at, " SQL_NAME " AS name,"
	" printf('0x%x', e.address) AS address, printf('0x%x', e.error) AS error,"
	" printf('0x%x', e.rip) AS rip, printf('0x%x', e.cs) AS cs,"
	" printf('0x%x', e.rflags) AS rflags, printf('0x%x', e.rsp) AS rsp,"
	" printf('0x%x', e.ss) AS ss, printf('0x%x', e.data) AS data,"
	" printf('0x%x', e.zero) AS zero"
	" FROM event e" SQL_JOIN_NAME " WHERE e.seq IS NOT NULL"
	" UNION ALL SELECT e.run, e.n, 'exit', " SQL_NAME ","
	" printf('0x%x', coalesce(x.address, e.address)), printf('0x%x', coalesce(x.error, e.error)),"
	" printf('0x%x', coalesce(x.rip, e.rip)), printf('0x%x', coalesce(x.cs, e.cs)),"
	" printf('0x%x', coalesce(x.rflags, e.rflags)), printf('0x%x', coalesce(x.rsp, e.rsp)),"
	" printf('0x%x', coalesce(x.ss, e.ss)), printf('0x%x', coalesce(x.data, e.data)),"
	" printf('0x%x', coalesce(x.zero, e.zero))"
	" FROM event e LEFT JOIN exit_frame x ON x.run = e.run AND x.n = e.n" SQL_JOIN_NAME
	" WHERE e.exit_seq IS NOT NULL;"
	"CREATE VIEW IF NOT EXISTS nesting AS SELECT e.run, e.n, e.step, e.depth, " SQL_NAME " AS name,"
	" p.n AS parent, (SELECT name FROM event_name WHERE type = p.type AND vector = p.vector)"
	" AS parent_name, s.name AS stack, t.name AS parent_stack"
	" FROM event e JOIN event p ON p.run = e.run AND p.n = e.parent"
	" LEFT JOIN stack_name s ON s.stack = e.stack"
	" LEFT JOIN stack_name t ON t.stack = p.stack" SQL_JOIN_NAME ";"
	"CREATE VIEW IF NOT EXISTS switches AS SELECT w.run, w.after_n, w.cpu, w.tsc, w.from_task,"
	" f.name AS from_name, w.to_task, t.name AS to_name FROM switch w"
	" LEFT JOIN task f ON f.run = w.run AND f.task = w.from_task"
	" LEFT JOIN task t ON t.run = w.run AND t.task = w.to_task;"
	"CREATE VIEW IF NOT EXISTS nmi_windows AS SELECT run, cpu, from_n, to_n, to_n - from_n + 1 AS events,"
	" to_tsc - from_tsc AS ticks, CASE observed WHEN 1 THEN 'observed' ELSE 'inferred' END"
	" AS known, pending AS held_one_back, closed FROM nmi_window;"
	"CREATE VIEW IF NOT EXISTS clobbers AS WITH words(i, word) AS (VALUES (0, 'error'), (1, 'rip'),"
	" (2, 'cs'), (3, 'rflags'), (4, 'rsp'), (5, 'ss'), (6, 'data'), (7, 'zero'))"
	" SELECT e.run, e.n, e.step, " SQL_NAME " AS name, w.word,"
	" printf('0x%x', CASE w.i WHEN 0 THEN e.error WHEN 1 THEN e.rip WHEN 2 THEN e.cs"
	" WHEN 3 THEN e.rflags WHEN 4 THEN e.rsp WHEN 5 THEN e.ss WHEN 6 THEN e.data"
	" ELSE e.zero END) AS pushed,"
	" printf('0x%x', CASE w.i WHEN 0 THEN x.error WHEN 1 THEN x.rip WHEN 2 THEN x.cs"
	" WHEN 3 THEN x.rflags WHEN 4 THEN x.rsp WHEN 5 THEN x.ss WHEN 6 THEN x.data"
	" ELSE x.zero END) AS popped"
	" FROM event e JOIN exit_frame x ON x.run = e.run AND x.n = e.n"
	" JOIN words w ON ((e.changed & ~e.edited) >> w.i) & 1" SQL_JOIN_NAME
	" WHERE e.changed & ~e.edited;"
	"CREATE VIEW IF NOT EXISTS costs AS SELECT e.run, CASE WHEN e.flags & 1 THEN 'fred' ELSE 'idt' END"
	" AS delivery, " SQL_NAME " AS name, count(*) AS events,"
	" min(e.exit_tsc - e.tsc) AS least_ticks, round(avg(e.exit_tsc - e.tsc)) AS mean_ticks,"
	" max(e.exit_tsc - e.tsc) AS most_ticks,"
	" sum(" SQL_BITS("(coalesce(e.work, 0) | coalesce(e.exit_work, 0))") ") AS software_work"
	" FROM event e" SQL_JOIN_NAME " WHERE e.lost IS NULL"
	" GROUP BY e.run, 2, e.type, e.vector;"
	"CREATE VIEW IF NOT EXISTS harms AS SELECT h.run, h.n, e.step, " SQL_NAME " AS name,"
	" h.means, printf('0x%x', h.address) AS address, printf('0x%x', h.value) AS value"
	" FROM harm h LEFT JOIN event e ON e.run = h.run AND e.n = h.n" SQL_JOIN_NAME ";"
	"CREATE VIEW IF NOT EXISTS gaps AS SELECT run, n, step, cpu, nullif(lost, -1) AS records_lost FROM event"
	" WHERE lost IS NOT NULL;"
	"CREATE VIEW IF NOT EXISTS runs AS SELECT id, boot, datetime(created, 'unixepoch') AS made, name,"
	" workload, CASE WHEN options & 1 THEN 'fred' ELSE 'idt' END AS delivery,"
	" CASE WHEN options & 1 THEN CASE (options >> 2) & 3 WHEN 0 THEN 'linux' WHEN 1"
	" THEN 'xen' ELSE 'flat' END WHEN options & 2 THEN 'naive' ELSE 'careful' END AS variant,"
	" events, lost, end_tsc - begin_tsc AS ticks, result, incomplete FROM run;";

#endif
