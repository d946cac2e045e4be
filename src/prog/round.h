/*
 * "wangxun round": one round of the server in a process of its own, started by its
 * supervisor (round/rounds.h) only. Descriptor 3 holds the request, 4 is where it tells
 * what happens; nobody listening any more means that it must end.
 */
#ifndef WX_PROG_ROUND_H
#define WX_PROG_ROUND_H

int wx_round_main(int request_fd, int tell_fd);

#endif
