/* Nuitka finds a module by its name among all 1,100, and copies each name before it compares it: a
   twentieth of a start. bytecode.py has it compare with this. */

#include <stdbool.h>
#include <string.h>

bool wfhagent_is_module(char const *name, char const *other) {
    return *name == *other && strcmp(name, other) == 0;
}
