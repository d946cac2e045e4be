/*
 * A worker process: reads the web, knows no database and no file. Takes its setup over
 * FD, opens what it will need, goes to jail, then inspects the sites it is sent.
 * Returns the exit code. When the core goes away, so does the worker, and with it every
 * socket.
 */
#ifndef WX_SCAN_WORKER_H
#define WX_SCAN_WORKER_H

int wx_worker_main(int fd);

#endif
