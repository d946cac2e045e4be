/*
 * A little name server for the demo district and the scenarios, on loopback only:
 *     demo-dns PORT ZONEFILE
 * Zone lines: "NAME ADDRESS[,ADDRESS...]"; a leading "*." covers every name below. More
 * than one address: answers take turns, one address an answer (a rebinding zone).
 * Instead of an address: SERVFAIL, or DROP (no answer at all). Other names: NXDOMAIN.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ENTRIES_MAX = 4096, PACKET_MAX = 512, HEADER = 12, TYPE_A = 1, TYPE_AAAA = 28 };
enum rcode { NOERROR = 0, FORMERR = 1, SERVFAIL = 2, NXDOMAIN = 3 };

struct entry {
    char name[256];
    char value[200];
    unsigned n_asked;
};

static struct entry entries[ENTRIES_MAX];
static size_t n_entries;

static void load_zone(const char *path)
{
    char line[600];
    FILE *file = fopen(path, "r");

    if (!file) {
        perror(path);
        exit(2);
    }
    while (n_entries < ENTRIES_MAX && fgets(line, sizeof line, file)) {
        struct entry *e = &entries[n_entries];

        if (line[0] != '#' && sscanf(line, "%255s %199s", e->name, e->value) == 2)
            n_entries++;
    }
    fclose(file);
}

/* The question's name in text form; returns the offset behind it, 0 when malformed. */
static size_t read_name(const uint8_t *p, size_t n, char out[256])
{
    size_t at = HEADER, len = 0;

    while (at < n && p[at]) {
        size_t label = p[at++];

        if (label > 63 || at + label >= n || len + label + 1 >= 255)
            return 0;
        if (len)
            out[len++] = '.';
        for (size_t i = 0; i < label; i++)
            out[len++] = (char)tolower(p[at + i]);
        at += label;
    }
    out[len] = '\0';
    return at + 1;
}

static struct entry *find(const char *name)
{
    struct entry *wild = NULL;

    for (size_t i = 0; i < n_entries; i++) {
        struct entry *e = &entries[i];
        size_t ln = strlen(name), le = strlen(e->name);

        if (strcasecmp(e->name, name) == 0)
            return e;
        if (strncmp(e->name, "*.", 2) == 0 && ln > le - 1 &&
            strcasecmp(name + ln - (le - 1), e->name + 1) == 0)
            wild = e;
    }
    return wild;
}

/* The address whose turn it is. */
static bool pick(struct entry *e, int family, uint8_t address[16])
{
    char list[200], *save, *one;
    unsigned n = 0, turn;

    for (const char *p = e->value; *p; p++)
        n += *p == ',';
    turn = e->n_asked++ % (n + 1);
    snprintf(list, sizeof list, "%s", e->value);
    for (one = strtok_r(list, ",", &save); one && turn; turn--)
        one = strtok_r(NULL, ",", &save);
    return one && inet_pton(family, one, address) == 1;
}

static size_t put_answer(uint8_t *p, size_t at, uint16_t type, const uint8_t *address,
                         size_t len)
{
    const uint8_t head[] = {0xC0, HEADER, 0, (uint8_t)type, 0, 1, 0, 0,
                            0,    0,      0, (uint8_t)len};

    memcpy(p + at, head, sizeof head); /* TTL 0: every lookup is asked again */
    memcpy(p + at + sizeof head, address, len);
    return at + sizeof head + len;
}

/* Turn the query in P into its answer; 0: say nothing. */
static size_t answer(uint8_t *p, size_t n)
{
    char name[256];
    size_t at = n > HEADER + 5 ? read_name(p, n, name) : 0, end;
    struct entry *e;
    uint8_t address[16];
    uint16_t type;
    enum rcode rcode = NOERROR;

    if (!at || at + 4 > n)
        return 0;
    type = (uint16_t)(p[at] << 8 | p[at + 1]);
    end = at + 4;
    e = find(name);
    if (e && strcmp(e->value, "DROP") == 0)
        return 0;
    p[2] = 0x84; /* answer, authoritative */
    memset(p + 6, 0, 6);
    if (!e)
        rcode = NXDOMAIN;
    else if (strcmp(e->value, "SERVFAIL") == 0)
        rcode = SERVFAIL;
    else if ((type == TYPE_A && pick(e, AF_INET, address)) ||
             (type == TYPE_AAAA && strchr(e->value, ':') &&
              pick(e, AF_INET6, address))) {
        end = put_answer(p, end, type, address, type == TYPE_A ? 4 : 16);
        p[7] = 1;
    }
    p[3] = (uint8_t)rcode;
    return end;
}

int main(int argc, char **argv)
{
    struct sockaddr_in local = {.sin_family = AF_INET}, peer;
    uint8_t packet[PACKET_MAX + 64];
    int fd;

    if (argc != 3) {
        fprintf(stderr, "usage: demo-dns PORT ZONEFILE\n");
        return 2;
    }
    load_zone(argv[2]);
    local.sin_port = htons((uint16_t)atoi(argv[1]));
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&local, sizeof local) < 0) {
        perror("demo-dns");
        return 1;
    }
    for (;;) {
        socklen_t len = sizeof peer;
        ssize_t n = recvfrom(fd, packet, PACKET_MAX, 0, (struct sockaddr *)&peer, &len);
        size_t out = n > 0 ? answer(packet, (size_t)n) : 0;

        if (out)
            (void)sendto(fd, packet, out, 0, (struct sockaddr *)&peer, len);
    }
}
