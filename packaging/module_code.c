/* Nuitka keeps the code of every module that travels as bytecode, though it runs once: 1.7 MiB of
   an agent that waits. Python lets go of it, and so does this. bytecode.py puts it in the place of
   the function that it calls. */

#undef PyImport_ExecCodeModuleObject
#include <Python.h>

PyObject *wfhagent_exec_and_release(PyObject *name, PyObject *code, PyObject *path,
                                    PyObject *cached) {
    PyObject *module = PyImport_ExecCodeModuleObject(name, code, path, cached);
    Py_DECREF(code);
    return module;
}
