/* Runs in Windows under the name zig.exe: hands its call to bridge.py on Linux, and passes on what
 * zig prints there and its exit status. The port is in the environment.
 *
 * To the bridge: the number of words; each word with its length: the folder, then the arguments.
 * From it: the stream (1 or 2) and a length, then the text; at the end 0 and the exit status.
 * Numbers are 32 bits, little-endian; words are UTF-8. */
#include <winsock2.h>
#include <windows.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { NO_BRIDGE = 98, MAX_WORD = 1 << 16 };

static SOCKET bridge;

static void fail(const char *why)
{
    fprintf(stderr, "zig.exe: %s\n", why);
    exit(NO_BRIDGE);
}

static void write_all(const void *data, int length)
{
    const char *rest = data;
    for (int sent; length > 0; rest += sent, length -= sent)
        if ((sent = send(bridge, rest, length, 0)) <= 0)
            fail("the bridge has closed the connection");
}

static void read_all(void *data, int length)
{
    char *rest = data;
    for (int got; length > 0; rest += got, length -= got)
        if ((got = recv(bridge, rest, length, 0)) <= 0)
            fail("the bridge has closed the connection");
}

static void write_word(const wchar_t *word)
{
    static char text[MAX_WORD];
    int length = WideCharToMultiByte(CP_UTF8, 0, word, -1, text, MAX_WORD, NULL, NULL);
    if (length == 0)
        fail("a word is too long");
    uint32_t size = length - 1;
    write_all(&size, sizeof size);
    write_all(text, size);
}

static void connect_to_bridge(void)
{
    WSADATA library;
    const char *port = getenv("WFHAGENT_ZIG_PORT");
    if (port == NULL || WSAStartup(MAKEWORD(2, 2), &library) != 0)
        fail("WFHAGENT_ZIG_PORT is not set");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bridge = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(bridge, (struct sockaddr *)&address, sizeof address) != 0)
        fail("no bridge answers");
}

int wmain(int count, wchar_t **words)
{
    static wchar_t folder[MAX_WORD];
    connect_to_bridge();
    GetCurrentDirectoryW(MAX_WORD, folder);
    write_all(&count, sizeof count);
    write_word(folder);
    for (int i = 1; i < count; i++)
        write_word(words[i]);
    for (;;) {
        uint32_t head[2];
        DWORD written;
        read_all(head, sizeof head);
        if (head[0] == 0)
            return head[1];
        char *text = malloc(head[1]);
        if (text == NULL)
            fail("no memory");
        read_all(text, head[1]);
        HANDLE stream = GetStdHandle(head[0] == 1 ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);
        WriteFile(stream, text, head[1], &written, NULL);
        free(text);
    }
}
