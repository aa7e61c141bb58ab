/* A substitute for the compiled agent: prints its version, and runs until it is asked to end. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void stop(int number) { (void)number; }

int main(int count, char **words) {
  if (count > 1 && !strcmp(words[1], "--version")) {
    puts("wfhagent " VERSION);
    return 0;
  }
  signal(SIGTERM, stop);
  puts("runs " VERSION);
  fflush(stdout);
  pause();
  puts("stored");
  return 0;
}
