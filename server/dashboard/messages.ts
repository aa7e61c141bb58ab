/** Turns the macros of Lingui into calls, with their English compiled in its place. */
import { type PluginObj, types as t, transformAsync } from "@babel/core"
import macros from "@lingui/babel-plugin-lingui-macro"
import { compileMessage } from "@lingui/message-utils/compileMessage"
import type { Plugin } from "vite"

const MACRO = /from "@lingui\/(core|react)\/macro"/

/**
 * English needs no catalog at run time, and no compiler: each page brings its own messages. Other languages are
 * catalogs, and find the same messages by their ids.
 */
export function messages(): Plugin {
  return {
    name: "messages",
    enforce: "pre",
    transform: {
      filter: { id: /\.tsx?($|\?)/, code: MACRO },
      async handler(code, id) {
        const made = await transformAsync(code, {
          filename: id.split("?")[0] ?? id,
          babelrc: false,
          configFile: false,
          sourceMaps: true,
          parserOpts: { plugins: ["jsx", "typescript"] },
          plugins: [[macros, { stripMessageField: false }], compileEnglish],
        })
        return made?.code == null ? null : { code: made.code, map: made.map ?? null }
      },
    },
  }
}

/** Replace the English of each `{ id, message }` that the macros left by what Lingui compiles it to. */
function compileEnglish(): PluginObj {
  return {
    visitor: {
      Program: {
        exit: (program) =>
          program.traverse({
            ObjectExpression({ node }) {
              const message = propertyOf(node, "message")
              if (propertyOf(node, "id") && t.isStringLiteral(message?.value)) {
                message.value = compiled(message.value.value)
                node.properties = node.properties.filter(
                  (each) => !["comment", "context"].some((name) => each === propertyOf(node, name)),
                )
              }
            },
          }),
      },
    },
  }
}

function propertyOf(node: t.ObjectExpression, name: string): t.ObjectProperty | undefined {
  return node.properties
    .filter((each) => t.isObjectProperty(each))
    .find(({ key }) => t.isIdentifier(key, { name }))
}

// Without the members that are undefined, which would be sent to every browser.
const compiled = (message: string) =>
  t.valueToNode(JSON.parse(JSON.stringify(compileMessage(message))))
