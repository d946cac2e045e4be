/* Runs a fuzz target over the files of its kept corpus: replay FOLDER. TAP. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    size_t n = 0, got;

    if (!file)
        return 1;
    do {
        uint8_t *more = realloc(data, n + 65536);

        if (!more)
            abort();
        data = more;
        got = fread(data + n, 1, 65536, file);
        n += got;
    } while (got);
    fclose(file);
    /* an exact copy, so that reading one byte too far is seen */
    uint8_t *exact = malloc(n ? n : 1);
    if (!exact)
        abort();
    memcpy(exact, data, n);
    free(data);
    (void)LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    return 0;
}

int main(int argc, char **argv)
{
    struct dirent **names;
    int n = argc > 1 ? scandir(argv[1], &names, NULL, alphasort) : -1, count = 0;

    if (n < 0) {
        printf("not ok 1 - corpus folder %s\n", argc > 1 ? argv[1] : "(none)");
        return 1;
    }
    for (int i = 0; i < n; i++) {
        char path[4096];

        if (names[i]->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", argv[1], names[i]->d_name);
            printf("%sok %d - %s\n", replay(path) ? "not " : "", ++count,
                   names[i]->d_name);
            fflush(stdout);
        }
        free(names[i]);
    }
    free(names);
    printf("1..%d\n", count);
    return count ? 0 : 1;
}
