/* A stand-in for the agent in an MSI: records how it was called, and fails on request. */
#include <stdio.h>
#include <windows.h>

int main(void) {
  FILE *calls = fopen("C:\\calls.txt", "a");
  if (calls != NULL) {
    fprintf(calls, "%s %s\n", VERSION, strstr(GetCommandLineA(), "service"));
    fclose(calls);
  }
  return GetFileAttributesA("C:\\fail-" VERSION) != INVALID_FILE_ATTRIBUTES;
}
