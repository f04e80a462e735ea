/* Count, sum, least and greatest of many series, by index, readings in random order: what accepting a reading is compared with.
 *   accept POINTS   prints nanoseconds a reading, the best of its rounds */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct { double value; int64_t at; uint16_t point; uint8_t quality; } reading;
typedef struct { double sum, least, greatest; int64_t count; } series;

enum { ROUNDS = 20, TRIES = 30 };

static double now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int count, char **given) {
    int points = count > 1 ? atoi(given[1]) : 32000;
    reading *readings = malloc(sizeof *readings * points * ROUNDS);
    series *all = calloc(points, sizeof *all);
    int *order = malloc(sizeof *order * points);
    unsigned seed = 1;
    for (int i = 0; i < points; i++) order[i] = i;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = points - 1; i > 0; i--) {
            int other = rand_r(&seed) % (i + 1), kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        for (int i = 0; i < points; i++) readings[round * points + i] = (reading){ i, round, (uint16_t)order[i], 0 };
    }
    double best = 1e9, sum = 0;
    for (int try = 0; try < TRIES; try++)
        for (int round = 0; round < ROUNDS; round++) {
            double begun = now_ns();
            for (reading *r = readings + round * points, *end = r + points; r < end; r++) {
                series *s = &all[r->point];
                s->count++;
                s->sum += r->value;
                if (r->value < s->least) s->least = r->value;
                if (r->value > s->greatest) s->greatest = r->value;
            }
            double each = (now_ns() - begun) / points;
            if (each < best) best = each;
        }
    for (int i = 0; i < points; i++) sum += all[i].sum;
    printf("%.3f\n", best);
    return sum < 0;
}
