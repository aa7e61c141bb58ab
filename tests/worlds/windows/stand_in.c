/* Stands in for the agent in an MSI: writes down how it was called, and fails if told to. */
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
