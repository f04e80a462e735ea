/* A Modbus TCP client, as plain as can be.
 *   modbus-client loop PORT SECONDS                 libmodbus, one request at a time
 *   modbus-client pipe PORT SECONDS OUTSTANDING     sockets, so many transactions on their way, requests of one batch in one write
 * Reads 20 registers at a time; prints requests a second and microseconds of processor a request. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct _modbus modbus_t;
modbus_t *modbus_new_tcp(const char *address, int port);
int modbus_connect(modbus_t *context);
int modbus_set_slave(modbus_t *context, int unit);
int modbus_read_registers(modbus_t *context, int address, int count, uint16_t *words);

/* A reply of 20 registers: 7 bytes of header, function, byte count, 40 bytes. */
enum { REGISTERS = 20, REQUEST = 12, REPLY = 49, OUTSTANDING_MAX = 64 };

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static long loop(int port, double until) {
    modbus_t *context = modbus_new_tcp("127.0.0.1", port);
    uint16_t words[REGISTERS];
    long count = 0;
    if (modbus_connect(context) < 0) return 0;
    modbus_set_slave(context, 1);
    for (; now_s() < until; count++)
        if (modbus_read_registers(context, 0, REGISTERS, words) != REGISTERS) return 0;
    return count;
}

static void ask(int connection, int requests) {
    static uint16_t id;
    uint8_t bytes[OUTSTANDING_MAX * REQUEST];
    for (int i = 0; i < requests; i++, id++)
        memcpy(bytes + i * REQUEST, (uint8_t[]){ id >> 8, id & 255, 0, 0, 0, 6, 1, 3, 0, 0, 0, REGISTERS }, REQUEST);
    if (write(connection, bytes, requests * REQUEST) < 0) exit(1);
}

static long pipe_through(int port, double until, int outstanding) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int one = 1, connection = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(connection, (struct sockaddr *)&address, sizeof address) < 0) return 0;
    uint8_t bytes[OUTSTANDING_MAX * REPLY];
    uint16_t words[REGISTERS];
    long count = 0;
    int held = 0;
    ask(connection, outstanding);
    while (now_s() < until) {
        ssize_t got = read(connection, bytes + held, sizeof bytes - held);
        if (got <= 0) return 0;
        held += got;
        int whole = held / REPLY;
        for (int i = 0; i < whole; i++)
            for (int word = 0; word < REGISTERS; word++) words[word] = bytes[i * REPLY + 9 + 2 * word] << 8 | bytes[i * REPLY + 10 + 2 * word];
        if (whole == 0) continue;
        count += whole;
        held -= whole * REPLY;
        memmove(bytes, bytes + whole * REPLY, held);
        ask(connection, whole);
    }
    return words[0] == 1 ? count + 1 : count;
}

int main(int given_count, char **given) {
    if (given_count < 4) return 2;
    double begun = now_s(), until = begun + atof(given[3]);
    long count = strcmp(given[1], "loop") == 0 ? loop(atoi(given[2]), until) : pipe_through(atoi(given[2]), until, atoi(given[4]));
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double processor = used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    printf("%.0f %.3f\n", count / (now_s() - begun), processor * 1e6 / count);
    return count == 0;
}
