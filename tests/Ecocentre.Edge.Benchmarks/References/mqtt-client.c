/* A client of libmosquitto that publishes at QoS 1.
 *   mqtt-client PORT MESSAGES BYTES INFLIGHT   prints messages a second and microseconds of processor a message
 * The calls are declared here so that the library's headers need not be installed (mosquitto.h 2.0). */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct mosquitto;
int mosquitto_lib_init(void);
struct mosquitto *mosquitto_new(const char *id, bool clean, void *context);
int mosquitto_int_option(struct mosquitto *client, int option, int value);
int mosquitto_connect(struct mosquitto *client, const char *host, int port, int keep_alive);
int mosquitto_publish(struct mosquitto *client, int *id, const char *topic, int length, const void *payload, int qos, bool retain);
int mosquitto_loop(struct mosquitto *client, int milliseconds, int packets);
void mosquitto_publish_callback_set(struct mosquitto *client, void (*answered)(struct mosquitto *, void *, int));
void mosquitto_connect_callback_set(struct mosquitto *client, void (*answered)(struct mosquitto *, void *, int));

/* enum mosq_opt_t: MOSQ_OPT_SEND_MAXIMUM, MOSQ_OPT_TCP_NODELAY */
enum { SEND_MAXIMUM = 5, TCP_NODELAY_OPTION = 11 };

static long answered;
static bool connected;

static void on_publish(struct mosquitto *client, void *context, int id) { (void)client, (void)context, (void)id, answered++; }
static void on_connect(struct mosquitto *client, void *context, int code) { (void)client, (void)context, connected = code == 0; }

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int count, char **given) {
    if (count != 5) return 2;
    long messages = atol(given[2]), sent = 0;
    int bytes = atoi(given[3]), in_flight = atoi(given[4]);
    char *payload = calloc(1, bytes);
    mosquitto_lib_init();
    struct mosquitto *client = mosquitto_new("reference", true, NULL);
    mosquitto_int_option(client, SEND_MAXIMUM, in_flight);
    mosquitto_int_option(client, TCP_NODELAY_OPTION, 1);
    mosquitto_publish_callback_set(client, on_publish);
    mosquitto_connect_callback_set(client, on_connect);
    if (mosquitto_connect(client, "127.0.0.1", atoi(given[1]), 60) != 0) return 1;
    while (!connected) mosquitto_loop(client, 100, 1);
    double begun = now_s();
    while (answered < messages) {
        for (; sent < messages && sent - answered < in_flight; sent++)
            if (mosquitto_publish(client, NULL, "ecocentre/v1/reference/log", bytes, payload, 1, false) != 0) return 1;
        if (mosquitto_loop(client, 100, 1) != 0) return 1;
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double processor = used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    printf("%.0f %.3f\n", messages / (now_s() - begun), processor * 1e6 / messages);
    return 0;
}
