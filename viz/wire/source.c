/* SPDX-License-Identifier: MIT */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "talk/message.h"
#include "talk/progress.h"

#define LOOK_MS 50

static int address_of(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(address->sun_path)) {
		complain("%s: longer than the %zu bytes that a socket's name may have", path,
			 sizeof(address->sun_path) - 1);
		return -1;
	}
	strcpy(address->sun_path, path);
	return 0;
}

/* True while there is time left; sleeps a little. */
static bool look_again(uint64_t until, const volatile sig_atomic_t *stop)
{
	if (*stop || progress_clock() >= until)
		return false;
	poll(NULL, 0, LOOK_MS);
	return true;
}

int source_connect(const char *path, unsigned seconds, const volatile sig_atomic_t *stop)
{
	uint64_t until = progress_clock() + seconds * 1000ull;
	struct sockaddr_un address;

	if (address_of(path, &address))
		return -1;
	do {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd >= 0 && !connect(fd, (struct sockaddr *)&address, sizeof(address)))
			return fd;
		if (fd >= 0)
			close(fd);
	} while (look_again(until, stop));
	complain("%s: %s; is the machine running (tools/run --trace-socket %s)?", path,
		 strerror(errno), path);
	return -1;
}

/* A socket that a dead recorder left is in the way; anything else there is not ours. */
static void remove_stale(const char *path)
{
	struct stat status;

	if (!lstat(path, &status) && S_ISSOCK(status.st_mode))
		unlink(path);
}

static int accept_one(int listener, uint64_t until, const volatile sig_atomic_t *stop)
{
	struct pollfd wait = {.fd = listener, .events = POLLIN};

	while (!*stop && progress_clock() < until)
		if (poll(&wait, 1, LOOK_MS) > 0)
			return accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	errno = ETIMEDOUT;
	return -1;
}

static int try_to_listen(const char *path, int listener)
{
	struct sockaddr_un address;
	int probe;

	if (address_of(path, &address))
		return -1;
	probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (!connect(probe, (struct sockaddr *)&address, sizeof(address))) {
		close(probe);
		complain("%s: another program listens there; choose another name", path);
		return -1;
	}
	close(probe);
	remove_stale(path);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 1)) {
		complain("%s: %s", path, strerror(errno));
		return -1;
	}
	return 0;
}

int source_listen(const char *path, unsigned seconds, const volatile sig_atomic_t *stop)
{
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd = -1;

	if (try_to_listen(path, listener)) {
		close(listener);
		return -1;
	}
	fd = accept_one(listener, progress_clock() + seconds * 1000ull, stop);
	if (fd < 0)
		complain("%s: no machine connected in %u s", path, seconds);
	unlink(path);
	close(listener);
	return fd;
}

int source_follow(const char *path, unsigned seconds, const volatile sig_atomic_t *stop)
{
	uint64_t until = progress_clock() + seconds * 1000ull;

	do {
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd >= 0)
			return fd;
	} while (errno == ENOENT && look_again(until, stop));
	complain("%s: %s", path, strerror(errno));
	return -1;
}
