/*
 * A courier: a process with network, but without database, files and keys. Takes
 * letters over FD one at a time, makes the permit of each delivery from the letter's
 * own host and the settings' address ranges, delivers it, says what came of it. Returns
 * the exit code; when the server goes away, so does the courier.
 */
#ifndef WX_NOTIFY_COURIER_H
#define WX_NOTIFY_COURIER_H

int wx_courier_main(int fd);

#endif
