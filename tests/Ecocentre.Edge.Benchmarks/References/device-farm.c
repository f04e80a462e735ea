/* A farm of Modbus TCP devices on libmodbus: every unit id of every port answers, one connection after the other as a device does.
 *
 *   device-farm PORT PORTS PERIOD_MS DELAY_MS LOSS_PERMILLE
 *
 * Listens on PORTS ports from PORT on. Holds float32 values (high word first) that walk once a second in both register tables. Waits DELAY_MS before
 * each answer, and leaves LOSS_PERMILLE of a thousand requests without one, by a fixed sequence. A line on its input is answered with a line of what
 * was asked since the last one:
 *
 *   requests answered unanswered missed first_ns processor_us
 *
 * A poll is missed where the distance of two requests of one unit is more than one and a half periods: one for each whole period beyond the
 * first. first_ns is when the very first request came (CLOCK_MONOTONIC), 0 while none has. The calls of libmodbus are declared here so that the
 * library's headers need not be installed. */
#define _GNU_SOURCE
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct _modbus modbus_t;
typedef struct {
    int nb_bits, start_bits, nb_input_bits, start_input_bits, nb_input_registers, start_input_registers, nb_registers, start_registers;
    uint8_t *tab_bits, *tab_input_bits;
    uint16_t *tab_input_registers, *tab_registers;
} modbus_mapping_t;
modbus_t *modbus_new_tcp(const char *address, int port);
int modbus_set_socket(modbus_t *context, int socket);
int modbus_receive(modbus_t *context, uint8_t *request);
int modbus_reply(modbus_t *context, const uint8_t *request, int length, modbus_mapping_t *mapping);
modbus_mapping_t *modbus_mapping_new(int bits, int input_bits, int registers, int input_registers);
void modbus_close(modbus_t *context);
void modbus_free(modbus_t *context);

/* A frame of Modbus TCP is at most 260 bytes (MODBUS Messaging on TCP/IP V1.0b, 3.1.2). */
enum { FRAME_MAX = 260, UNITS = 256, REGISTERS = 400, STACK = 128 * 1024 };

static modbus_mapping_t *mapping;
static int64_t period_ns, delay_ns;
static int loss_permille;
static _Atomic int64_t requests, answered, unanswered, missed, first_ns;

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void count(int64_t *last, uint8_t unit) {
    int64_t now = now_ns(), none = 0;
    atomic_compare_exchange_strong(&first_ns, &none, now);
    atomic_fetch_add(&requests, 1);
    int64_t between = now - last[unit];
    if (last[unit] && between * 2 > period_ns * 3) atomic_fetch_add(&missed, (between + period_ns / 2) / period_ns - 1);
    last[unit] = now;
}

typedef struct { int port, socket; } place;

static void *serve(void *given) {
    place here = *(place *)given;
    free(given);
    modbus_t *context = modbus_new_tcp("127.0.0.1", here.port);
    modbus_set_socket(context, here.socket);
    uint8_t request[FRAME_MAX];
    static _Thread_local int64_t last[UNITS];
    for (;;) {
        int length = modbus_receive(context, request);
        if (length < 0) break;
        if (length == 0) continue;
        count(last, request[6]);
        /* Weyl's sequence by the golden ratio: spread evenly, and the same at every run. */
        static _Atomic uint32_t turn;
        uint32_t spread = (atomic_fetch_add(&turn, 1) + 1) * 2654435769u;
        if ((uint64_t)spread * 1000 >> 32 < (uint64_t)loss_permille) {
            atomic_fetch_add(&unanswered, 1);
            continue;
        }
        if (delay_ns > 0) {
            struct timespec wait = { delay_ns / 1000000000LL, delay_ns % 1000000000LL };
            nanosleep(&wait, NULL);
        }
        if (modbus_reply(context, request, length, mapping) > 0) atomic_fetch_add(&answered, 1);
    }
    modbus_close(context);
    modbus_free(context);
    return NULL;
}

static void start(void *(*work)(void *), int port, int socket) {
    pthread_t thread;
    pthread_attr_t attributes;
    place *here = malloc(sizeof *here);
    *here = (place){ port, socket };
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    pthread_create(&thread, &attributes, work, here);
    pthread_detach(thread);
}

static void *listen_at(void *given) {
    place here = *(place *)given;
    free(given);
    for (;;) {
        int one = 1, socket = accept(here.socket, NULL, NULL);
        if (socket < 0) return NULL;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        start(serve, here.port, socket);
    }
}

static _Noreturn void *walk(void *nothing) {
    (void)nothing;
    static float values[REGISTERS / 2];
    for (int i = 0; i < REGISTERS / 2; i++) values[i] = 50 + i;
    for (unsigned seed = 1;;) {
        for (int i = 0; i < REGISTERS / 2; i++) {
            values[i] += ((int)(rand_r(&seed) % 2001) - 1000) / 100000.0f;
            uint32_t bits;
            memcpy(&bits, &values[i], sizeof bits);
            mapping->tab_registers[2 * i] = mapping->tab_input_registers[2 * i] = bits >> 16;
            mapping->tab_registers[2 * i + 1] = mapping->tab_input_registers[2 * i + 1] = bits & 0xFFFF;
        }
        sleep(1);
    }
}

int main(int count_given, char **given) {
    if (count_given != 6) return fprintf(stderr, "device-farm PORT PORTS PERIOD_MS DELAY_MS LOSS_PERMILLE\n"), 2;
    int port = atoi(given[1]), ports = atoi(given[2]);
    period_ns = atoll(given[3]) * 1000000LL;
    delay_ns = atoll(given[4]) * 1000000LL;
    loss_permille = atoi(given[5]);
    mapping = modbus_mapping_new(0, 0, REGISTERS, REGISTERS);
    for (int i = 0; i < ports; i++) {
        struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port + i), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 8) < 0) return perror("device-farm"), 1;
        start(listen_at, port + i, listener);
    }
    start(walk, 0, 0);
    printf("ready\n");
    fflush(stdout);
    for (char line[64]; fgets(line, sizeof line, stdin);) {
        struct rusage used;
        getrusage(RUSAGE_SELF, &used);
        printf("%lld %lld %lld %lld %lld %lld\n", (long long)atomic_exchange(&requests, 0), (long long)atomic_exchange(&answered, 0),
            (long long)atomic_exchange(&unanswered, 0), (long long)atomic_exchange(&missed, 0), (long long)atomic_load(&first_ns),
            (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL + used.ru_utime.tv_usec + used.ru_stime.tv_usec);
        fflush(stdout);
    }
    return 0;
}
