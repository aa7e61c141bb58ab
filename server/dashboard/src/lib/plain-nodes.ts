/** Turns elements of components without hooks into nodes: what is shown before React is loaded. */
import { Fragment, isValidElement, type ReactNode } from "react"

const SVG = "http://www.w3.org/2000/svg"
const SVG_NAMES = new Set(["svg", "path"])
const ATTRIBUTES: Record<string, string> = {
  className: "class",
  tabIndex: "tabindex",
  dateTime: "datetime",
}

type Props = Record<string, unknown> & { children?: ReactNode }
type Component = (props: Props) => ReactNode

/** Return the nodes that React would make of *node*. */
export function plainNodes(node: ReactNode): Node[] {
  if (node == null || typeof node === "boolean") return []
  if (Array.isArray(node)) return node.flatMap(plainNodes)
  if (!isValidElement<Props>(node)) return [document.createTextNode(String(node))]
  const { type, props } = node
  if (typeof type === "string") return [plainElement(type, props)]
  if (type === Fragment) return plainNodes(props.children)
  return plainNodes(componentOf(type)(props))
}

/** Return the function of a component, also of one in `memo`. */
function componentOf(type: unknown): Component {
  return typeof type === "function" ? (type as Component) : (type as { type: Component }).type
}

function plainElement(name: string, { children, style, ...props }: Props): Element {
  const element = SVG_NAMES.has(name)
    ? document.createElementNS(SVG, name)
    : document.createElement(name)
  for (const [key, value] of Object.entries(props)) {
    if (value != null && !(value === false && !/^(aria|data)-/.test(key))) {
      element.setAttribute(ATTRIBUTES[key] ?? key, String(value))
    }
  }
  for (const [key, value] of Object.entries(style ?? {})) {
    const text = typeof value === "number" ? `${value}px` : String(value)
    const styles = (element as HTMLElement).style
    styles.setProperty(key, text)
  }
  element.append(...plainNodes(children))
  return element
}
